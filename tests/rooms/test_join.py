"""Joining while things happen: forced to meet at the point where an event could fall between."""

import asyncio
from typing import Any

import pytest

from server.core.redis import shop_key
from server.rooms.followed import Followed
from server.stock.opening import Facts
from server.streams.service import Owned, StreamService
from server.streams.timeline import Room
from tests.infra.logs import Logs
from tests.infra.show import Refused
from tests.rooms.node import Node, node
from tests.rooms.outsider import Client
from tests.rooms.scene import Scene, same


class HeldUp(StreamService):
    """Has read the state of a room, and is then held up once, until the test lets it go on."""

    def __init__(self, streams: StreamService) -> None:
        self.__dict__ = streams.__dict__
        self.reads = 0
        self.has_read = asyncio.Event()
        self.go_on = asyncio.Event()

    async def room(self, owned: Owned) -> Room:
        room = await super().room(owned)
        self.reads += 1
        if self.reads == 1:
            self.has_read.set()
            await self.go_on.wait()
        return room


class Stage:
    """A node, and the one reading on it that is held up."""

    def __init__(self) -> None:
        self.streams: Any = None

    def hold_up(self, streams: StreamService) -> StreamService:
        self.streams = HeldUp(streams)
        found: StreamService = self.streams
        return found


async def told_up_to(node: Node, scene: Scene, seq: int) -> None:
    """The node has heard of the event: what it does with it is done."""
    async with asyncio.timeout(10):
        while (told := followed(node, scene).told) is None or told.seq < seq:
            await asyncio.sleep(0.01)


def followed(node: Node, scene: Scene) -> Followed:
    found = node.feed.followed(scene.shop.id, scene.stream)
    assert found is not None
    return found


async def test_an_event_between_reading_and_entering_is_not_lost_to_the_first_on_a_node(
    scene: Scene,
) -> None:
    stage = Stage()
    async with node(scene.services, streams=stage.hold_up) as here:
        socket = await here.socket(scene.token())
        joining = asyncio.create_task(socket.ask("room.join", {"stream": scene.stream}))
        await stage.streams.has_read.wait()
        await scene.pin()
        await told_up_to(here, scene, 1)
        stage.streams.go_on.set()
        client = Client()
        client.join(await joining)
        await same(scene, socket, client)
        assert len(client.pins) == 1
        await socket.close()


async def test_nor_to_one_who_joins_others(scene: Scene) -> None:
    stage = Stage()
    async with node(scene.services, streams=stage.hold_up) as here:
        stage.streams.reads = -1
        first = await here.socket(scene.token())
        await first.ask("room.join", {"stream": scene.stream})
        socket = await here.socket(scene.token())
        stage.streams.reads = 0
        here.kept.forget(scene.stream)
        joining = asyncio.create_task(socket.ask("room.join", {"stream": scene.stream}))
        await stage.streams.has_read.wait()
        for product in range(3):
            await scene.pin(product)
        await told_up_to(here, scene, 3)
        stage.streams.go_on.set()
        client = Client()
        client.join(await joining)
        await same(scene, socket, client)
        assert len(client.pins) == 3
        await first.close()
        await socket.close()


async def test_nor_to_one_who_comes_back(scene: Scene) -> None:
    stage = Stage()
    async with node(scene.services, streams=stage.hold_up) as here:
        socket = await here.socket(scene.token())
        stage.streams.reads = -1
        client = await scene.fresh(socket)
        await scene.pin(0)
        await told_up_to(here, scene, 1)
        stage.streams.reads = 0
        again = {"stream": scene.stream, "since": client.since()}
        joining = asyncio.create_task(socket.ask("room.join", again))
        await stage.streams.has_read.wait()
        await scene.pin(1)
        await told_up_to(here, scene, 2)
        stage.streams.go_on.set()
        answer = await joining
        assert answer["snapshot"] is None
        assert [missed["event"] for missed in answer["missed"]] == ["pin.shown", "pin.shown"]
        client.join(answer)
        await same(scene, socket, client)
        await socket.close()


