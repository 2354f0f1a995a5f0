"""One of two web nodes is cut off from Redis: its viewers are told so, and end with what is there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from server.app import build
from server.core.redis_server import RedisServer
from server.polls.messages import OptionDraft, PollDraft
from server.streams.messages import ChangeStream, StreamView
from server.web import listen
from tests.checkout.scene import patiently
from tests.infra.proxy import wire
from tests.infra.redis import redis_binaries
from tests.infra.show import Refused, Show, Socket, Viewer, fresh_key, running_show, settings_for
from tests.infra.stripe import StandIn
from tests.rooms.outsider import Client

STORY = (
    "stream.changed", "pin.shown", "pin.hidden", "pins.ordered", "poll.opened", "poll.closed", "poll.hidden",
)  # fmt: skip


@contextlib.asynccontextmanager
async def second_node(app: web.Application) -> AsyncIterator[str]:
    listening = await listen(app, "127.0.0.1", 0, shutdown_timeout=1)
    try:
        yield f"http://127.0.0.1:{listening.port}"
    finally:
        await listening.close()


async def everything_happens(show: Show, stream: StreamView) -> None:
    """Every kind of story event."""
    services, shop = show.services, show.shop
    products = [await show.product() for _ in range(2)]
    pins = [await show.pin(stream, product) for product in products]
    shown = [pin.id for pin in await services.pins.shown(shop, stream.id)]
    await services.pins.order(shop, stream.id, shown[::-1])
    await services.pins.hide(shop, stream.id, pins[0].id)
    await services.streams.change(shop, stream.id, ChangeStream(title=fresh_key()))
    options = [OptionDraft(text="a"), OptionDraft(text="b")]
    draft = PollDraft(question="?", options=options, key=fresh_key())
    poll = (await services.polls.create(shop, stream.id, draft)).poll.id
    await services.polls.open(shop, stream.id, poll)
    await services.polls.close(shop, stream.id, poll)
    await services.polls.hide(shop, stream.id, poll)


async def until_stale(socket: Socket, *, stale: bool) -> None:
    async with asyncio.timeout(40):
        while True:
            told = [event["since"] for name, event in socket.heard if name == "room.stale"]
            if told and (told[-1] is not None) == stale:
                return
            await asyncio.sleep(0.05)


async def test_a_node_that_is_cut_off_for_a_while(tmp_path: Path, shared_standin: StandIn) -> None:
    redis = RedisServer(tmp_path / "redis", binary=next(iter(redis_binaries().values())))
    await redis.start()
    assert redis.port is not None
    settings = settings_for(
        redis.url, f"sqlite+aiosqlite:///{tmp_path / 'show.db'}", tmp_path, shared_standin
    )
    try:
        async with running_show(settings, shared_standin) as show, wire("127.0.0.1", redis.port) as line:
            through = settings_for(
                redis.url.replace(f":{redis.port}", f":{line.port}"), settings.database_url, tmp_path,
                shared_standin,
            )  # fmt: skip
            async with second_node(build(through)) as url:
                stream, product = await show.stream(), await show.product(stock=9)
                pin = await show.pin(stream, product)
                viewers: list[tuple[Viewer, Client]] = []
                for _ in range(3):
                    viewer = await show.viewer(stream, join=False)
                    await viewer.socket.close()
                    viewer.socket = Socket(url)
                    await viewer.socket.connect(viewer.token)
                    show.sockets.append(viewer.socket)
                    client = Client()
                    client.join(await viewer.socket.ask("room.join", {"stream": stream.id}))
                    viewers.append((viewer, client))
                buyer, other = viewers[0][0], viewers[1][0]
                checkout = await buyer.checkout(await buyer.hold(pin))
                lost = await other.hold(pin)

                line.cut()
                await everything_happens(show, stream)
                await buyer.pay(checkout)
                await buyer.until_order(checkout, "paid")
                await show.services.stock.release(show.shop.id, lost["id"], other.id)
                await asyncio.gather(*(until_stale(viewer.socket, stale=True) for viewer, _ in viewers))
                for viewer, _ in viewers:
                    assert not [name for name, _ in viewer.socket.heard if name == "order.changed"]
                with pytest.raises(Refused, match="unavailable") as refused:  # what is kept is not served
                    await other.socket.ask("room.join", {"stream": stream.id})
                assert refused.value.body["retryable"]
                await everything_happens(show, stream)
                line.mend()

                await asyncio.gather(*(until_stale(viewer.socket, stale=False) for viewer, _ in viewers))
                order = (await buyer.socket.told("order.changed"))["order"]
                assert (order["id"], order["state"]) == (checkout["order"]["id"], "paid")
                assert (await other.socket.told("hold.ended"))["hold"] == lost["id"]
                fresh = Client()
                again = {"stream": stream.id}
                truth = await patiently(lambda: viewers[2][0].socket.ask("room.join", again))
                fresh.join(truth)
                for viewer, client in viewers:
                    for name, event in viewer.socket.heard:
                        if name in STORY:
                            client.hear(name, event)
                    assert not client.lost
                    assert client.shows() == fresh.shows()
                    levels = [event for name, event in viewer.socket.heard if name == "stock.changed"][-1]
                    assert levels["levels"].items() >= truth["stock"]["levels"].items()
                seen = {name for name, _ in viewers[2][0].socket.heard}
                assert seen >= set(STORY)
                room = await show.services.streams.room(await show.services.streams.get(stream.id))
                assert (room.epoch, room.seq) == (fresh.epoch, fresh.seq)
    finally:
        await redis.stop()
