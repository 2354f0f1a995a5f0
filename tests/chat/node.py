"""One web node's chat alone, on services of its own: several may share one Redis."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from server.chat import events
from server.chat.feed import ChatFeed
from server.chat.messages import Reacted
from server.chat.reactions import Reactions
from server.composition import Services
from server.core.auth import Grant
from server.core.http import SERVER_LOG
from server.core.messages import Empty
from server.core.news import Handler, News
from server.core.realtime import Limits, Peer, Realtime
from server.core.tasks import TaskSet
from server.rooms.messages import JoinRoom
from tests.chat.scene import Scene
from tests.infra.show import Json, Socket, fresh_key


@dataclass
class Node:
    """`told`: the kinds of the news that this node has taken in. `reads`: how often the chat was read from
    Redis for this node's viewers."""

    scene: Scene
    url: str
    realtime: Realtime
    feed: ChatFeed
    news: News
    told: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    async def socket(self, grant: Grant, address: str = "192.0.2.1") -> Socket:
        """In the stream's room; staff in the hosts' one. The address is as our proxy tells it."""
        forwarded = {"X-Forwarded-For": address}
        socket = await Socket(self.url).connect(self.scene.token(grant), **forwarded)
        await socket.ask("room.join", {"stream": self.scene.stream})
        return socket

    async def talker(self, name: str, *address: str) -> "Talker":
        grant = await self.scene.named(name)
        return Talker(self.scene, grant, await self.socket(grant, *address))

    async def listener(self) -> "Talker":
        grant = self.scene.grant()
        talker = Talker(self.scene, grant, await self.socket(grant))
        await talker.open()
        return talker


@dataclass
class Talker:
    scene: Scene
    grant: Grant
    socket: Socket

    async def open(self, since: Json | None = None) -> Json:
        body = {"stream": self.scene.stream, "since": since}
        found: Json = await self.socket.ask("chat.open", body)
        return found

    async def say(self, text: str, **more: str) -> Json:
        body = {"stream": self.scene.stream, "key": fresh_key(), "text": text, **more}
        found: Json = (await self.socket.ask("chat.say", body))["message"]
        return found

    def heard(self, name: str) -> list[Json]:
        return [data for event, data in self.socket.heard if event == name]

    def texts(self) -> list[str]:
        """All that the events said, in their order."""
        return [each["text"] for said in self.heard("chat.said") for each in said["messages"]]


@contextlib.asynccontextmanager
async def node(scene: Scene) -> AsyncIterator[Node]:
    app, tasks = web.Application(), TaskSet()
    services = Services(scene.settings, scene.clock)
    news = News(scene.settings.redis_url)
    realtime = Realtime(services.accounts.connection, services.clock, Limits(proxies=1))

    def reacted(stream: str, counts: dict[str, int]) -> None:
        realtime.tell(f"stream:{stream}", Reacted(stream=stream, counts=counts))

    feed = ChatFeed(realtime, services.chat, services.chat_people, tasks, host_room=lambda s: f"host:{s}")
    reactions = Reactions(services.announcer, tasks, services.clock, reacted)
    events.setup(realtime, services.chat, services.streams, news, feed, reactions)

    async def join(peer: Peer, message: JoinRoom) -> Empty:
        await news.follow(scene.shop.id)
        room = "host" if peer.grant.kind == "staff" else "stream"
        await realtime.enter(peer, f"{room}:{message.stream}")
        return Empty()

    async def resumed(shop: str) -> None:
        await feed.resumed(shop)

    realtime.command(JoinRoom, join)
    realtime.attach(app)
    runner = web.AppRunner(app, access_log=None, logger=SERVER_LOG, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made = Node(scene, f"http://127.0.0.1:{runner.addresses[0][1]}", realtime, feed, news)

    def noted(kind: str, handler: Handler) -> Handler:
        async def handle(shop: str, message: dict[str, Any]) -> None:
            await handler(shop, message)
            made.told.append(kind)

        return handle

    handlers = {**feed.handlers(), **reactions.handlers()}
    handlers = {kind: noted(kind, handler) for kind, handler in handlers.items()}
    tasks.spawn(news.run(handlers, resumed), name="news")
    read = services.chat.read

    async def counted(shop: str, stream: str, *more: object, **named: object) -> object:
        made.reads.append(stream)
        return await read(shop, stream, *more, **named)  # type: ignore[arg-type]

    services.chat.read = counted  # type: ignore[method-assign,assignment]
    try:
        yield made
    finally:
        await realtime.close()
        feed.close()
        reactions.close()
        await tasks.close()
        await news.close()
        await services.close()
        await runner.cleanup()
