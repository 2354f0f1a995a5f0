"""A shop's book in Redis is opened: for the first time, or because Redis may lack what it knew once.

`claim` first, then read SQL, then `open`: what was sold before the claim is in SQL, and what is sold after it
is sold out of a book that somebody has opened meanwhile, so that this opening changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from server.core.redis import shop_key
from server.stock.records import Purchase, Units, pack
from server.stock.store import ENDED_TTL_MS, ORDER_TTL_MS, StockStore, redis_errors

CLAIM_MS = 10 * 60_000
"""Longer than it takes to read SQL. What is claimed and not opened is forgotten then."""
PAID_MS = 60_000
"""How long units are kept for what is paid: it is sold within seconds, unless its worker died."""

_FIELDS = 1000
"""Of a long hash, written at once: a millisecond of Redis's time."""


class InFlight(NamedTuple):
    """Units that are paid, and not sold yet: an order's hold, as it is or as it was."""

    hold: str
    buyer: str
    lines: Sequence[Units]
    context: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What SQL says was sold, read in one statement: units per variant; those of the orders whose commit may
    still be repeated, and the holds they were sold out of; who bought what when. And what is paid besides."""

    sold: Mapping[str, int]
    orders: Sequence[str] = ()
    holds: Sequence[str] = ()
    bought: Iterable[Purchase] = ()
    in_flight: Sequence[InFlight] = ()


class Left(NamedTuple):
    """What a book that is not open any more says: its living holds, and the orders that it sold."""

    holds: list[str]
    sold: list[str]


class Opening:
    def __init__(self, store: StockStore) -> None:
        self._store = store

    async def claim(self, shop: str, epoch: str) -> None:
        await self._store.run("claim", shop, [CLAIM_MS], _beside(shop, epoch))

    async def open(
        self, shop: str, epoch: str, revision: int, stocked: Mapping[str, int], facts: Facts
    ) -> bool:
        """False, and nothing changed, when the book is open, or when the claim does not stand.

        What buyers have bought may be long, so it is written beside the book first; opening takes it in.
        """
        variants = sorted({*stocked, *facts.sold})
        rows = [part for v in variants for part in (v, stocked.get(v, 0), facts.sold.get(v, 0))]
        flights = [part for f in facts.in_flight for part in (f.hold, f.buyer, pack(f.lines), f.context)]
        await self._write_purchases(shop, epoch, facts.bought)
        arguments: list[str | int] = [
            epoch, revision, ORDER_TTL_MS, ENDED_TTL_MS, PAID_MS, len(variants), *rows,
            len(facts.orders), *facts.orders, len(facts.holds), *facts.holds, *flights,
        ]  # fmt: skip
        levels, _ = await self._store.run("stock_set", shop, arguments, _beside(shop, epoch))
        return levels.epoch == epoch

    async def _write_purchases(self, shop: str, epoch: str, bought: Iterable[Purchase]) -> None:
        taken: Counter[str] = Counter()
        lists: dict[str, list[str]] = {}
        for purchase in sorted(bought, key=lambda purchase: purchase.at):
            field = f"{purchase.buyer}|{purchase.variant}"
            taken[field] += purchase.units
            lists.setdefault(field, []).append(f"{purchase.at}:{purchase.units}")
        values = ({n: str(taken[n]) for n in lists}, {n: ",".join(times) for n, times in lists.items()})
        fields = list(lists)
        with redis_errors():
            for start in range(0, len(fields), _FIELDS):
                async with self._store.redis.pipeline(transaction=False) as pipeline:
                    for key, value in zip(_beside(shop, epoch), values, strict=False):
                        part: dict[Any, Any] = {
                            field: value[field] for field in fields[start : start + _FIELDS]
                        }
                        pipeline.hset(key, mapping=part)
                        pipeline.pexpire(key, CLAIM_MS)
                    await pipeline.execute()

    async def left(self, shop: str) -> Left:
        with redis_errors():
            holds: Any = await self._store.redis.zrange(shop_key(shop, "stock", "due"), 0, -1)
            outcomes: Any = await self._store.redis.hgetall(shop_key(shop, "stock", "orders"))
        return Left(holds, [name for name, outcome in outcomes.items() if outcome in ("committed", "sold")])

    async def close(self, shop: str) -> None:
        """Nobody is sold anything until the book is opened anew."""
        with redis_errors():
            await self._store.redis.hdel(shop_key(shop, "stock", "meta"), "run", "saved")


def _beside(shop: str, epoch: str) -> list[str]:
    """KEYS 17 to 19 of a script that opens."""
    return [shop_key(shop, "stock", "opening", epoch, name) for name in ("taken", "bought", "claim")]
