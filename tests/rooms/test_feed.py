"""What a node tells its rooms: stock gathered but never late, the timeline whole and in order."""

import asyncio
import itertools
from typing import Any, cast

import msgspec
import pytest

from server.core.coalescing import GAP_S
from server.core.redis import news_channel
from server.rooms.feed import Feed
from server.rooms.levels import Levels
from server.stock.messages import StockChanged, StockLevels
from server.stock.opening import Facts
from tests.infra.clock import START_S, in_held_time
from tests.infra.logs import Logs
from tests.rooms.node import node
from tests.rooms.outsider import Client
from tests.rooms.scene import Scene, same

SHOP = "shop_a"
STORY = ("stream.changed", "pin.shown", "pin.hidden", "pins.ordered")


def now() -> float:
    return round(asyncio.get_running_loop().time() - START_S, 3)


class Rooms:
    """Writes down what was told, and when."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str, Any]] = []

    def tell(self, room: str, event: Any) -> None:
        self.told.append((now(), room, event))

    def tell_raw(self, room: str, name: str, payload: object) -> None:
        self.told.append((now(), room, (name, payload)))

    def stock(self) -> list[tuple[float, int, dict[str, int]]]:
        return [(at, e.seq, e.levels) for at, _, e in self.told if isinstance(e, StockChanged)]


class Stock:
    async def levels(self, shop: str) -> StockLevels:
        return StockLevels(epoch="e2", seq=1, levels={"v": 4})


class Held:
    """A feed in a time that the test holds. `stock` tells of a move; `wait` lets time pass."""

    def __init__(self) -> None:
        self.rooms = Rooms()
        stock, nothing = cast(Any, Stock()), cast(Any, None)
        self.feed = Feed(cast(Any, self.rooms), nothing, nothing, Levels(stock))
        self.moved: list[str] = []
        self.feed.moved = self.moved.append

    async def stock(self, seq: int, shop: str = SHOP, epoch: str = "e", **levels: int) -> None:
        await self.feed.handlers()["stock"](
            shop, {"kind": "stock", "epoch": epoch, "seq": seq, "levels": levels}
        )


def test_moves_are_gathered_and_the_last_one_always_told() -> None:
    async def scenario() -> list[tuple[float, int, dict[str, int]]]:
        held = Held()
        for seq in range(1, 101):
            await held.stock(seq, v=200 - seq, w=seq)
            await asyncio.sleep(GAP_S / 10)
        await asyncio.sleep(10)
        assert len(held.moved) == 100
        return held.rooms.stock()

    told = in_held_time(scenario())
    assert told[0] == (0.0, 1, {"v": 199, "w": 1})  # the first at once
    assert told[-1][1:] == (100, {"v": 100, "w": 100})
    assert len(told) <= 13
    gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(told)]
    assert min(gaps) >= GAP_S * 0.99
    assert [seq for _, seq, _ in told] == sorted({seq for _, seq, _ in told})


def test_a_lone_move_is_told_at_once_and_once() -> None:
    async def scenario() -> list[tuple[float, int, dict[str, int]]]:
        held = Held()
        for seq in range(1, 4):
            await held.stock(seq, v=seq)
            await asyncio.sleep(60)
        return held.rooms.stock()

    assert in_held_time(scenario()) == [(0.0, 1, {"v": 1}), (60.0, 2, {"v": 2}), (120.0, 3, {"v": 3})]


def test_sold_out_does_not_wait() -> None:
    async def scenario() -> list[tuple[float, int, dict[str, int]]]:
        held = Held()
        await held.stock(1, v=2)
        await held.stock(2, v=1)
        await held.stock(3, w=7)
        await held.stock(4, v=0)
        await held.stock(5, v=1)  # given back
        await asyncio.sleep(60)
        return held.rooms.stock()

    assert in_held_time(scenario()) == [
        (0.0, 1, {"v": 2}),
        (0.0, 4, {"v": 0, "w": 7}),  # with all that was waiting
        (GAP_S, 5, {"v": 1}),
    ]


def test_a_rebuilt_stock_is_not_mixed_with_the_old_one() -> None:
    async def scenario() -> list[tuple[float, int, dict[str, int]]]:
        held = Held()
        await held.stock(8, v=3)
        await held.stock(9, v=2, w=2)
        await held.stock(1, epoch="e2", v=5)
        await asyncio.sleep(60)
        return held.rooms.stock()

    assert in_held_time(scenario())[1:] == [(GAP_S, 1, {"v": 5})]


def test_shops_do_not_wait_for_each_other() -> None:
    async def scenario() -> list[str]:
        held = Held()
        for shop in "abc":
            await held.stock(1, shop=shop, v=3)
        return [room for _, room, _ in held.rooms.told]

    assert in_held_time(scenario()) == ["shop:a", "shop:b", "shop:c"]


def test_what_is_one_viewers_goes_to_that_viewer() -> None:
    async def scenario() -> list[tuple[float, str, Any]]:
        held = Held()
        handlers = held.feed.handlers()
        ended = {"kind": "hold_ended", "hold": "h", "buyer": "viewer_1", "reason": "expired"}
        changed = {"kind": "viewer", "viewer": "viewer_2", "event": "order.changed", "data": {"order": {}}}
        await handlers["hold_ended"](SHOP, ended)
        await handlers["viewer"](SHOP, changed)
        assert held.moved == [SHOP]
        return held.rooms.told

    ended, changed = in_held_time(scenario())
    assert ended[1] == "viewer:viewer_1"
    assert msgspec.to_builtins(ended[2]) == {"hold": "h", "reason": "expired"}
    assert changed[1:] == ("viewer:viewer_2", ("order.changed", {"order": {}}))


def test_the_timeline_of_a_stream_that_nobody_follows_here_goes_nowhere() -> None:
    async def scenario() -> list[Any]:
        held = Held()
        news = {"stream": "s", "seq": 1, "event": "pin.hidden", "data": {"epoch": "e"}}
        await held.feed.handlers()["timeline"](SHOP, news)
        return held.rooms.told

    assert in_held_time(scenario()) == []


# On a real Redis


async def break_news(scene: Scene) -> None:
    """Ends every connection that listens, as a network does."""
    await scene.services.redis.client_kill_filter(_type="pubsub")


async def test_after_a_break_viewers_get_all_that_happened_in_order(scene: Scene, logs: Logs) -> None:
    async with node(scene.services) as here:
        sockets = [await here.socket(scene.token()) for _ in range(3)]
        clients = [await scene.fresh(socket) for socket in sockets]
        for turn in range(4):
            await break_news(scene)
            await scene.title(f"a{turn}")
            await scene.pin(turn % 3)
            await scene.title(f"b{turn}")
            last = (await scene.fresh(sockets[0])).seq
            for socket, client in zip(sockets, clients, strict=True):
                await socket.told("stream.changed", seq=last)
                await same(scene, socket, client)
                seqs = [event["seq"] for name, event in socket.heard if name in STORY]
                assert seqs == sorted(seqs)
        for socket in sockets:
            await socket.close()
    assert logs.errors() == []
    assert "news are away" in logs.text()


async def test_a_last_event_that_was_lost_is_told_when_news_are_back(scene: Scene) -> None:
    """Nothing follows it that would show the gap."""
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        client = await scene.fresh(socket)
        await break_news(scene)
        pin = await scene.pin()
        assert (await socket.told("pin.shown"))["pin"]["id"] == pin.id
        await same(scene, socket, client)
        await socket.close()


async def test_after_a_break_the_stock_is_told_anew(scene: Scene) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        await socket.ask("room.join", {"stream": scene.stream})
        await break_news(scene)
        variant = scene.products[0].variants[0].id
        await scene.services.stock.set_stock(scene.shop.id, {variant: 3})
        async with asyncio.timeout(10):
            while not any(
                name == "stock.changed" and event["levels"].get(variant) == 3 for name, event in socket.heard
            ):
                await asyncio.sleep(0.01)
        await socket.close()


async def test_news_survive_a_redis_that_came_back_empty(scene: Scene, logs: Logs) -> None:
    """The stock is not loaded yet when the connection is back: all else goes on."""
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        client = await scene.fresh(socket)
        await scene.services.redis.flushdb()
        await break_news(scene)
        told = await socket.told("stream.changed", at=0)
        assert told["epoch"] != client.epoch
        await here.feed.resumed(scene.shop.id)  # the stock is missing still, and that is no failure
        await scene.services.stock.rebuild(scene.shop.id, Facts({}))
        client.join(await socket.ask("room.join", {"stream": scene.stream, "since": client.since()}))
        await scene.pin()
        await socket.told("pin.shown")
        await same(scene, socket, client)
        await socket.close()
    assert logs.errors() == []


async def test_a_copy_of_what_is_known_is_told_to_nobody(scene: Scene) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        client = await scene.fresh(socket)
        await scene.title("one")
        told = await socket.told("stream.changed", seq=1)
        news = {"stream": scene.stream, "seq": 1, "event": "stream.changed", "data": told}
        await here.feed.handlers()["timeline"](scene.shop.id, news)
        await scene.title("two")
        await socket.told("stream.changed", seq=2)
        assert [event["seq"] for _, event in socket.heard] == [1, 2]
        await same(scene, socket, client)
        await socket.close()


@pytest.mark.parametrize("known", [0, 1])
async def test_a_node_that_missed_events_tells_them_all(scene: Scene, known: int) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        client: Client = await scene.fresh(socket)
        for title in ("one", "two", "three"):
            await scene.title(title)
        await socket.told("stream.changed", seq=3)
        # As if the node had been deaf since then.
        followed = here.feed.followed(scene.shop.id, scene.stream)
        assert followed is not None
        assert followed.told is not None
        followed.told = msgspec.structs.replace(followed.told, seq=known)
        await scene.title("four")
        await socket.told("stream.changed", seq=4)
        assert [event["seq"] for _, event in socket.heard] == [1, 2, 3, *range(known + 1, 5)]
        await same(scene, socket, client)
        await socket.close()


async def test_one_message_per_node_and_event_however_many_watch(scene: Scene) -> None:
    channel = news_channel(scene.shop.id)
    redis = scene.services.redis
    async with node(scene.services) as here, node(scene.services) as there, redis.pubsub() as listener:
        await listener.ssubscribe(channel)
        assert (await listener.get_message(timeout=5))["type"] == "ssubscribe"
        sockets = [await each.socket(scene.token()) for each in (here, there) * 4]
        for socket in sockets:
            await socket.ask("room.join", {"stream": scene.stream})
        assert await redis.pubsub_shardnumsub(channel) == [(channel, 3)]  # two nodes, and this test
        await scene.pin()
        await scene.title("x")
        await scene.services.stock.set_stock(scene.shop.id, {scene.products[0].variants[0].id: 4})
        for socket in sockets:
            await socket.told("stream.changed", seq=2)
        said = []
        while (message := await listener.get_message(timeout=0.2)) is not None:
            said.append(msgspec.json.decode(message["data"])["kind"])
        assert said == ["timeline", "timeline", "stock"]
        for socket in sockets:
            await socket.close()
