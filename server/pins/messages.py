"""Pins: which products the stream shows now, in which order."""

from typing import Annotated, ClassVar

from msgspec import Meta

from server.catalog.messages import ProductView
from server.core.messages import Id, Key, Message
from server.streams.messages import RoomEvent

MOST_PINS = 3


class PinView(Message, frozen=True):
    """`at`: when it was pinned, ms UTC. The first pin of a room is the one in front."""

    id: Id
    at: int
    product: ProductView


class PinShown(RoomEvent, frozen=True):
    """`place`: its index among the pins."""

    name: ClassVar[str] = "pin.shown"
    pin: PinView
    place: int


class PinHidden(RoomEvent, frozen=True):
    name: ClassVar[str] = "pin.hidden"
    pin: Id


class PinsOrdered(RoomEvent, frozen=True):
    """`pins`: the ids of all pins, in their new order."""

    name: ClassVar[str] = "pins.ordered"
    pins: list[Id]


class ShowPin(Message, frozen=True):
    """`place`: where among the pins; 0 puts it in front."""

    product: Id
    key: Key
    place: Annotated[int, Meta(ge=0, le=MOST_PINS - 1)] = 0


class OrderPins(Message, frozen=True):
    pins: Annotated[list[Id], Meta(max_length=MOST_PINS)]


class PinList(Message, frozen=True):
    pins: list[PinView]
