"""What follows from a poll's state: whoever dies in between, a worker ends it right."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.core.errors import Unavailable
from server.polls.messages import HostPoll, PollView
from server.polls.service import PollService
from server.polls.settlement import PollSettlement
from server.polls.store import PollStore
from server.polls.votes import VoteStore
from server.streams.messages import StreamView
from server.worker import Worker
from tests.checkout.scene import Crash, LaterClock
from tests.infra.logs import Logs
from tests.infra.show import Refused, Show, Viewer, start_worker


class Dying:
    """A part that others share. The process dies before or after the call with the number `at`."""

    def __init__(self, part: Any, life: "Life") -> None:
        self._part = part
        self._life = life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._part, name)

        async def call(*arguments: Any, **more: Any) -> Any:
            self._life.calls += 1
            if (self._life.calls, True) == self._life.ends:
                raise Crash
            answer = await method(*arguments, **more)
            if (self._life.calls, False) == self._life.ends:
                raise Crash
            return answer

        return call


class Life:
    def __init__(self, at: int, *, before: bool) -> None:
        self.ends = (at, before)
        self.calls = 0


def host(show: Show, life: Life) -> PollService:
    """The host's service in a process that dies."""
    services = show.services
    store: Any = Dying(PollStore(services.db), life)
    votes: Any = Dying(VoteStore(services.redis), life)
    timeline: Any = Dying(services.timeline, life)
    settlement = PollSettlement(store, votes, services.streams, timeline, services.clock)
    return PollService(store, votes, settlement, services.streams, services.clock)


async def vote(viewer: Viewer, poll: str, option: str = "o1") -> None:
    await viewer.socket.ask("poll.vote", {"stream": viewer.stream.id, "poll": poll, "options": [option]})


async def shown(show: Show, stream: StreamView) -> PollView | None:
    room = await show.services.streams.room(await show.services.streams.get(stream.id))
    found: PollView | None = room.sections["poll"]
    return found


async def poll_of(show: Show, stream: StreamView, poll: str) -> HostPoll:
    [found] = [
        one for one in await show.services.polls.of_stream(show.shop, stream.id) if one.poll.id == poll
    ]
    return found


async def idle(show: Show, stream: StreamView) -> None:
    """Nothing is left to do, and doing it again does nothing."""

    async def facts() -> tuple[list[Any], list[Any]]:
        rows = await PollStore(show.services.db).of_stream(stream.id)
        for row in rows:  # an open poll is looked at again and again, one that is closed never more
            assert (row.pop("check_at") is not None) == (row["state"] == "open")
        return rows, await show.services.timeline.all_events(show.shop.id, stream.id)

    before = await facts()
    for row in before[0]:
        await show.services.poll_settlement.settle(row["id"])
    assert await facts() == before


