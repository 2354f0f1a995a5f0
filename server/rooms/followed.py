"""One stream as the room of this node was told of it."""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any

import msgspec

from server.streams.messages import Moment, StreamState

RECENT = 128
"""Events of a stream that are kept to answer who comes back. Older ones are read from Redis."""


class Followed:
    """`told`: the place in the timeline up to which the room was told; None while nobody has joined with a
    state: then whatever comes is told. `used_s`: when somebody last wanted the stream, loop time."""

    __slots__ = ("_events", "state", "told", "used_s")

    def __init__(self, now_s: float) -> None:
        self.told: Moment | None = None
        self.state: StreamState | None = None
        self.used_s = now_s
        self._events: deque[msgspec.Raw] = deque(maxlen=RECENT)

    def ahead_of(self, at: Moment) -> bool:
        """Whether the room was told of something that a state read at `at` may not hold."""
        return self.told is not None and (self.told.epoch != at.epoch or self.told.seq > at.seq)

    def tell(self, at: Moment, event: str, data: Any) -> None:
        """The room is told of this event now."""
        if self.told is None or self.told.epoch != at.epoch or self.told.seq + 1 != at.seq:
            self._events.clear()
        self.told = at
        if event == "stream.changed":
            view = msgspec.json.decode(data) if isinstance(data, msgspec.Raw) else data
            self.state = view["view"]["state"]
        self._events.append(_missed(event, data))

    def begin(self, at: Moment, state: StreamState) -> None:
        """The room begins, or goes on, at `at`, of which no event is known."""
        if self.told != at:
            self._events.clear()
        self.told, self.state = at, state

    def fill(self, before: Sequence[dict[str, Any]]) -> None:
        """With events before those that are known, in order; those that don't join them are left out."""
        if self.told is None:
            return
        wanted = self.told.seq - len(self._events)
        for event in reversed(before):
            if event["seq"] == wanted and len(self._events) < RECENT:
                data = msgspec.Raw(event["data"].encode())
                if msgspec.json.decode(data)["epoch"] != self.told.epoch:
                    return
                self._events.appendleft(_missed(event["event"], data))
                wanted -= 1

    def missed(self, since: Moment) -> list[msgspec.Raw] | None:
        """What the room was told after `since`, encoded; None when not all of it is known here."""
        if self.told is None or self.told.epoch != since.epoch:
            return None
        behind = self.told.seq - since.seq
        if behind > len(self._events):
            return None
        return list(islice(self._events, len(self._events) - max(behind, 0), None))


def _missed(event: str, data: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode({"event": event, "data": data}))
