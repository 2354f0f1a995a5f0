"""One web node's rooms alone, on services that the test gives it: several may share one Redis."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from aiohttp import web

from server.composition import Services
from server.core.http import SERVER_LOG
from server.core.news import News
from server.core.realtime import Realtime
from server.core.tasks import TaskSet
from server.rooms import events
from server.rooms.feed import Feed
from server.rooms.kept import KeptRooms
from server.rooms.levels import Levels
from server.rooms.presence import Presence
from server.rooms.service import RoomService
from server.rooms.store import AudienceStore
from server.streams.service import StreamService
from tests.infra.show import Socket


@dataclass
class Node:
    url: str
    services: Services
    realtime: Realtime
    presence: Presence
    feed: Feed
    kept: KeptRooms
    rooms: RoomService
    news: News

    async def socket(self, token: str) -> Socket:
        return await Socket(self.url).connect(token)


@contextlib.asynccontextmanager
async def node(
    services: Services,
    *,
    streams: Callable[[StreamService], StreamService] = lambda streams: streams,
    news_url: str = "",
    quiet_s: float = 5.0,
    fresh_s: float = 1.0,
) -> AsyncIterator[Node]:
    """`streams` may put something of the test's around what rooms are read by; `news_url` is another way to
    the same Redis. Presence moves when the test says so."""
    app, tasks = web.Application(), TaskSet()
    news = News(news_url or services.settings.redis_url, quiet_s=quiet_s)
    realtime = Realtime(services.accounts.connection, services.clock)

    levels = Levels(services.stock, fresh_s=fresh_s)
    feed = Feed(realtime, services.streams, services.timeline, levels)
    presence = Presence(services.redis, AudienceStore(services.db), services.clock, feed.viewers, feed.state)
    kept = KeptRooms(streams(services.streams), services.timeline, news, feed, fresh_s=fresh_s)
    rooms = RoomService(kept, levels, services.timeline, presence, services.clock)
    events.setup(realtime, rooms, presence, news, tasks)
    realtime.attach(app)
    runner = web.AppRunner(app, access_log=None, logger=SERVER_LOG, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()

    async def resumed(shop: str) -> None:
        await feed.resumed(shop)
        feed.caught_up(shop)

    tasks.spawn(news.run(feed.handlers(), resumed, feed.lost), name="news")
    try:
        yield Node(
            f"http://127.0.0.1:{runner.addresses[0][1]}",
            services,
            realtime,
            presence,
            feed,
            kept,
            rooms,
            news,
        )
    finally:
        await realtime.close()
        await tasks.close()
        feed.close()
        await news.close()
        await runner.cleanup()
