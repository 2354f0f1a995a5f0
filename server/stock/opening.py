"""What buyers have bought, written into Redis before a book is opened there."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from server.core.redis import RedisClient, shop_key
from server.stock.records import Purchase

_FIELDS = 1000
"""Of a long hash, written at once: a millisecond of Redis's time."""


async def write_purchases(redis: RedisClient, shop: str, epoch: str, bought: Iterable[Purchase]) -> list[str]:
    """The names of two keys like `taken` and `bought`. What is not taken in is gone in ten minutes."""
    taken: Counter[str] = Counter()
    lists: dict[str, list[str]] = {}
    for purchase in sorted(bought, key=lambda purchase: purchase.at):
        field = f"{purchase.buyer}|{purchase.variant}"
        taken[field] += purchase.units
        lists.setdefault(field, []).append(f"{purchase.at}:{purchase.units}")
    values = ({n: str(taken[n]) for n in lists}, {n: ",".join(times) for n, times in lists.items()})
    keys = [shop_key(shop, "stock", "opening", epoch, name) for name in ("taken", "bought")]
    fields = list(lists)
    for start in range(0, len(fields), _FIELDS):
        async with redis.pipeline(transaction=False) as pipeline:
            for key, value in zip(keys, values, strict=True):
                part: dict[Any, Any] = {field: value[field] for field in fields[start : start + _FIELDS]}
                pipeline.hset(key, mapping=part)
                pipeline.expire(key, 600)
            await pipeline.execute()
    return keys
