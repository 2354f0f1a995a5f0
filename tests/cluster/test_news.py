"""Each shop's news come from the server that has the shop, and find their way again when that breaks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

from redis.asyncio.cluster import RedisCluster

from server.core.news import Announcer, News
from server.core.redis import RedisClient, connect, news_channel
from server.core.tasks import TaskSet


class Heard:
    def __init__(self, news: News) -> None:
        self.news = news
        self.said: list[str] = []
        self.lost: list[str] = []
        self.resumed: list[str] = []

    async def word(self, shop: str, message: dict[str, Any]) -> None:
        self.said.append(f"{shop}:{message['text']}")

    async def again(self, shop: str) -> None:
        self.resumed.append(shop)

    async def until(self, *said: str) -> None:
        async with asyncio.timeout(20):
            while not set(said) <= set(self.said):
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def listening(url: str) -> AsyncIterator[Heard]:
    heard = Heard(News(url))
    tasks = TaskSet()
    tasks.spawn(
        heard.news.run({"word": heard.word}, heard.again, lambda shop, _at: heard.lost.append(shop)),
        name="news",
    )
    try:
        yield heard
    finally:
        await tasks.close()
        await heard.news.close()


def shops_of_all_nodes(cluster: Any) -> dict[int, str]:
    """A shop for each node, by its port."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < 3:
        number += 1
        found.setdefault(cluster.get_node_from_key(news_channel(f"shop{number}")).port, f"shop{number}")
    return found


async def test_news_of_shops_on_all_nodes(redis: RedisClient, redis_url: str) -> None:
    shops = shops_of_all_nodes(redis).values()
    async with listening(redis_url) as heard:
        for shop in shops:
            await heard.news.follow(shop)
            assert heard.news.hears(shop)
            await Announcer(redis).announce(shop, {"kind": "word", "text": "hello"})
        await heard.until(*(f"{shop}:hello" for shop in shops))
        assert not heard.news.away
        assert heard.news.breaks == 0


async def test_a_broken_line_is_that_shops_alone(redis: RedisClient, redis_url: str) -> None:
    (port, broken), (_, other), _ = shops_of_all_nodes(redis).items()
    async with listening(redis_url) as heard:
        await heard.news.follow(broken)
        await heard.news.follow(other)
        node = connect(f"redis://127.0.0.1:{port}")
        await node.client_kill_filter(_type="pubsub")
        await node.aclose()
        async with asyncio.timeout(20):
            while not heard.resumed:
                await asyncio.sleep(0.01)
        assert (heard.lost, heard.resumed) == ([broken], [broken])
        await Announcer(redis).announce(broken, {"kind": "word", "text": "again"})
        await heard.until(f"{broken}:again")


async def test_only_the_shops_own_node_tells(redis: RedisClient, redis_url: str) -> None:
    """Sharded: the other nodes are not bothered with it."""
    port, shop = next(iter(shops_of_all_nodes(redis).items()))
    async with listening(redis_url) as heard:
        await heard.news.follow(shop)
        cluster = cast(RedisCluster, redis)
        for node in cluster.get_nodes():
            told = await cluster.execute_command(
                "PUBSUB", "SHARDNUMSUB", news_channel(shop), target_nodes=node
            )
            counted = told if isinstance(told, list) else next(iter(told.values()))
            assert counted[1] == (1 if node.port == port else 0)
