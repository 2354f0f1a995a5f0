"""The wire: strict, frozen structs. What does not fit is refused with its place in the document."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body, a part of one, or an answer. JSON keys are the field names."""


class Command(Message, frozen=True):
    """A socket event that a client sends and that is always acknowledged."""

    name: ClassVar[str]
    answer: ClassVar[type[Any]]


class Event(Message, frozen=True):
    """A socket event that the server sends."""

    name: ClassVar[str]


class Empty(Message, frozen=True):
    """Nothing to say."""


# Patterns end with \Z: a `$` would let a line break through at the end.
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+\Z")]
Key = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+\Z")]
"""An idempotency key: the client makes it, once per intention, and repeats it on a retry."""
Token = Annotated[str, Meta(min_length=1, max_length=2048)]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
"""One line of text that a person typed."""
Text = Annotated[str, Meta(max_length=4000, pattern=r"^[^\x00]*\Z")]
"""Without NUL, which PostgreSQL can't keep."""
Email = Annotated[str, Meta(min_length=3, max_length=200, pattern=r"^[^@\s\x00]+@[^@\s\x00]+\Z")]
Quantity = Annotated[int, Meta(ge=1, le=100)]
Minor = Annotated[int, Meta(ge=0, le=100_000_000)]
"""Money in minor units (cents)."""
Millis = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
"""A point in time: ms since the epoch, UTC."""