STEPS: dict[str, Callable[[PollService, Show, str, str], Awaitable[Any]]] = {
    "open": lambda polls, show, stream, poll: polls.open(show.shop, stream, poll),
    "close": lambda polls, show, stream, poll: polls.close(show.shop, stream, poll),
    "hide": lambda polls, show, stream, poll: polls.hide(show.shop, stream, poll),
    "end": lambda polls, show, stream, poll: polls.stream_ending(stream),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
async def test_dying_at_any_point_leaves_all_or_nothing(
    quiet: Show, step: str, before: bool, logs: Logs
) -> None:
    """`open` opens a second poll, which closes the first. After the worker: either nothing had happened, or
    all that follows has; the votes are where they were."""
    for at in range(1, 40):
        stream = await quiet.stream()
        viewer = await quiet.viewer(stream)
        first = await quiet.poll(stream)
        await vote(viewer, first)
        poll = await quiet.poll(stream, opened=False) if step == "open" else first
        life = Life(at, before=before)
        try:
            await STEPS[step](host(quiet, life), quiet, stream.id, poll)
            died = False
        except Crash:
            died = True
        await quiet.services.poll_settlement.settle_due(50)
        await idle(quiet, stream)
        one = await poll_of(quiet, stream, first)
        assert one.tally.counts == {"o1": 1, "o2": 0}
        on_screen = await shown(quiet, stream)
        if one.poll.state == "open":  # nothing had happened
            assert died
            assert on_screen == one.poll
        elif step == "open":
            two = await poll_of(quiet, stream, poll)
            assert (two.poll.state, two.on_screen) == ("open", True)
            assert on_screen == two.poll
            await vote(viewer, poll)
        elif step == "hide" and not one.on_screen:
            assert on_screen is None
        else:
            assert on_screen == one.poll
            assert one.on_screen
        if one.poll.state == "closed":
            with pytest.raises(Refused, match=r"polls\.(closed|voted)"):
                await vote(viewer, first, "o2")
        await viewer.socket.close()
        if not died:
            assert at > 4
            assert logs.errors() == []
            return
    raise AssertionError("it never came to an end")


async def test_two_at_once_and_many_times_are_one(quiet: Show) -> None:
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    poll = await quiet.poll(stream, opened=False)
    services = quiet.services
    await asyncio.gather(*(services.polls.open(quiet.shop, stream.id, poll) for _ in range(4)))
    await vote(viewer, poll)
    await asyncio.gather(
        *(services.polls.close(quiet.shop, stream.id, poll) for _ in range(3)),
        *(services.poll_settlement.settle(poll) for _ in range(3)),
    )
    events = await services.timeline.all_events(quiet.shop.id, stream.id)
    assert [event["event"] for event in events if "poll" in event["event"]] == ["poll.opened", "poll.closed"]
    assert (await poll_of(quiet, stream, poll)).tally.voters == 1
    await idle(quiet, stream)


async def test_a_poll_closes_by_itself_when_its_time_is_up(quiet: Show) -> None:
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    services = quiet.services
    poll = await quiet.poll(stream, seconds=5)
    opened = await shown(quiet, stream)
    assert opened is not None
    assert opened.closes_at is not None
    await vote(viewer, poll)
    votes = VoteStore(services.redis)

    def settlement(later_ms: int) -> PollSettlement:
        clock = LaterClock()
        clock.ahead_ms = later_ms
        return PollSettlement(PollStore(services.db), votes, services.streams, services.timeline, clock)

    await settlement(0).settle_due(50)
    assert await shown(quiet, stream) == opened
    await settlement(60_000).settle_due(50)
    closed = (await viewer.socket.told("poll.closed"))["poll"]
    assert (closed["state"], closed["closed_at"]) == ("closed", opened.closes_at)
    assert closed["tally"]["counts"] == {"o1": 1, "o2": 0}


async def test_the_script_keeps_to_the_time_though_no_worker_came(quiet: Show) -> None:
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    poll = await quiet.poll(stream)
    key = f"pc:{{{quiet.shop.id}}}:poll:{poll}"
    await quiet.services.redis.hset(key, "closes_at", 1)
    with pytest.raises(Refused, match=r"polls\.closed"):
        await vote(viewer, poll)


async def test_a_worker_closes_what_an_ended_stream_left_open(quiet: Show) -> None:
    """The stream ended at another place than the host's route, or the poll was opened at that very moment."""
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    poll = await quiet.poll(stream)
    await vote(viewer, poll)
    await quiet.services.streams.end(quiet.shop, stream.id)
    await quiet.services.poll_settlement.settle(poll)
    found = await poll_of(quiet, stream, poll)
    assert (found.poll.state, found.tally.voters, found.on_screen) == ("closed", 1, False)
    assert await shown(quiet, stream) is None


async def test_of_a_stream_that_is_over_redis_is_told_nothing_new(quiet: Show) -> None:
    stream = await quiet.stream()
    poll = await quiet.poll(stream)
    await quiet.services.streams.end(quiet.shop, stream.id)
    await quiet.services.redis.flushdb()
    await quiet.services.poll_settlement.settle(poll)
    assert (await poll_of(quiet, stream, poll)).poll.state == "closed"
    assert await quiet.services.redis.keys(f"*{poll}*") == []
    assert await quiet.services.redis.keys(f"*:room:{stream.id}") == []


async def test_after_a_wipe_the_worker_lets_redis_count_again_and_the_room_shows_it(quiet: Show) -> None:
    stream = await quiet.stream()
    poll = await quiet.poll(stream)
    before = await shown(quiet, stream)
    await quiet.services.redis.flushdb()
    await quiet.services.poll_settlement.settle(poll)
    assert list(await VoteStore(quiet.services.redis).tallies(quiet.shop.id, [poll])) == [poll]
    assert await shown(quiet, stream) == before


async def test_wiped_and_closed_its_result_is_that_nobody_voted(quiet: Show) -> None:
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    poll = await quiet.poll(stream)
    await vote(viewer, poll)
    told = (await poll_of(quiet, stream, poll)).tally
    await quiet.services.redis.flushdb()
    closed = await quiet.services.polls.close(quiet.shop, stream.id, poll)
    assert (closed.tally.voters, closed.tally.counts) == (0, {"o1": 0, "o2": 0})
    assert closed.tally.version > told.version
    assert await shown(quiet, stream) == closed.poll


async def test_a_closed_poll_is_on_the_screen_of_a_room_that_was_wiped(quiet: Show) -> None:
    stream = await quiet.stream()
    poll = await quiet.poll(stream)
    closed = (await quiet.services.polls.close(quiet.shop, stream.id, poll)).poll
    await quiet.services.redis.flushdb()
    assert await shown(quiet, stream) == closed
    await quiet.services.redis.flushdb()
    await quiet.services.polls.hide(quiet.shop, stream.id, poll)
    await quiet.services.redis.flushdb()
    assert await shown(quiet, stream) is None


async def test_a_real_worker_closes_in_time(quiet: Show) -> None:
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    start_worker(quiet)
    poll = await quiet.poll(stream, seconds=5)
    await vote(viewer, poll)
    closed = await viewer.socket.told("poll.closed", within_s=30)
    assert closed["poll"]["tally"]["voters"] == 1
    assert not await Worker(quiet.services).polls()


async def test_one_that_fails_keeps_no_other_from_its_turn(quiet: Show) -> None:
    stream, other = await quiet.stream(), await quiet.stream()
    first = await quiet.poll(stream)
    second = await quiet.poll(other)
    store = PollStore(quiet.services.db)
    now = quiet.services.clock.now_ms()
    for one, poll in ((stream, first), (other, second)):
        await store.close(one.id, now, poll)

    class OneIsAway(VoteStore):
        async def close(self, shop: str, poll: str) -> Any:
            if poll == first:
                raise Unavailable("away")
            return await super().close(shop, poll)

    services = quiet.services
    votes = OneIsAway(services.redis)
    broken = PollSettlement(store, votes, services.streams, services.timeline, services.clock)
    with pytest.raises(Unavailable):
        await broken.settle_due(50)
    assert (await poll_of(quiet, other, second)).poll.state == "closed"
    assert (await store.get(first) or {})["state"] == "closing"
    await services.poll_settlement.settle_due(50)
    assert (await poll_of(quiet, stream, first)).poll.state == "closed"
