from server.core.errors import Forbidden, NotFound, ProofcastError


class NoSuchOrder(NotFound):
    code = "checkout.no_such_order"


class OrderClosed(ProofcastError):
    """The order of this hold is paid, cancelled or refunded. Details: `order`, `state`."""

    code = "checkout.closed"
    status = 409


class BeingPaid(ProofcastError):
    """Its payment was confirmed: nothing of it can be changed now."""

    code = "checkout.being_paid"
    status = 409


class BadAddress(ProofcastError):
    """The post could not deliver there. Details: `field`."""

    code = "checkout.bad_address"
    status = 422


class NotDelivered(ProofcastError):
    """The shop delivers to other countries only. Details: `country`."""

    code = "checkout.not_delivered"
    status = 422


class NoSuchRate(ProofcastError):
    """The shop has no such way of delivery to that country, or has none any more. Details: `rate`."""

    code = "checkout.no_such_rate"
    status = 422


class TakenAtPayment(ProofcastError):
    """It is not held: who pays first has it. Open a checkout."""

    code = "checkout.first_paid"
    status = 409


class NoLine(ProofcastError):
    """A bundle, or what is not held: nobody waits in line for it."""

    code = "checkout.no_line"
    status = 409


class HoldFirst(ProofcastError):
    """It is not sold without a hold."""

    code = "checkout.hold_first"
    status = 409


class PreviewBuysNothing(Forbidden):
    code = "checkout.preview"


class AmountMismatch(ProofcastError):
    """What was paid is not what the order asks for. It is set aside for a person; nothing is settled."""

    code = "checkout.amount_mismatch"
    status = 409


class OtherPayment(ProofcastError):
    """Somebody paid an order by another payment than the one that was made for it. It is set aside for a
    person; nothing is settled."""

    code = "checkout.other_payment"
    status = 409


class WrongTransition(ProofcastError):
    """A bug of ours: the table of states has no such transition."""

    code = "checkout.wrong_transition"
    status = 500
