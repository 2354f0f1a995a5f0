"""How the votes stand, to the rooms of this node: to the hosts, and to viewers where they may see it."""

from typing import Any, Protocol

import msgspec

from server.core.coalescing import Coalescer
from server.core.realtime import Realtime
from server.polls.messages import PollTallied, Results
from server.rooms.names import host_room, stream_room


class Voting(Protocol):
    async def standing(self, shop: str) -> list[tuple[PollTallied, Results]]: ...


def _newer(before: PollTallied, now: PollTallied) -> PollTallied:
    """The older one may come last: two scripts, or a reading of the facts, and news on their way."""
    return now if now.tally.version >= before.tally.version else before


class Tallies:
    """At most four times a second per room, the last one always."""

    def __init__(self, realtime: Realtime, voting: Voting) -> None:
        self._realtime = realtime
        self._voting = voting
        self._rooms: Coalescer[tuple[str, str], PollTallied] = Coalescer(self._tell, merge=_newer)

    async def heard(self, _shop: str, news: dict[str, Any]) -> None:
        tallied = {name: news[name] for name in ("stream", "poll", "tally")}
        self._offer(msgspec.convert(tallied, PollTallied), news["results"])

    async def resumed(self, shop: str) -> None:
        """News may have been lost: reads the facts again."""
        for tallied, results in await self._voting.standing(shop):
            self._offer(tallied, results)

    def close(self) -> None:
        self._rooms.close()

    def _offer(self, tallied: PollTallied, results: Results) -> None:
        self._rooms.offer((host_room(tallied.stream), tallied.poll), tallied)
        if results == "live":
            self._rooms.offer((stream_room(tallied.stream), tallied.poll), tallied)

    def _tell(self, key: tuple[str, str], tallied: PollTallied) -> None:
        self._realtime.tell(key[0], tallied)
