"""Stock and holds on the wire."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, field

from server.core.messages import Command, Empty, Event, Id, Key, Message, Quantity

HoldState = Literal["held", "released", "expired", "committed"]
WaitEndReason = Literal["limit", "stream_ended"]
EndReason = Literal["released", "expired"]


class HoldLine(Message, frozen=True):
    variant: Id
    quantity: Quantity


class Pick(Message, frozen=True):
    """So many of one variant of a pin: what a buyer puts into a basket."""

    pin: Id
    variant: Id
    quantity: Quantity


Picks = Annotated[list[Pick], Meta(min_length=1, max_length=10)]


class Hold(Message, frozen=True):
    """Units set aside for one buyer until `deadline` (ms). `lines`: the stock that it took; `picks`: what the
    buyer chose, a bundle in place of its parts."""

    id: Id
    state: HoldState
    deadline: int
    lines: list[HoldLine]
    picks: list[Pick]
    extensions_left: int


class StockLevels(Message, frozen=True):
    """Units available per variant, as of `seq`. Of two in one epoch, the one with the higher `seq` is newer;
    a new epoch means that stock was rebuilt and `seq` started anew."""

    epoch: str
    seq: int
    levels: dict[str, int]


class Place(Message, frozen=True):
    """In line for a variant. `ticket` counts up by one per place of the variant; `ahead` come first."""

    variant: Id
    quantity: int
    ticket: int
    ahead: int


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
    more: Annotated[list[Pick], Meta(max_length=9)] = field(default_factory=list)
    basket: bool = False


class ChangeHold(Command, frozen=True):
    """New picks in place of all the old ones; none gives everything back. The answer is another hold with the
    same deadline. The same `key` answers the same hold."""

    name: ClassVar[str] = "hold.change"
    answer: ClassVar[type[HoldAnswer]] = HoldAnswer
    hold: Id
    key: Key
    picks: Annotated[list[Pick], Meta(max_length=10)]


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


class HoldList(Message, frozen=True):
    """The oldest first."""

    holds: list[Hold]
    places: list[Place]


class MyHolds(Command, frozen=True):
    name: ClassVar[str] = "hold.mine"
    answer: ClassVar[type[HoldList]] = HoldList
    stream: Id


class WaitAnswer(Message, frozen=True):
    """Either a place in line, or a hold where units were there after all."""

    place: Place | None
    hold: Hold | None


class WaitForUnits(Command, frozen=True):
    """A viewer has one place per variant, and is answered that."""

    name: ClassVar[str] = "hold.wait"
    answer: ClassVar[type[WaitAnswer]] = WaitAnswer
    key: Key
    stream: Id
    pin: Id
    variant: Id
    quantity: Quantity = 1


class LeaveLine(Command, frozen=True):
    name: ClassVar[str] = "hold.unwait"
    answer: ClassVar[type[Empty]] = Empty
    variant: Id


class WaitChanged(Event, frozen=True):
    """To everybody at the shop. `first`: the ticket of who is first in line, or the next one to be given."""

    name: ClassVar[str] = "wait.changed"
    variant: Id
    first: int
    waiting: int


class WaitOffered(Event, frozen=True):
    """To the one whose turn it is: units are held for them until the hold's deadline."""

    name: ClassVar[str] = "wait.offered"
    hold: Hold


class WaitEnded(Event, frozen=True):
    """To the one who waited, without an offer."""

    name: ClassVar[str] = "wait.ended"
    variant: Id
    reason: WaitEndReason


class StockChanged(Event, frozen=True):
    """To a whole room, at once. Absolute numbers, of the variants that moved."""

    name: ClassVar[str] = "stock.changed"
    epoch: str
    seq: int
    levels: dict[str, int]


class HoldChanged(Event, frozen=True):
    """To the buyer alone: `hold` took the place of the hold `was`."""

    name: ClassVar[str] = "hold.changed"
    was: Id
    hold: Hold


class HoldEnded(Event, frozen=True):
    """To the buyer alone: the units are no longer set aside."""

    name: ClassVar[str] = "hold.ended"
    hold: Id
    reason: EndReason
