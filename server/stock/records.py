"""The values that pass between stock's service and its stores, and how they are packed for Redis."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from server.stock.messages import HoldState, StockLevels

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_LINES = 20
MAX_CONTEXT = 1000
MAX_UNITS = 1_000_000_000


class Units(NamedTuple):
    """So many of a variant."""

    variant: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Want:
    """One line of a hold to be. `limit`: units per buyer, held and bought together; None for no limit.
    With a `window_ms`, what was bought longer ago than that does not count."""

    variant: str
    quantity: int
    limit: int | None = None
    window_ms: int | None = None


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """`lines` are sorted by variant, each variant once. `context` is opaque here: it comes back unchanged."""

    hold: str
    buyer: str
    ttl_ms: int
    lines: tuple[Want, ...]
    context: str


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """A hold as Redis has it. `held` past its `deadline` (ms): its units have not been taken back yet."""

    id: str
    state: HoldState
    buyer: str
    deadline: int
    extensions: int
    lines: tuple[Units, ...]
    context: str


class Waiting(NamedTuple):
    """A place in line. `ahead`: how many come first."""

    buyer: str
    variant: str
    units: int
    ticket: int
    context: str
    ahead: int = 0


class Refusal(NamedTuple):
    """A script's own word for why not (`sold_out`, `limit`, …) and its arguments."""

    code: str
    arguments: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`ended` is set where a hold is no longer alive; an overdue one is not, whatever its state says."""

    levels: StockLevels
    hold: HoldRecord | None = None
    ended: bool = False
    refusal: Refusal | None = None
    waiting: Waiting | None = None


class Purchase(NamedTuple):
    """So many units of a variant, sold to a buyer at a time (ms)."""

    buyer: str
    variant: str
    units: int
    at: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one variant: `available + held + sold == stocked`, always."""

    stocked: int
    available: int
    held: int
    sold: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger. `entry` names the script call, `n` the place in it; `at` is in ms.

    `stocked` and `revision` come with the kind `stocked`: units stocked in all since then, and which of
    two such settings is the later one.
    """

    entry: str
    n: int
    at: int
    kind: str
    variant: str
    quantity: int
    hold: str = ""
    order: str = ""
    context: str = ""
    stocked: int | None = None
    revision: int | None = None


def hold_id(shop: str, buyer: str, key: str) -> str:
    """The same intention of the same buyer is the same hold, on every process."""
    digest = hashlib.blake2b("\0".join((shop, buyer, key)).encode(), digest_size=16)
    return "hold_" + digest.hexdigest()


def check_id(text: str) -> str:
    """Ids are written into records, keys and JSON as they are. Raises ValueError: a bug of the caller."""
    if not _ID.fullmatch(text):
        raise ValueError(f"not an id: {text[:80]!r}")
    return text


def check_units(units: int) -> None:
    if not 0 <= units <= MAX_UNITS:
        raise ValueError("0 to 1,000,000,000 units can be stocked")


def check_context(text: str) -> str:
    if len(text) > MAX_CONTEXT or any(ord(letter) < 32 for letter in text):
        raise ValueError("a context is one line of at most 1000 characters")
    return text


def canonical(lines: Iterable[Want]) -> tuple[Want, ...]:
    """Sorted by variant. Raises ValueError for none, too many, a variant twice, or a senseless number."""
    ordered = tuple(sorted(lines, key=lambda line: line.variant))
    if not 1 <= len(ordered) <= MAX_LINES or len({line.variant for line in ordered}) < len(ordered):
        raise ValueError("a hold has 1 to 20 lines, each of another variant")
    for line in ordered:
        check_id(line.variant)
        numbers = [n for n in (line.quantity, line.limit, line.window_ms) if n is not None]
        if min(numbers) < 1 or line.quantity > MAX_UNITS:
            raise ValueError("quantities, limits and windows start at 1")
    return ordered


def hold_request(
    shop: str, hold: str, buyer: str, lines: Iterable[Want], ttl_ms: int, context: str
) -> HoldRequest:
    """Raises ValueError for what is no hold: a bug of the caller."""
    if ttl_ms < 1:
        raise ValueError("a hold lives for at least 1 ms")
    check_id(shop)
    return HoldRequest(check_id(hold), check_id(buyer), ttl_ms, canonical(lines), check_context(context))


def pack_limits(lines: Sequence[Want]) -> str:
    return ",".join(
        f"{line.limit or 0}/{line.window_ms}" if line.limit and line.window_ms else str(line.limit or 0)
        for line in lines
    )


def pack(lines: Sequence[Want | Units]) -> str:
    return ",".join(f"{line.variant}:{line.quantity}" for line in lines)


def unpack(text: str) -> tuple[Units, ...]:
    pairs = (pair.split(":") for pair in text.split(","))
    return tuple(Units(variant, int(quantity)) for variant, quantity in pairs)


def unpack_hold(hold: str, record: str) -> HoldRecord:
    state, buyer, deadline, extensions, _key, lines, context = record.split("|", 6)
    return HoldRecord(
        id=hold,
        state=cast(HoldState, state),  # only our scripts write records
        buyer=buyer,
        deadline=int(deadline),
        extensions=int(extensions),
        lines=unpack(lines),
        context=context,
    )


def unpack_place(field: str, record: str) -> Waiting:
    buyer, variant = field.split("|")
    ticket, _hold, units, _limits, _ttl, context = record.split("|", 5)
    return Waiting(buyer, variant, int(units), int(ticket), context)


def unpack_entry(stream_id: str, epoch: str, movements: str) -> list[Movement]:
    """One ledger entry of one script call, as a list of movements, one per variant."""
    entry, at = f"{epoch}:{stream_id}", int(stream_id.partition("-")[0])
    found: list[Movement] = []
    for line in movements.split("\n"):
        kind, *rest = line.split("|", 4)
        if kind in ("stocked", "carried"):
            variant, quantity, stocked, revision = rest
            found.append(
                Movement(
                    entry=entry,
                    n=len(found),
                    at=at,
                    kind=kind,
                    variant=variant,
                    quantity=int(quantity),
                    stocked=int(stocked) if stocked else None,
                    revision=int(revision) if revision else None,
                )
            )
        else:
            hold, order, lines, context = rest
            for variant, units in unpack(lines):
                n = len(found)
                found.append(Movement(entry, n, at, kind, variant, units, hold, order, context))
    return found
