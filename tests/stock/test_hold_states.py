"""What the verbs do to a hold in each state is what the table of holds allows, and all of it happens."""

from collections.abc import Awaitable, Callable

from server.checkout.states import HOLDS
from server.core.errors import ProofcastError
from server.core.redis import RedisClient
from server.stock import StockService
from server.stock.opening import Facts, InFlight
from server.stock.records import Units, Want
from tests.stock import audit

LINES = [Want("bottle", 1)]
Act = Callable[[StockService, RedisClient, str], Awaitable[object]]


async def extend(stock: StockService, redis: RedisClient, hold: str) -> None:
    await stock.extend("shop", hold, "ann", "key-extend", ttl_ms=120_000)


async def release(stock: StockService, redis: RedisClient, hold: str) -> None:
    await stock.release("shop", hold, "ann")


async def retake(stock: StockService, redis: RedisClient, hold: str) -> None:
    await stock.retake("shop", hold, "ann", LINES, ttl_ms=60_000, context="")


async def change(stock: StockService, redis: RedisClient, hold: str) -> None:
    await stock.change("shop", hold, "ann", "key-change", [Want("bottle", 2)], context="")


async def commit(stock: StockService, redis: RedisClient, hold: str) -> None:
    await stock.commit("shop", "order", hold, "ann", [("bottle", 1)])


async def expire(stock: StockService, redis: RedisClient, hold: str) -> None:
    if (await audit.holds(redis, "shop"))[hold][0] == "held":
        await audit.lapse(redis, hold)
    await stock.expire("shop")


async def reopen(stock: StockService, redis: RedisClient, hold: str) -> None:
    await stock.opening.close("shop")
    await stock.rebuild("shop", Facts({}, in_flight=[InFlight(hold, "ann", [Units("bottle", 1)], "")]))


ACTS: tuple[Act, ...] = (extend, release, retake, change, commit, expire, reopen)
INTO: dict[str, Act] = {"held": retake, "released": release, "expired": expire, "committed": commit}


async def test_the_table_and_the_scripts_agree(stock: StockService, redis: RedisClient) -> None:
    seen = set()
    for before, into in INTO.items():
        for act in ACTS:
            await redis.flushall()
            await stock.rebuild("shop", Facts({}))
            made = await stock.reserve("shop", "ann", "key-0001", LINES, ttl_ms=60_000)
            hold = made.hold.id
            await into(stock, redis, hold)
            assert (await audit.holds(redis, "shop"))[hold][0] == before
            try:
                await act(stock, redis, hold)
            except ProofcastError:
                assert (await audit.holds(redis, "shop"))[hold][0] == before
            after = (await audit.holds(redis, "shop"))[hold][0]
            await audit.check(redis)
            if after != before or after == "held":
                seen.add((before, after))
    assert seen == set(HOLDS)
