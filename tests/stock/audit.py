"""Looks into Redis on its own, without the code under test, and says what does not add up."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import text

from server.core.db import Database
from server.core.redis import RedisClient

KINDS = {
    "held": (-1, 1, 0),
    "released": (1, -1, 0),
    "expired": (1, -1, 0),
    "committed": (0, -1, 1),
    "sold": (-1, 0, 1),
    "carried": (-1, 0, 1),
    "stocked": (1, 0, 0),
}
"""What a unit of each movement does to available, held and sold."""

LAPSE = """
local record = redis.call('HGET', KEYS[1], ARGV[1])
if record and string.sub(record, 1, 5) == 'held|' then
  redis.call('HSET', KEYS[1], ARGV[1], (string.gsub(record, '^(held|[^|]*|)%d+', '%11000')))
  redis.call('ZADD', KEYS[2], 1000, ARGV[1])
end
"""
"""KEYS holds, due; ARGV a hold. In one step, so that a hold that ends meanwhile has ended."""


def key(shop: str, name: str) -> str:
    return f"pc:{{{shop}}}:stock:{name}"


async def keys(redis: RedisClient, pattern: str = "*") -> list[str]:
    """Of all nodes."""
    return [key async for key in redis.scan_iter(pattern)]


async def counters(redis: RedisClient, shop: str, name: str) -> dict[str, int]:
    read: Any = await redis.hgetall(key(shop, name))
    return {field: int(value) for field, value in read.items()}


async def holds(redis: RedisClient, shop: str) -> dict[str, list[str]]:
    """The fields of every hold's record."""
    read: Any = await redis.hgetall(key(shop, "holds"))
    return {hold: record.split("|", 6) for hold, record in read.items()}


def units(lines: str) -> list[tuple[str, int]]:
    return [(pair.split(":")[0], int(pair.split(":")[1])) for pair in lines.split(",")]


async def check(redis: RedisClient, shop: str = "shop") -> None:
    """Invariant 1, and that the holds are what the counters say."""
    stocked, available, held, sold = [
        await counters(redis, shop, name) for name in ("stocked", "available", "held", "sold")
    ]
    assert stocked.keys() == available.keys() == held.keys() == sold.keys()
    for variant in stocked:
        assert available[variant] + held[variant] + sold[variant] == stocked[variant], variant
        assert min(available[variant], held[variant], sold[variant]) >= 0, variant
    living = {hold: record for hold, record in (await holds(redis, shop)).items() if record[0] == "held"}
    in_holds: Counter[str] = Counter()
    for record in living.values():
        for variant, quantity in units(record[5]):
            in_holds[variant] += quantity
    assert {variant: n for variant, n in held.items() if n} == dict(in_holds)
    due: Any = await redis.zrange(key(shop, "due"), 0, -1, withscores=True)
    assert {hold: int(score) for hold, score in due} == {h: int(r[2]) for h, r in living.items()}
    mine: Any = await redis.hgetall(key(shop, "mine"))
    named = {hold: buyer for buyer, names in mine.items() for hold in names.split(",")}
    assert named == {hold: record[1] for hold, record in living.items()}
    counted: Counter[str] = Counter()
    for record in living.values():
        for variant, quantity in units(record[5]):
            counted[f"{record[1]}|{variant}"] += quantity
    for field, times in (await bought(redis, shop)).items():
        counted[field] += sum(quantity for _, quantity in times)
    assert await counters(redis, shop, "taken") == dict(counted)


async def lines(redis: RedisClient, shop: str) -> dict[str, list[tuple[str, int]]]:
    """Who waits for what: buyer and units, the first in line first. The counts of the lines are right."""
    members: Any = await redis.zrange(key(shop, "line"), 0, -1)
    places: Any = await redis.hgetall(key(shop, "places"))
    found: dict[str, list[tuple[str, int]]] = {}
    for member in members:
        variant, ticket, buyer = member.split("|")
        place = places.pop(f"{buyer}|{variant}").split("|")
        assert int(place[0]) == int(ticket)
        found.setdefault(variant, []).append((buyer, int(place[2])))
    assert places == {}
    assert await counters(redis, shop, "waiting") == {variant: len(line) for variant, line in found.items()}
    total: Any = await redis.hget(key(shop, "meta"), "waiting")
    assert int(total or 0) == len(members)
    return found


async def bought(redis: RedisClient, shop: str) -> dict[str, list[tuple[int, int]]]:
    """What buyers have bought, by buyer|variant: time and units."""
    read: Any = await redis.hgetall(key(shop, "bought"))
    return {field: [(int(at), n) for at, n in units(times)] for field, times in read.items()}


async def long_ago(redis: RedisClient, shop: str = "shop") -> None:
    """Time passes for everything that was bought."""
    for field, times in (await bought(redis, shop)).items():
        await redis.hset(key(shop, "bought"), field, f"1000:{sum(n for _, n in times)}")


async def movements(redis: RedisClient, db: Database, shop: str) -> list[tuple[str, str, int]]:
    """All since the book was opened: those in SQL, then those that still wait in Redis."""
    epoch: Any = await redis.hget(key(shop, "meta"), "epoch")
    async with db.read() as connection:
        rows = await connection.execute(
            text(
                "SELECT kind, variant, quantity FROM stock_movements WHERE shop = :shop AND entry LIKE :mine"
            ),
            {"shop": shop, "mine": f"{epoch}:%"},
        )
        found = [(row.kind, row.variant, row.quantity) for row in rows]
    entries: Any = await redis.xrange(key(shop, "ledger"))
    for _, entry in entries:
        assert entry["e"] == epoch
        for line in entry["m"].split("\n"):
            kind, first, second, lines, _ = line.split("|", 4)
            if kind in ("stocked", "carried"):
                found.append((kind, first, int(second)))
            else:
                found += [(kind, variant, quantity) for variant, quantity in units(lines)]
    return found


def replay(movements: Iterable[tuple[str, str, int]]) -> dict[str, tuple[int, int, int, int]]:
    """(kind, variant, quantity) from zero: stocked, available, held, sold of each variant."""
    found: dict[str, list[int]] = {}
    for kind, variant, quantity in movements:
        counts = found.setdefault(variant, [0, 0, 0, 0])
        for place, sign in enumerate(KINDS[kind], 1):
            counts[place] += sign * quantity
        if kind == "stocked":
            counts[0] += quantity
    return {variant: (c[0], c[1], c[2], c[3]) for variant, c in found.items()}


async def lapse(redis: RedisClient, hold: str, shop: str = "shop") -> None:
    """Time passes for one living hold, until it is overdue."""
    record = (await holds(redis, shop))[hold]
    record[2] = "1000"
    await redis.hset(key(shop, "holds"), hold, "|".join(record))
    await redis.zadd(key(shop, "due"), {hold: 1000})


async def forget(redis: RedisClient, shop: str = "shop") -> None:
    """Time passes for everything that has ended, until it need not be remembered."""
    members: Any = await redis.zrange(key(shop, "ended"), 0, -1)
    if members:
        await redis.zadd(key(shop, "ended"), dict.fromkeys(members, 1000))
