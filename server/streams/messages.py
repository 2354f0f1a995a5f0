"""A stream as the wire shows it, and the place of an event in its timeline."""

from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from server.core.messages import Event, Id, Key, Line, Message, Millis

StreamState = Literal["scheduled", "live", "ended"]
SourceKind = Literal["file", "hls"]
Address = Annotated[str, Meta(max_length=1000, pattern=r"^(https?://|/)[^\s\x00\"'<>]*\Z")]
"""A web address, or a path on this server."""
Disclosure = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")]


class Moment(Message, frozen=True):
    """A place in a timeline. A new `epoch` means that the numbers began anew: take a fresh snapshot."""

    epoch: Annotated[str, Meta(max_length=64)]
    seq: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class StreamView(Message, frozen=True):
    id: Id
    title: str
    maker: str
    disclosure: str
    state: StreamState
    currency: str
    source_url: str
    source_kind: SourceKind
    poster_url: str | None
    starts_at: int | None
    started_at: int | None
    ended_at: int | None


class RoomEvent(Event, frozen=True):
    """An event of a stream's timeline. `at` is when it happened, ms UTC: the overlay shows it when the
    viewer's picture has reached that time."""

    stream: Id
    epoch: str
    seq: int
    at: int


class StreamChanged(RoomEvent, frozen=True):
    """The stream started, ended, or its title, source or disclosure changed: what it is now."""

    name: ClassVar[str] = "stream.changed"
    view: StreamView


class CreateStream(Message, frozen=True):
    """With a `key`, asking again answers the stream that was made the first time."""

    title: Line
    source_url: Address
    source_kind: SourceKind = "file"
    disclosure: Disclosure = ""
    poster_url: Address | None = None
    starts_at: Millis | None = None
    key: Key | None = None


class ChangeStream(Message, frozen=True):
    """What is absent stays as it is; null takes the poster or the start time away."""

    title: Line | None = None
    source_url: Address | None = None
    source_kind: SourceKind | None = None
    disclosure: Disclosure | None = None
    poster_url: Address | UnsetType | None = UNSET
    starts_at: Millis | UnsetType | None = UNSET


class StreamList(Message, frozen=True):
    streams: list[StreamView]


class LineUp(Message, frozen=True):
    """The run of show: the products of a stream, in the order in which the host means to show them."""

    products: Annotated[list[Id], Meta(max_length=200)]


class RoomRow(Message, frozen=True):
    """Between service and store: a room's place in its timeline, and the state there as JSON."""

    epoch: str
    seq: int
    state: str
