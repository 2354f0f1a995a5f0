"""Every message that crosses the wire: for the widgets' types, the documentation and its test."""

import msgspec

from server.accounts import messages as accounts
from server.catalog import messages as catalog
from server.chat import messages as chat
from server.checkout import messages as checkout
from server.conversions import messages as conversions
from server.core.errors import ErrorBody
from server.core.messages import Command, Event, Message
from server.pins import messages as pins
from server.polls import messages as polls
from server.rooms import messages as rooms
from server.stock import messages as stock
from server.streams import messages as streams

_SLICES = (accounts, streams, catalog, stock, pins, polls, chat, rooms, conversions, checkout)
_INSIDE = frozenset({"RoomRow", "RoomEvent", "OrderDetails"})
"""Structs that never leave the server by themselves."""


def messages() -> list[type[msgspec.Struct]]:
    """All of them, by name."""
    found = {
        value.__name__: value
        for module in _SLICES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Message) and value.__module__ == module.__name__
    }
    found["ErrorBody"] = ErrorBody
    return [found[name] for name in sorted(found) if name not in _INSIDE]


def commands() -> list[type[Command]]:
    return [cls for cls in messages() if issubclass(cls, Command)]


def events() -> list[type[Event]]:
    return [cls for cls in messages() if issubclass(cls, Event)]
