"""Joining a stream's room: the snapshot, and what was missed since."""

from typing import Any, ClassVar

from server.core.messages import Command, Event, Id, Message, Millis
from server.pins.messages import PinView
from server.polls.messages import PollView
from server.stock.messages import StockLevels
from server.streams.messages import Moment, StreamView


class Snapshot(Message, frozen=True):
    """What the room shows at `(epoch, seq)`. `poll`: the one on the screen, open or closed."""

    epoch: str
    seq: int
    stream: StreamView
    pins: list[PinView]
    poll: PollView | None


class Missed(Message, frozen=True):
    """A timeline event that was sent while the client was away: `event` its name, `data` its payload."""

    event: str
    data: Any


class Joined(Message, frozen=True):
    """Either `snapshot` is given, or `missed` holds, in order, all events since the `since` of the request.
    `now` is the server's time, ms UTC."""

    now: int
    snapshot: Snapshot | None
    missed: list[Missed]
    stock: StockLevels
    viewers: int


class JoinRoom(Command, frozen=True):
    name: ClassVar[str] = "room.join"
    answer: ClassVar[type[Any]] = Joined
    stream: Id
    since: Moment | None = None


class Audience(Message, frozen=True):
    """Who watches, over all nodes. `peak`: the most at once while the show was live. `channels` and
    `origins` (of the pages; empty for a client that is no browser): how many of the viewers each."""

    viewers: int
    approximate: bool
    peak: int
    channels: dict[str, int]
    origins: dict[str, int]


class ViewersChanged(Event, frozen=True):
    """Truth: how many watch now. Sent at most once a second."""

    name: ClassVar[str] = "viewers.changed"
    stream: Id
    viewers: int
    approximate: bool


class RoomStale(Event, frozen=True):
    """Truth: the server that the client is connected to may have missed news of the shop `since` then;
    null: it has caught up, and has told what was missed."""

    name: ClassVar[str] = "room.stale"
    since: Millis | None


class Room(Message, frozen=True):
    """What a page shows before any socket is open."""

    snapshot: Snapshot
    stock: StockLevels
    viewers: int
    now: int
