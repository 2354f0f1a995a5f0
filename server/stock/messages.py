"""Stock and holds on the wire."""

from typing import ClassVar, Literal

from server.core.messages import Command, Empty, Event, Id, Key, Message, Quantity

HoldState = Literal["held", "released", "expired", "committed"]
EndReason = Literal["released", "expired"]


class HoldLine(Message, frozen=True):
    variant: Id
    quantity: Quantity


class Hold(Message, frozen=True):
    """Units set aside for one buyer until `deadline` (ms)."""

    id: Id
    state: HoldState
    deadline: int
    lines: list[HoldLine]
    extensions_left: int


class StockLevels(Message, frozen=True):
    """Units available per variant, as of `seq`. Of two in one epoch, the one with the higher `seq` is newer;
    a new epoch means that stock was rebuilt and `seq` started anew."""

    epoch: str
    seq: int
    levels: dict[str, int]


class HoldAnswer(Message, frozen=True):
    """`levels`: of the hold's variants."""

    hold: Hold
    levels: StockLevels


class CreateHold(Command, frozen=True):
    """The same `key` from the same buyer is the same hold, however often it is sent."""

    name: ClassVar[str] = "hold.create"
    answer: ClassVar[type[HoldAnswer]] = HoldAnswer
    key: Key
    stream: Id
    pin: Id
    variant: Id
    quantity: Quantity


class ExtendHold(Command, frozen=True):
    """A `key` that is repeated extends once."""

    name: ClassVar[str] = "hold.extend"
    answer: ClassVar[type[HoldAnswer]] = HoldAnswer
    hold: Id
    key: Key


class ReleaseHold(Command, frozen=True):
    name: ClassVar[str] = "hold.release"
    answer: ClassVar[type[Empty]] = Empty
    hold: Id


class StockChanged(Event, frozen=True):
    """To a whole room, at once. Absolute numbers, of the variants that moved."""

    name: ClassVar[str] = "stock.changed"
    epoch: str
    seq: int
    levels: dict[str, int]


class HoldEnded(Event, frozen=True):
    """To the buyer alone: the units are no longer set aside."""

    name: ClassVar[str] = "hold.ended"
    hold: Id
    reason: EndReason
