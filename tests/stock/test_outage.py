"""Redis away, or there and unwilling: buying says so, and that a retry is worth it."""

from pathlib import Path

import pytest

from server.core.db import Database
from server.core.errors import Unavailable
from server.core.redis import RedisClient, connect
from server.stock import StockService, stock_service
from server.stock.opening import Facts
from server.stock.records import Want
from server.stock.store import VERBS, script_text
from tests.infra.redis import redis_binaries, redis_process
from tests.stock import audit


async def test_redis_away(db: Database) -> None:
    with redis_process(next(iter(redis_binaries().values()))) as url:
        pass
    redis = connect(url)
    stock = stock_service(redis, db)
    try:
        for call in (
            stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=60_000),
            stock.extend("shop", "hold", "ann", "key-0002", ttl_ms=60_000),
            stock.release("shop", "hold", "ann"),
            stock.commit("shop", "order", "hold", "ann", [("bottle", 1)]),
            stock.expire("shop"),
            stock.set_stock("shop", {"bottle": 1}),
            stock.levels("shop"),
            stock.rebuild("shop", Facts({})),
            stock.drain("shop"),
            stock.hold("shop", "hold", "ann"),
        ):
            with pytest.raises(Unavailable) as refused:
                await call
            assert refused.value.retryable
    finally:
        await stock.close()
        await redis.aclose(close_connection_pool=True)


async def test_a_full_redis_changes_nothing_and_says_try_again(
    stock: StockService, redis: RedisClient
) -> None:
    await redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(Unavailable):
            await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=60_000)
    finally:
        await redis.config_set("maxmemory", "0")
    await audit.check(redis)
    assert (await stock.levels("shop")).levels["bottle"] == 10


async def test_a_redis_that_forgot_the_scripts_gets_them_again(
    stock: StockService, redis: RedisClient
) -> None:
    await redis.script_flush()
    await stock.reserve("shop", "ann", "key-0001", [Want("bottle", 1)], ttl_ms=60_000)
    await audit.check(redis)


def test_the_scripts_build_no_keys_and_are_one_verb_a_file() -> None:
    folder = Path(__file__).parents[2] / "server" / "stock" / "lua"
    assert {path.stem for path in folder.glob("*.lua")} == {"book", "counters", "line", *VERBS}
    for verb in VERBS:
        text = script_text(verb)
        assert "pc:" not in text
        assert "KEYS[" not in text.split("unpack(KEYS)")[1]
