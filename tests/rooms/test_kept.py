"""What a node keeps of a room: read once, and never other than what is there."""

import asyncio
import random
from typing import Any

import msgspec
import pytest

from server.core import news
from server.pins.messages import ShowPin
from server.rooms import feed, followed
from server.rooms.kept import snapshot
from server.streams.service import Owned, StreamService
from server.streams.timeline import Room
from tests.infra.show import fresh_key
from tests.rooms.node import Node, node
from tests.rooms.outsider import Client
from tests.rooms.scene import Scene, same

LONG_S = 3600.0


class Counted(StreamService):
    """How often a room was read."""

    def __init__(self, streams: StreamService) -> None:
        self.__dict__ = dict(streams.__dict__)
        self.reads = 0

    async def room(self, owned: Owned) -> Room:
        self.reads += 1
        return await super().room(owned)


async def commands(scene: Scene) -> int:
    """How many Redis has carried out, this one among them."""
    return int((await scene.services.redis.info("stats"))["total_commands_processed"])


async def heard(here: Node, scene: Scene) -> None:
    """The node was told all that is in the timeline."""
    room = await scene.services.streams.room(await scene.services.streams.get(scene.stream))
    async with asyncio.timeout(10):
        while True:
            found = here.feed.followed(scene.shop.id, scene.stream)
            if found is not None and found.told is not None and found.told.seq >= room.seq:
                return
            await asyncio.sleep(0.01)


async def truth(scene: Scene) -> tuple[Any, Any]:
    """Snapshot and stock as they are in Redis."""
    room = await scene.services.streams.room(await scene.services.streams.get(scene.stream))
    shown = msgspec.to_builtins(snapshot(room))
    variants = [variant["id"] for pin in shown["pins"] for variant in pin["product"]["variants"]]
    return shown, msgspec.to_builtins(await scene.services.stock.levels(scene.shop.id, variants))


async def test_many_joins_are_one_reading_and_cost_redis_nothing(scene: Scene) -> None:
    counted: Any = None

    def count(streams: StreamService) -> StreamService:
        nonlocal counted
        counted = Counted(streams)
        return counted  # type: ignore[no-any-return]

    await scene.pin()
    async with node(scene.services, streams=count, fresh_s=LONG_S) as here:
        sockets = [await here.socket(scene.token()) for _ in range(5)]
        first = [await socket.ask("room.join", {"stream": scene.stream}) for socket in sockets]
        before = await commands(scene)
        since = {key: first[0]["snapshot"][key] for key in ("epoch", "seq")}
        for _ in range(20):
            for socket in sockets:
                again = await socket.ask("room.join", {"stream": scene.stream, "since": since})
                assert (again["snapshot"], again["missed"]) == (None, [])
        assert await commands(scene) == before + 1
        assert counted.reads == 1
        await scene.pin(1)
        await heard(here, scene)
        for socket in sockets:
            assert len((await socket.ask("room.join", {"stream": scene.stream}))["snapshot"]["pins"]) == 2
        assert counted.reads == 2
        for socket in sockets:
            await socket.close()


async def test_what_is_kept_is_what_is_there(scene: Scene) -> None:
    """After each of many steps: a join is answered what a reading gives; and so it is with the stock."""
    chance = random.Random(7)
    pins, shop = scene.services.pins, scene.shop
    variants = [product.variants[0].id for product in scene.products]
    async with node(scene.services, fresh_s=LONG_S) as here:
        socket = await here.socket(scene.token())
        client = await scene.fresh(socket)
        for turn in range(60):
            shown = await pins.shown(shop, scene.stream)
            match chance.choice(("pin", "pin", "unpin", "order", "title", "stock")):
                case "pin":
                    product = chance.choice(scene.products).id
                    body = ShowPin(product=product, key=fresh_key(), place=chance.randrange(3))
                    await pins.show(shop, scene.stream, body)
                case "unpin" if shown:
                    await pins.hide(shop, scene.stream, chance.choice(shown).id)
                case "order":
                    await pins.order(shop, scene.stream, chance.sample([p.id for p in shown], len(shown)))
                case "title":
                    await scene.title(f"Title {turn}")
                case "stock":
                    await scene.services.stock.set_stock(shop.id, {chance.choice(variants): turn})
            await heard(here, scene)
            shown_now, levels = await truth(scene)
            async with asyncio.timeout(10):
                while True:
                    joined = await socket.ask("room.join", {"stream": scene.stream})
                    assert joined["snapshot"] == shown_now
                    if joined["stock"]["seq"] >= levels["seq"]:
                        break
            assert joined["stock"] == levels
        await same(scene, socket, client)
        await socket.close()


