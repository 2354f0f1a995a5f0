"""Waiting in line for what is sold out. What comes back is offered to the first in line, as a hold of theirs,
in the step in which it comes back: `lua/line.lua`."""

from collections.abc import Sequence
from typing import Any

from server.core.redis import shop_key
from server.stock.messages import Place, WaitAnswer
from server.stock.records import (
    HoldRequest,
    Outcome,
    Waiting,
    Want,
    check_id,
    hold_id,
    hold_request,
    unpack_place,
)
from server.stock.service import StockService
from server.stock.store import StockStore, head, outcome_of, redis_errors, what

MOST_WAITING = 10_000
"""In line for one variant: more than that many units never come back."""
_LEAVE = 256
"""Places that one call gives up: some ms of Redis's time."""


class LineStore(StockStore):
    async def wait(self, shop: str, request: HoldRequest) -> Outcome:
        """Of one line."""
        arguments = [*head(), request.hold, request.buyer, request.ttl_ms, *what(request), MOST_WAITING]
        levels, (answer,) = await self.run("wait", shop, arguments)
        if answer[0] != "waiting":
            return outcome_of(request.hold, levels, answer)
        _, units, ticket, ahead = answer
        variant = request.lines[0].variant
        place = Waiting(request.buyer, variant, units, ticket, request.context, ahead)
        return Outcome(levels, waiting=place)

    async def leave(self, shop: str, places: Sequence[tuple[str, str]], why: str = "") -> None:
        """`places`: buyer and variant of each, at most 256. With a reason, each of them is told."""
        await self.run("leave", shop, [why, *(part for place in places for part in place)])

    async def places_of(self, shop: str, buyer: str) -> list[Waiting]:
        line, places = shop_key(shop, "stock", "line"), shop_key(shop, "stock", "places")
        with redis_errors():
            variants: Any = await self.redis.hkeys(shop_key(shop, "stock", "waiting"))
            if not variants:
                return []
            fields = [f"{buyer}|{variant}" for variant in variants]
            records: Any = await self.redis.hmget(places, fields)
            found = [
                unpack_place(field, record) for field, record in zip(fields, records, strict=True) if record
            ]
            async with self.redis.pipeline(transaction=False) as pipeline:
                for place in found:
                    last = f"({place.variant}|{place.ticket:012d}|{buyer}"
                    pipeline.zlexcount(line, f"[{place.variant}|", last)
                counts = await pipeline.execute()
        return [place._replace(ahead=ahead) for place, ahead in zip(found, counts, strict=True)]

    async def places(self, shop: str) -> list[Waiting]:
        """All of a shop; how many are ahead is not said."""
        with redis_errors():
            key = shop_key(shop, "stock", "places")
            return [unpack_place(*row) async for row in self.redis.hscan_iter(key, count=1000)]


class LineService:
    """Raises `Unavailable` and `StockNotLoaded` as `StockService` does."""

    def __init__(self, store: LineStore, stock: StockService) -> None:
        self._store = store
        self._stock = stock

    async def wait(
        self, shop: str, buyer: str, key: str, want: Want, *, ttl_ms: int, context: str
    ) -> WaitAnswer:
        """A place in line for a variant that is sold out; a hold where units are there after all, and nobody
        waits for them. An offer lives for `ttl_ms`.

        Raises LimitReached, UnknownVariant, LineIsFull; HoldIsOver when this key's hold has ended.
        """
        hold = hold_id(check_id(shop), check_id(buyer), key)
        outcome = await self._store.wait(shop, hold_request(shop, hold, buyer, [want], ttl_ms, context))
        if outcome.waiting is not None:
            return WaitAnswer(place=told_place(outcome.waiting), hold=None)
        return WaitAnswer(place=None, hold=self._stock.living(outcome, hold).hold)

    async def leave(self, shop: str, places: Sequence[tuple[str, str]], why: str = "") -> None:
        """Gives places in line up: buyer and variant of each. Who has none is left alone."""
        for start in range(0, len(places), _LEAVE):
            await self._store.leave(shop, places[start : start + _LEAVE], why)

    async def places_of(self, shop: str, buyer: str) -> list[Place]:
        return [told_place(place) for place in await self._store.places_of(shop, check_id(buyer))]

    async def places(self, shop: str) -> list[Waiting]:
        """All places in line of a shop."""
        return await self._store.places(shop)


def told_place(place: Waiting) -> Place:
    """As its buyer sees it."""
    return Place(variant=place.variant, quantity=place.units, ticket=place.ticket, ahead=place.ahead)
