"""News between processes, on a real Redis: what is lost with a connection is read again."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy.exc

from server.core.news import Announcer, News
from server.core.redis import RedisClient, connect, news_channel
from server.core.redis_server import RedisServer
from server.core.tasks import TaskSet
from tests.infra.logs import Logs


class Heard:
    """What a node was told, and how often it was asked to read again. `fails` is raised instead, once."""

    def __init__(self, url: str, **options: Any) -> None:
        self.news = News(url, **options)
        self.said: list[str] = []
        self.resumed: list[str] = []
        self.fails: Exception | None = None
        self._task: asyncio.Task[None] | None = None

    async def _on(self, shop: str, message: dict[str, Any]) -> None:
        failure, self.fails = self.fails, None
        if failure is not None:
            raise failure
        self.said.append(f"{shop}:{message['text']}")

    async def _resume(self, shop: str) -> None:
        failure, self.fails = self.fails, None
        if failure is not None:
            raise failure
        self.resumed.append(shop)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Heard"]:
        tasks = TaskSet()
        self._task = tasks.spawn(self.news.run({"word": self._on}, self._resume), name="news")
        try:
            yield self
        finally:
            await tasks.close()
            await self.news.close()

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(20):
            while not condition():
                assert self._task is not None
                assert not self._task.done(), "it stopped listening"
                await asyncio.sleep(0.01)


async def say(redis: RedisClient, shop: str, text: str) -> None:
    await Announcer(redis).announce(shop, {"kind": "word", "text": text})


async def cut(redis: RedisClient) -> None:
    await redis.client_kill_filter(_type="pubsub")


async def test_who_follows_hears_that_shop_alone(redis: RedisClient, redis_url: str) -> None:
    async with Heard(redis_url).running() as node:
        await asyncio.gather(*(node.news.follow("a") for _ in range(10)))
        await node.news.follow("b")
        for shop, text in (("a", "1"), ("c", "2"), ("b", "3"), ("a", "4")):
            await say(redis, shop, text)
        await node.until(lambda: len(node.said) == 3)
        assert node.said == ["a:1", "b:3", "a:4"]
        assert node.resumed == []


async def test_following_returns_when_nothing_is_missed_any_more(redis: RedisClient, redis_url: str) -> None:
    async with Heard(redis_url).running() as node:
        for number in range(20):
            await node.news.follow(f"shop{number}")
            await say(redis, f"shop{number}", "x")
        await node.until(lambda: len(node.said) == 20)


async def test_after_each_break_the_facts_are_read_again(
    redis: RedisClient, redis_url: str, logs: Logs
) -> None:
    async with Heard(redis_url).running() as node:
        await node.news.follow("a")
        await node.news.follow("b")
        for turn in range(1, 3):
            await cut(redis)
            await node.until(lambda turn=turn: len(node.resumed) == 2 * turn)
            await node.news.follow("a")
            await say(redis, "a", str(turn))
            await node.until(lambda turn=turn: node.said and node.said[-1] == f"a:{turn}")
        assert sorted(node.resumed) == ["a", "a", "b", "b"]
    assert logs.errors() == []
    assert logs.text().count("news are away") == 2


async def test_following_during_a_break_waits_for_its_end(redis: RedisClient, redis_url: str) -> None:
    async with Heard(redis_url).running() as node:
        await node.news.follow("a")
        await cut(redis)
        await node.news.follow("b")
        await say(redis, "b", "1")
        await node.until(lambda: node.said == ["b:1"])


@pytest.mark.parametrize(
    "failure",
    [
        sqlalchemy.exc.OperationalError("SELECT", None, Exception("away")),
        TimeoutError(),
        ConnectionError("x"),
    ],
)
async def test_what_can_not_be_carried_out_now_is_as_lost_as_by_a_break(
    redis: RedisClient, redis_url: str, failure: Exception
) -> None:
    """SQL is away while an event is handled: the facts are read again, by the same way as after a break."""
    async with Heard(redis_url).running() as node:
        await node.news.follow("a")
        node.fails = failure
        await say(redis, "a", "1")
        if isinstance(
            failure, ConnectionError
        ):  # of no service that we know: a bug, and only this one is lost
            await say(redis, "a", "2")
            await node.until(lambda: node.said == ["a:2"])
            assert node.resumed == []
        else:
            await node.until(lambda: node.resumed == ["a"])


async def test_reading_again_is_tried_until_it_works(redis: RedisClient, redis_url: str, logs: Logs) -> None:
    async with Heard(redis_url).running() as node:
        await node.news.follow("a")
        node.fails = sqlalchemy.exc.OperationalError("SELECT", None, Exception("away"))
        await cut(redis)
        await node.until(lambda: node.resumed == ["a"])
    assert logs.errors() == []


async def test_nonsense_is_written_down_and_skipped(redis: RedisClient, redis_url: str, logs: Logs) -> None:
    async with Heard(redis_url).running() as node:
        await node.news.follow("a")
        node.fails = KeyError("a bug")
        await say(redis, "a", "lost to the bug")
        for nonsense in ("", "{", "[]", "{}", '{"kind":7}', '{"kind":"unknown"}', '{"kind":"word"}', "\xff"):
            await redis.spublish(news_channel("a"), nonsense)
        await say(redis, "a", "1")
        await node.until(lambda: node.said == ["a:1"])
        assert node.resumed == []
    assert len(logs.errors()) >= 5


async def test_a_connection_that_fell_silent_is_given_up(tmp_path: Path, logs: Logs) -> None:
    """The machine with Redis lost its power, say: no word comes, and no end of the connection either."""
    async with RedisServer(tmp_path / "redis") as server:
        redis = connect(server.url)
        async with Heard(server.url, quiet_s=0.1).running() as node:
            await node.news.follow("a")
            await asyncio.sleep(0.5)  # quiet, but there: it answers when it is asked
            assert node.resumed == []
            assert server.pid is not None
            os.kill(server.pid, signal.SIGSTOP)
            try:
                await node.until(lambda: "news are away" in logs.text())
            finally:
                os.kill(server.pid, signal.SIGCONT)
            await node.until(lambda: "a" in node.resumed)
            await node.news.follow("a")
            await say(redis, "a", "1")
            await node.until(lambda: "a:1" in node.said)
        await redis.aclose()


async def test_announcing_to_nobody_and_to_a_redis_that_is_away(logs: Logs) -> None:
    """The fact is written down elsewhere: the announcer goes on."""
    redis = connect("redis://127.0.0.1:1/0")
    await Announcer(redis).announce("a", {"kind": "word", "text": msgspec.json.encode({}).decode()})
    await redis.aclose()
    assert logs.errors() == []
    assert "not announced" in logs.text()