async def test_after_a_break_nothing_kept_is_served_until_it_was_read_again(scene: Scene) -> None:
    async with node(scene.services, fresh_s=LONG_S) as here:
        socket = await here.socket(scene.token())
        await socket.ask("room.join", {"stream": scene.stream})
        variant = scene.products[0].variants[0].id
        for turn in range(3):
            await scene.services.redis.client_kill_filter(_type="pubsub")
            await scene.pin(turn)
            await scene.services.stock.set_stock(scene.shop.id, {variant: 100 + turn})
            # The break may not be known yet. As soon as it is, and for ever after:
            await socket.told("room.stale")
            socket.heard.clear()
            joined = await socket.ask("room.join", {"stream": scene.stream})
            assert (joined["snapshot"], joined["stock"]) == await truth(scene)
            await socket.told("room.stale", since=None)
            socket.heard.clear()
        await socket.close()


async def test_what_longer_ago_was_missed_is_read_and_joined_with_what_is_known(scene: Scene) -> None:
    many = followed.RECENT + 20
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        client = await scene.fresh(socket)
        for number in range(many):
            await scene.title(f"Title {number}")
        await socket.told("stream.changed", seq=many, within_s=30)
        other = await here.socket(scene.token())
        answer = await other.ask("room.join", {"stream": scene.stream, "since": client.since()})
        assert [missed["data"]["seq"] for missed in answer["missed"]] == list(range(1, many + 1))
        client.join(answer)
        assert client.shows() == (await scene.fresh(other)).shows()
        await socket.close()
        await other.close()


async def test_who_knows_more_than_the_node_is_not_set_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client comes from another node that heard sooner."""

    async def deaf(*_news: object) -> None: ...

    async with node(scene.services, fresh_s=LONG_S) as here:
        socket = await here.socket(scene.token())
        client: Client = await scene.fresh(socket)
        monkeypatch.setattr(news, "_hand_on", deaf)  # and it does not know it
        await scene.title("New")
        ahead = {"epoch": client.epoch, "seq": client.seq + 1}
        answer = await socket.ask("room.join", {"stream": scene.stream, "since": ahead})
        assert (answer["snapshot"], answer["missed"]) == (None, [])
        beyond = {"epoch": client.epoch, "seq": client.seq + 2}
        answer = await socket.ask("room.join", {"stream": scene.stream, "since": beyond})
        assert answer["snapshot"]["stream"]["title"] == "New"
        await socket.close()


async def test_a_stream_that_nobody_watches_leaves_memory(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "UNWANTED_S", 0.0)
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        await socket.ask("room.join", {"stream": scene.stream})
        here.kept.forget_unwanted()
        assert here.feed.followed(scene.shop.id, scene.stream) is not None
        await socket.close()
        async with asyncio.timeout(10):
            while here.realtime.anybody_in(f"stream:{scene.stream}"):
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)  # loop time has moved on
        here.kept.forget_unwanted()
        assert here.feed.followed(scene.shop.id, scene.stream) is None
        other = await here.socket(scene.token())
        await scene.pin()
        assert len((await other.ask("room.join", {"stream": scene.stream}))["snapshot"]["pins"]) == 1
        await scene.title("x")
        await other.told("stream.changed", seq=2)
        await other.close()
