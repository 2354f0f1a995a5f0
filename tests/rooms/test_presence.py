"""How many watch, over all nodes."""

import pytest

from server.core.redis import RedisClient, shop_key
from server.rooms.presence import STALE_MS, Presence
from tests.infra.clock import HeldClock
from tests.rooms.node import node
from tests.rooms.scene import Scene


class Counter(Presence):
    """One node's presence, and what it told its rooms."""

    def __init__(self, redis: RedisClient, clock: HeldClock) -> None:
        self.told: list[int] = []

        async def changed(_stream: str, viewers: int) -> None:
            self.told.append(viewers)

        super().__init__(redis, clock, changed)

    async def rounds(self, *others: Presence) -> None:
        """Each node writes, then each reads what the others wrote."""
        for presence in (self, *others) * 2:
            await presence.step()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


async def test_nodes_add_up(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    for _ in range(3):
        one.arrived("shop", "s")
    two.arrived("shop", "s")
    two.arrived("shop", "other")
    await one.rounds(two)
    assert (one.count("s"), two.count("s"), two.count("other"), one.count("other")) == (4, 4, 1, 0)
    two.left("s")
    await one.rounds(two)
    assert (one.count("s"), two.count("s")) == (3, 3)
    assert one.told[-1] == 3


async def test_no_change_is_no_news(redis: RedisClient, clock: HeldClock) -> None:
    one = Counter(redis, clock)
    one.arrived("shop", "s")
    for _ in range(5):
        await one.step()
    assert one.told == [1]


async def test_a_node_that_is_gone_is_forgotten(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.arrived("shop", "s")
    two.arrived("shop", "s")
    await one.rounds(two)
    assert one.count("s") == 2
    clock.at += STALE_MS - 1  # it was killed, and said nothing
    await one.step()
    assert one.count("s") == 2
    clock.at += 1
    await one.step()
    assert one.count("s") == 1


async def test_a_node_that_stops_takes_its_own_with_it(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.arrived("shop", "s")
    two.arrived("shop", "s")
    await one.rounds(two)
    await two.close()
    await one.step()
    assert one.count("s") == 1
    assert await redis.hlen(shop_key("shop", "viewers", "s")) == 1


async def test_who_just_came_is_counted_at_once(redis: RedisClient, clock: HeldClock) -> None:
    one = Counter(redis, clock)
    assert one.count("s") == 0
    one.arrived("shop", "s")
    assert one.count("s") == 1


async def test_a_stream_that_is_only_watched_by_its_host_has_nobody(
    redis: RedisClient, clock: HeldClock
) -> None:
    host, other = Counter(redis, clock), Counter(redis, clock)
    host.watch("shop", "s")
    await host.step()
    other.arrived("shop", "s")
    await other.rounds(host)
    assert host.count("s") == 1


async def test_a_wiped_redis_is_filled_again(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.arrived("shop", "s")
    two.arrived("shop", "s")
    await one.rounds(two)
    await redis.flushdb()
    await one.rounds(two)
    assert one.count("s") == two.count("s") == 2


async def test_two_nodes_tell_their_viewers_of_each_other(scene: Scene) -> None:
    async with node(scene.services) as here, node(scene.services) as there:
        first = await here.socket(scene.token())
        assert (await first.ask("room.join", {"stream": scene.stream}))["viewers"] == 1
        second = await there.socket(scene.token())
        await second.ask("room.join", {"stream": scene.stream})
        await second.ask("room.join", {"stream": scene.stream})  # again is not another one
        for quiet in (scene.token(kind="staff"), scene.token(preview=True)):
            socket = await there.socket(quiet)
            await socket.ask("room.join", {"stream": scene.stream})
        for presence in (here.presence, there.presence) * 2:
            await presence.step()
        for socket in (first, second):
            assert (await socket.told("viewers.changed", viewers=2))["stream"] == scene.stream
        await second.close()
        while there.presence.count(scene.stream) != 1:
            for presence in (there.presence, here.presence):
                await presence.step()
        await first.told("viewers.changed", viewers=1)
        await first.close()
