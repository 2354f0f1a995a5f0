"""What can go wrong between us and Stripe, in our own words."""

from server.core.errors import ProofcastError


class PaymentRefused(ProofcastError):
    """Stripe said no, and will again: a declined card, an amount too small, a payment in another state.
    `details.reason` is Stripe's code, where it gave one."""

    code = "payments.refused"
    status = 402


class PaymentUnknown(ProofcastError):
    """Stripe knows no payment of this id with our key."""

    code = "payments.unknown"
    status = 404


class AlreadyRefunded(ProofcastError):
    """Nothing is left to refund. For a caller that retries, this is as good as done."""

    code = "payments.already_refunded"
    status = 409


class KeyReused(ProofcastError):
    """An idempotency key came back with other parameters: a bug of the caller, and nothing was done."""

    code = "payments.key_reused"
    status = 500


class Misconfigured(ProofcastError):
    """Stripe does not accept our key. Only the operator can mend it; the text never holds the key."""

    code = "payments.misconfigured"
    status = 500


class BadSignature(ProofcastError):
    """The webhook is not from Stripe, is too old, or was signed with another secret."""

    code = "payments.bad_signature"
    status = 400


class UnreadableEvent(ProofcastError):
    """A genuine event whose object lacks what its type promises. It is set aside for a person to see."""

    code = "payments.unreadable_event"
    status = 422
