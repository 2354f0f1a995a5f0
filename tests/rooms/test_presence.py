"""How many watch, over all nodes."""

import itertools

import pytest

from server.core.redis import RedisClient, shop_key
from server.rooms.messages import Audience
from server.rooms.presence import EXACT, STALE_MS, Presence
from server.streams.messages import StreamState
from tests.infra.clock import HeldClock
from tests.rooms.node import node
from tests.rooms.scene import Scene


class Kept:
    """The peaks that were kept for good."""

    def __init__(self) -> None:
        self.peaks: dict[str, int] = {}

    async def keep_peak(self, stream: str, peak: int) -> None:
        self.peaks[stream] = max(peak, self.peaks.get(stream, 0))

    async def peak(self, stream: str) -> int:
        return self.peaks.get(stream, 0)


class Counter(Presence):
    """One node's presence, and what it told its rooms."""

    def __init__(self, redis: RedisClient, clock: HeldClock) -> None:
        self.told: list[int] = []
        self.show: StreamState = "live"
        self.kept = Kept()
        self._names = itertools.count()

        async def changed(_stream: str, audience: Audience) -> None:
            self.told.append(audience.viewers)

        super().__init__(redis, self.kept, clock, changed, lambda _shop, _stream: self.show)

    def come(self, stream: str, origin: str = "https://a.example", *, many: int = 1) -> str:
        """Viewers that nobody has seen before. The last one's name."""
        name = ""
        for _ in range(many):
            name = f"viewer_{next(self._names)}"
            self.arrived("shop", stream, name, origin)
        return name

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
        one.come("s")
    other = two.come("s")
    two.come("other")
    await one.rounds(two)
    assert (one.count("s"), two.count("s"), two.count("other"), one.count("other")) == (4, 4, 1, 0)
    two.left("s", other)
    await one.rounds(two)
    assert one.count("s") == 3
    assert one.told[-1] == 3


async def test_no_change_is_no_news(redis: RedisClient, clock: HeldClock) -> None:
    one = Counter(redis, clock)
    one.come("s")
    for _ in range(5):
        await one.step()
    assert one.told == [1]


async def test_what_a_host_learns_first_the_viewers_are_told_too(
    redis: RedisClient, clock: HeldClock
) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.come("s")
    two.come("s")
    await one.rounds(two)
    one.come("s")
    await one.step()
    await two.watch("shop", "s")
    await two.step()
    assert two.told[-1] == 3


async def test_a_node_that_is_gone_is_forgotten(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.come("s")
    two.come("s")
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
    one.come("s")
    two.come("s")
    await one.rounds(two)
    await two.close()
    await one.step()
    assert one.count("s") == 1
    assert await redis.hlen(shop_key("shop", "audience", "s")) == 1


async def test_who_just_came_is_counted_at_once(redis: RedisClient, clock: HeldClock) -> None:
    one = Counter(redis, clock)
    assert one.count("s") == 0
    one.come("s")
    assert one.count("s") == 1


async def test_a_stream_that_is_only_watched_by_its_host_has_nobody(
    redis: RedisClient, clock: HeldClock
) -> None:
    host, other = Counter(redis, clock), Counter(redis, clock)
    await host.watch("shop", "s")
    await host.step()
    other.come("s")
    await other.rounds(host)
    assert host.count("s") == 1


async def test_a_wiped_redis_is_filled_again(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.come("s")
    two.come("s")
    await one.rounds(two)
    await redis.flushdb()
    await one.rounds(two)
    assert one.count("s") == two.count("s") == 2


async def test_two_tabs_are_one_viewer(redis: RedisClient, clock: HeldClock) -> None:
    one = Counter(redis, clock)
    for _ in range(3):
        one.arrived("shop", "s", "viewer", "https://a.example")
    one.come("s")
    await one.step()
    assert one.audience("s").viewers == one.count("s") == 2
    for left in (2, 2, 1):
        one.left("s", "viewer")
        await one.step()
        assert one.audience("s").viewers == left
    assert one.audience("s").origins == {"https://a.example": 1}


async def test_whence_viewers_come_is_added_up(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.come("s", many=2)
    two.come("s", "https://b.example", many=3)
    two.come("s")
    await one.rounds(two)
    audience = one.audience("s")
    assert audience == two.audience("s")
    assert audience.origins == {"https://a.example": 3, "https://b.example": 3}
    assert (audience.channels, audience.viewers, audience.approximate) == ({"live": 6}, 6, False)
    one.show = two.show = "ended"
    await one.rounds(two)
    assert one.audience("s").channels == {"replay": 6}


async def test_the_peak_is_of_the_live_show_and_stays(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.show = two.show = "scheduled"
    early = [one.come("s") for _ in range(5)]
    await one.rounds(two)
    assert one.audience("s").peak == 0
    for viewer in early[1:]:
        one.left("s", viewer)
    one.show = two.show = "live"
    guests = [two.come("s") for _ in range(3)]
    await one.rounds(two)
    for viewer in guests:
        two.left("s", viewer)
    await one.rounds(two)
    assert (one.audience("s").viewers, one.audience("s").peak) == (1, 4)
    await one.ended("shop", "s")
    one.show = "ended"
    one.come("s", many=9)
    await one.step()
    await one.ended("shop", "s")
    assert one.kept.peaks == {"s": 4}
    await redis.flushdb()
    host = Counter(redis, clock)
    host.kept.peaks = one.kept.peaks
    await host.watch("shop", "s")
    assert host.audience("s").peak == 4
    await host.step()
    assert host.audience("s").peak == 4


async def test_only_a_large_sum_over_nodes_is_approximate(redis: RedisClient, clock: HeldClock) -> None:
    one, two = Counter(redis, clock), Counter(redis, clock)
    one.come("s", many=EXACT + 1)
    await one.step()
    assert not one.audience("s").approximate
    two.come("s")
    await one.rounds(two)
    assert one.audience("s").approximate
    assert two.audience("s").approximate


async def test_a_stream_that_nobody_watches_any_more_is_forgotten(
    redis: RedisClient, clock: HeldClock
) -> None:
    one = Counter(redis, clock)
    viewer = one.come("s")
    await one.watch("shop", "s")
    await one.step()
    one.left("s", viewer)
    one.unwatch("s")
    await one.step()
    assert one._here == {}
    assert await redis.hlen(shop_key("shop", "audience", "s")) == 0


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
        while here.presence.count(scene.stream) != 1:
            for presence in (there.presence, here.presence):
                await presence.step()
        await first.told("viewers.changed", viewers=1)
        await first.close()
