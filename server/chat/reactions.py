"""Hearts and claps: counted, never written down."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from server.chat.messages import Reaction
from server.core.clock import Clock
from server.core.coalescing import Coalescer
from server.core.errors import TooMany
from server.core.news import Announcer, Handler
from server.core.tasks import TaskSet

PER_SECOND = 5
"""Of one viewer, on one server process."""

Counts = dict[str, int]


def _sum(before: Counts, now: Counts) -> Counts:
    return dict(Counter(before) + Counter(now))


class Reactions:
    """What came in on this node is announced four times a second at most; what all nodes announced is told to
    the stream's room, as often. `tell(stream, counts)`."""

    def __init__(
        self, announcer: Announcer, tasks: TaskSet, clock: Clock, tell: Callable[[str, Counts], None]
    ) -> None:
        self._announcer = announcer
        self._tasks = tasks
        self._clock = clock
        self._out: Coalescer[tuple[str, str], Counts] = Coalescer(self._announce, merge=_sum)
        self._in: Coalescer[str, Counts] = Coalescer(tell, merge=_sum)
        self._second = 0
        self._spent: Counter[str] = Counter()

    def handlers(self) -> dict[str, Handler]:
        return {"chat_reacted": self._on_reacted}

    def react(self, shop: str, stream: str, viewer: str, reaction: Reaction) -> None:
        """Raises `TooMany`."""
        second = self._clock.now_ms() // 1000
        if second != self._second:
            self._second, self._spent = second, Counter()
        if self._spent[viewer] >= PER_SECOND:
            raise TooMany("That is a lot at once. Wait a second.", per_second=PER_SECOND)
        self._spent[viewer] += 1
        self._out.offer((shop, stream), {reaction: 1})

    def _announce(self, key: tuple[str, str], counts: Counts) -> None:
        shop, stream = key
        news = {"kind": "chat_reacted", "stream": stream, "counts": counts}
        self._tasks.spawn(self._announcer.announce(shop, news), name="chat.reactions")

    async def _on_reacted(self, _shop: str, news: dict[str, Any]) -> None:
        self._in.offer(news["stream"], news["counts"])

    def close(self) -> None:
        self._out.close()
        self._in.close()
