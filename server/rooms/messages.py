"""Joining a stream's room: the snapshot, and what was missed since."""

from typing import Any, ClassVar

from server.core.messages import Command, Event, Id, Message
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


class ViewersChanged(Event, frozen=True):
    """Truth: how many watch now. Sent at most once a second."""

    name: ClassVar[str] = "viewers.changed"
    stream: Id
    viewers: int


class Room(Message, frozen=True):
    """What a page shows before any socket is open."""

    snapshot: Snapshot
    stock: StockLevels
    viewers: int
    now: int
