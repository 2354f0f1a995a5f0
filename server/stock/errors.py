"""What stock refuses, and why."""

from collections.abc import Sequence

from server.core.errors import ProofcastError, Unavailable


class SoldOut(ProofcastError):
    """Details: `variant`, `left` (units that can still be had, fewer than asked for)."""

    code = "stock.sold_out"
    status = 409


class LimitReached(ProofcastError):
    """Details: `variant`, `limit` (units per buyer), `taken` (units that this buyer holds or has bought)."""

    code = "stock.limit"
    status = 409


class UnknownVariant(ProofcastError):
    """Nobody has stocked it. Details: `variant`."""

    code = "stock.unknown_variant"
    status = 404


class HoldIsOver(ProofcastError):
    """Details: `hold`, `state` (released, expired, committed)."""

    code = "stock.hold_ended"
    status = 409


class HoldNotFound(ProofcastError):
    """Never made, somebody else's, or ended long ago. Details: `hold`."""

    code = "stock.hold_not_found"
    status = 404


class TooManyExtensions(ProofcastError):
    """It keeps its deadline. Details: `hold`."""

    code = "stock.too_many_extensions"
    status = 409


class OthersWait(ProofcastError):
    """Somebody waits in line for what this hold has: it keeps its deadline. Details: `hold`."""

    code = "stock.others_wait"
    status = 409


class LineIsFull(ProofcastError):
    """Details: `variant`."""

    code = "stock.line_is_full"
    status = 409


class BelowCommitted(ProofcastError):
    """Fewer than are held and sold can't be stocked. Details: `variant`, `committed`."""

    code = "stock.below_committed"
    status = 409


class StockNotLoaded(Unavailable):
    """Redis has no stock of this shop: it was wiped, or `rebuild` has not run yet. Nothing was changed."""


def refusal_error(code: str, arguments: Sequence[str | int]) -> ProofcastError:
    """The error for a script's refusal, whose arguments are as its header says, then the hold's id."""
    match code, arguments:
        case "sold_out", (variant, left, *_):
            return SoldOut("Not enough of it is left.", variant=variant, left=int(left))
        case "limit", (variant, limit, taken, *_):
            return LimitReached(
                f"One buyer may have {limit} of it.", variant=variant, limit=int(limit), taken=int(taken)
            )
        case "unknown_variant", (variant, *_):
            return UnknownVariant("It is not in stock here.", variant=variant)
        case "too_many", (hold,):
            return TooManyExtensions("This hold can't be extended again.", hold=hold)
        case "others_wait", (hold,):
            return OthersWait("Somebody waits for it: this hold can't be extended.", hold=hold)
        case "line_full", (variant, *_):
            return LineIsFull("Too many wait for it already.", variant=variant)
        case "not_found", (hold,):
            return HoldNotFound("There is no such hold.", hold=hold)
    raise ValueError(f"no such refusal: {code}")