async def test_a_timeline_that_began_anew_while_somebody_joined(scene: Scene) -> None:
    stage = Stage()
    async with node(scene.services, streams=stage.hold_up) as here:
        socket = await here.socket(scene.token())
        joining = asyncio.create_task(socket.ask("room.join", {"stream": scene.stream}))
        await stage.streams.has_read.wait()
        await scene.services.redis.delete(shop_key(scene.shop.id, "room", scene.stream))
        await scene.pin()
        await told_up_to(here, scene, 1)
        stage.streams.go_on.set()
        client = Client()
        client.join(await joining)
        await same(scene, socket, client)
        assert len(client.pins) == 1
        await socket.close()


async def test_who_leaves_while_joining_is_not_counted_and_nothing_is_logged(
    scene: Scene, logs: Logs
) -> None:
    stage = Stage()
    async with node(scene.services, streams=stage.hold_up) as here:
        socket = await here.socket(scene.token())
        joining = asyncio.create_task(socket.ask("room.join", {"stream": scene.stream}))
        await stage.streams.has_read.wait()
        await socket.close()
        async with asyncio.timeout(10):
            while here.realtime.peers:
                await asyncio.sleep(0.01)
        stage.streams.go_on.set()
        joining.cancel()
        other = await here.socket(scene.token())
        joined = await other.ask("room.join", {"stream": scene.stream})
        assert joined["viewers"] == 1
        await other.close()
    assert logs.errors() == []


async def test_a_new_epoch_gives_a_snapshot_and_the_old_one_no_gap(scene: Scene) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        await scene.pin()
        client = await scene.fresh(socket)
        other = await here.socket(scene.token())
        await other.ask("room.join", {"stream": scene.stream})
        await scene.services.redis.flushdb()
        await scene.services.stock.rebuild(scene.shop.id, Facts({}))
        answer = await other.ask("room.join", {"stream": scene.stream, "since": client.since()})
        while answer["snapshot"] is None:  # what the node knows is read again within a second
            answer = await other.ask("room.join", {"stream": scene.stream, "since": client.since()})
            await asyncio.sleep(0.1)
        assert answer["missed"] == []
        assert answer["snapshot"]["epoch"] != client.epoch
        # The one who stayed is told by an event of another epoch, and comes again.
        told = await socket.told("stream.changed", epoch=answer["snapshot"]["epoch"])
        assert told["at"] == 0
        client.hear("stream.changed", told)
        assert client.lost
        client.join(await socket.ask("room.join", {"stream": scene.stream, "since": client.since()}))
        await same(scene, socket, client)
        await socket.close()
        await other.close()


async def test_what_can_not_be_had_any_more_is_a_snapshot(scene: Scene) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        for title in "xyz":
            await scene.title(title)
        client = await scene.fresh(socket)
        timeline = shop_key(scene.shop.id, "timeline", scene.stream)
        for since, missed in ((client.seq, 0), (client.seq - 1, 1), (client.seq + 1, None)):
            ask = {"stream": scene.stream, "since": {"epoch": client.epoch, "seq": since}}
            answer = await socket.ask("room.join", ask)
            assert (answer["snapshot"] is None) == (missed is not None)
            assert len(answer["missed"]) == (missed or 0)
        await scene.services.redis.xtrim(timeline, maxlen=1, approximate=False)
        ask = {"stream": scene.stream, "since": {"epoch": client.epoch, "seq": client.seq - 2}}
        assert len((await socket.ask("room.join", ask))["missed"]) == 2, "this node knows them still"
        await socket.close()
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        assert (await socket.ask("room.join", ask))["snapshot"] is not None
        await socket.close()


async def test_levels_come_with_the_pins(scene: Scene) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        pin = await scene.pin()
        answer = await socket.ask("room.join", {"stream": scene.stream})
        assert answer["stock"]["levels"] == {pin.product.variants[0].id: 9}
        await socket.close()


async def test_a_stream_that_is_none_is_refused(scene: Scene) -> None:
    async with node(scene.services) as here:
        socket = await here.socket(scene.token())
        with pytest.raises(Refused, match=r"stream\.not_found"):
            await socket.ask("room.join", {"stream": "stream_none"})
        await socket.close()
