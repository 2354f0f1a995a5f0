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
from server.rooms.messages import ViewersChanged
from server.rooms.names import stream_room
from server.rooms.presence import Presence
from server.rooms.service import RoomService
from tests.infra.show import Socket


@dataclass
class Node:
    url: str
    services: Services
    realtime: Realtime
    presence: Presence
    feed: Feed
    news: News

    async def socket(self, token: str) -> Socket:
        return await Socket(self.url).connect(token)


@contextlib.asynccontextmanager
async def node(
    services: Services, *, rooms: Callable[[RoomService], RoomService] = lambda rooms: rooms
) -> AsyncIterator[Node]:
    """`rooms` may put something of the test's around the service. Presence moves when the test says so."""
    app, tasks = web.Application(), TaskSet()
    news = News(services.settings.redis_url)
    realtime = Realtime(services.accounts.connection, services.clock)

    async def changed(stream: str, viewers: int) -> None:
        await realtime.emit(stream_room(stream), ViewersChanged(stream=stream, viewers=viewers))

    presence = Presence(services.redis, services.clock, changed)
    service = RoomService(services.streams, services.timeline, services.stock, presence, services.clock)
    feed = Feed(realtime, services.streams, services.timeline, services.stock, tasks)
    events.setup(realtime, rooms(service), services.streams, presence, news, feed, tasks)
    realtime.attach(app)
    runner = web.AppRunner(app, access_log=None, logger=SERVER_LOG, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    tasks.spawn(news.run(feed.handlers(), feed.resumed), name="news")
    try:
        yield Node(f"http://127.0.0.1:{runner.addresses[0][1]}", services, realtime, presence, feed, news)
    finally:
        await realtime.close()
        await tasks.close()
        await news.close()
        await runner.cleanup()
