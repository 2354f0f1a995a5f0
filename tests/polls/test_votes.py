"""The scripts that count, against a model, and what they announce."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.core.redis import RedisClient, connect, news_channel, shop_key
from server.polls.messages import Tally
from server.polls.votes import Terms, Vote, VoteStore

STREAM, OPTIONS = "stream_a", ("o1", "o2", "o3")
_polls = (f"poll_{n}" for n in itertools.count())

viewers = st.sampled_from(["ann", "bob", "cid"])
ballots = st.lists(st.sampled_from([*OPTIONS, "o9"]), min_size=0, max_size=3, unique=True)
batches = st.lists(st.tuples(viewers, ballots), min_size=1, max_size=8)
steps = st.lists(st.one_of(batches, batches, batches, st.just("close")), max_size=8)
terms = st.builds(
    Terms,
    stream=st.just(STREAM),
    one=st.booleans(),
    changeable=st.booleans(),
    results=st.sampled_from(["live", "closed"]),
    closes_at=st.sampled_from([None, 1, 4_000_000_000_000]),
    options=st.just(OPTIONS),
)


class Model:
    """The same rules, written a second time: votes one by one, and the tally counted from them."""

    def __init__(self, given: Terms) -> None:
        self.terms = given
        self.open = given.closes_at != 1
        self.votes: dict[str, list[str]] = {}

    def vote(self, viewer: str, options: Sequence[str]) -> tuple[str, list[str]]:
        before = self.votes.get(viewer, [])
        if not options or sorted(options) == before:
            return "ok", before
        if not self.open:
            return "closed", before
        if unknown := [option for option in options if option not in OPTIONS]:
            return "unknown", unknown[:1]
        if self.terms.one and len(options) > 1:
            return "one", before
        if before and not self.terms.changeable:
            return "voted", before
        self.votes[viewer] = sorted(options)
        return "ok", sorted(options)

    def tally(self) -> tuple[int, dict[str, int]]:
        cast = list(itertools.chain(*self.votes.values()))
        return len(self.votes), {option: cast.count(option) for option in OPTIONS}


def seen(tally: Tally) -> tuple[int, dict[str, int]]:
    return tally.voters, tally.counts


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_any_sequence_of_votes_is_counted_as_by_hand(runner: asyncio.Runner, redis_url: str) -> None:
    async def opened() -> RedisClient:
        return connect(redis_url)

    redis = runner.run(opened())
    store = VoteStore(redis, gap_ms=0)

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    @given(terms, steps)
    def holds(given: Terms, plan: list[object]) -> None:
        runner.run(follow(store, given, plan))

    try:
        holds()
    finally:
        runner.run(redis.aclose())


async def follow(store: VoteStore, given: Terms, plan: list[object]) -> None:
    poll, model, version = next(_polls), Model(given), 0
    assert await store.open("shop", poll, given)
    for step in plan:
        if step == "close":
            model.open = False
            tally = await store.close("shop", poll)
            assert tally is not None
        else:
            assert isinstance(step, list)
            votes = [Vote(STREAM, poll, viewer, tuple(options)) for viewer, options in step]
            counted = await store.vote("shop", poll, votes)
            assert counted is not None
            expected = [model.vote(vote.viewer, vote.options) for vote in votes]
            assert [(one.code, one.options) for one in counted] == expected
            tally = counted[0].tally
        assert seen(tally) == model.tally()
        assert tally.version >= version
        version = tally.version
    assert {poll: seen(tally) for poll, tally in (await store.tallies("shop", [poll])).items()} == {
        poll: model.tally()
    }


@pytest.fixture
async def store(redis: RedisClient) -> VoteStore:
    return VoteStore(redis)


FREE = Terms(STREAM, one=True, changeable=True, results="live", closes_at=None, options=OPTIONS)


def vote(viewer: str, *options: str, poll: str = "poll", stream: str = STREAM) -> Vote:
    return Vote(stream, poll, viewer, options)


async def test_a_poll_that_is_not_known_or_of_another_stream_counts_nothing(store: VoteStore) -> None:
    assert await store.vote("shop", "poll", [vote("ann", "o1")]) is None
    assert await store.close("shop", "poll") is None
    assert await store.tell("shop", "poll") == 0
    await store.open("shop", "poll", FREE)
    assert await store.vote("shop", "poll", [vote("ann", "o1", stream="stream_b")]) is None
    assert await store.vote("shop_b", "poll", [vote("ann", "o1")]) is None
    assert seen((await store.tallies("shop", ["poll", "none"]))["poll"]) == (0, {"o1": 0, "o2": 0, "o3": 0})


async def test_opening_again_keeps_what_was_counted(store: VoteStore) -> None:
    assert await store.open("shop", "poll", FREE)
    await store.vote("shop", "poll", [vote("ann", "o1")])
    assert not await store.open("shop", "poll", FREE)
    await store.close("shop", "poll")
    assert not await store.open("shop", "poll", FREE)
    counted = await store.vote("shop", "poll", [vote("bob", "o1"), vote("ann", "o1")])
    assert [one.code for one in counted or ()] == ["closed", "ok"]


async def test_of_votes_and_a_close_at_once_those_before_it_count(store: VoteStore) -> None:
    """Whatever the order in which Redis takes them: who was told `ok` is in the final tally, nobody else."""
    for turn in range(20):
        poll = f"poll_{turn}"
        await store.open("shop", poll, FREE)
        voting = [store.vote("shop", poll, [vote(f"viewer_{n}", "o2", poll=poll)]) for n in range(30)]
        *answers, first, again = await asyncio.gather(
            *voting[:15], *voting[15:], store.close("shop", poll), store.close("shop", poll)
        )
        accepted = sum(one[0].code == "ok" for one in answers if isinstance(one, list))
        assert isinstance(first, Tally)
        assert first == again
        assert seen(first) == (accepted, {"o1": 0, "o2": accepted, "o3": 0})
        assert (await store.tallies("shop", [poll]))[poll] == first


async def test_after_closing_the_votes_are_kept_for_a_while(store: VoteStore, redis: RedisClient) -> None:
    await store.open("shop", "poll", FREE)
    await store.vote("shop", "poll", [vote("ann", "o1")])
    keys = [shop_key("shop", part, "poll") for part in ("poll", "votes")]
    assert [await redis.pttl(key) for key in keys] == [-1, -1]
    await store.close("shop", "poll")
    kept = [await redis.pttl(key) for key in keys]
    assert all(0 < left <= 24 * 3600 * 1000 for left in kept)


async def test_a_poll_counted_anew_has_a_higher_version(store: VoteStore, redis: RedisClient) -> None:
    await store.open("shop", "poll", FREE)
    before = await store.vote("shop", "poll", [vote("ann", "o1")])
    await redis.flushall()
    await store.open("shop", "poll", FREE)
    after = await store.vote("shop", "poll", [vote("ann", "o1")])
    assert before is not None
    assert after is not None
    assert after[0].tally.version > before[0].tally.version
    assert seen(after[0].tally) == (1, {"o1": 1, "o2": 0, "o3": 0})


class Heard:
    """The tallies that were announced for a shop."""

    def __init__(self, redis: RedisClient) -> None:
        self._pubsub = redis.pubsub()

    async def all(self) -> list[Tally]:
        found: list[Tally] = []
        while (message := await self._pubsub.get_message(timeout=0.1)) is not None:
            if message["type"] == "smessage":
                news = msgspec.json.decode(message["data"])
                assert (news["kind"], news["stream"], news["poll"]) == ("tally", STREAM, "poll")
                found.append(msgspec.convert(news["tally"], Tally))
        return found

    async def open(self) -> None:
        await self._pubsub.ssubscribe(news_channel("shop"))
        assert (await self._pubsub.get_message(timeout=5) or {})["type"] == "ssubscribe"

    async def close(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]


@pytest.fixture
async def heard(redis: RedisClient) -> AsyncIterator[Heard]:
    heard = Heard(redis)
    await heard.open()
    yield heard
    await heard.close()


async def test_tallies_are_announced_now_and_then_and_the_last_one_when_asked(
    redis: RedisClient, heard: Heard
) -> None:
    store = VoteStore(redis, gap_ms=3_600_000)  # so long that only one is told in this test
    await store.open("shop", "poll", FREE)
    waits = []
    for n in range(50):
        counted = await store.vote("shop", "poll", [vote(f"viewer_{n}", "o1")])
        waits.append(counted[0].wait_ms if counted else -1)
    assert waits[0] == 0  # told
    assert all(0 < wait <= 3_600_000 for wait in waits[1:])
    told = await heard.all()
    assert [tally.voters for tally in told] == [1]
    assert await store.tell("shop", "poll") > 0  # too early
    assert await VoteStore(redis, gap_ms=0).tell("shop", "poll") == 0
    assert [tally.voters for tally in await heard.all()] == [50]
    assert await VoteStore(redis, gap_ms=0).tell("shop", "poll") == 0
    assert await heard.all() == []  # told already


async def test_a_vote_that_changes_nothing_is_not_told(redis: RedisClient, heard: Heard) -> None:
    store = VoteStore(redis, gap_ms=0)
    await store.open("shop", "poll", FREE)
    for options in (("o1",), ("o1",), (), ("o9",)):
        await store.vote("shop", "poll", [vote("ann", *options)])
    assert [tally.voters for tally in await heard.all()] == [1]


async def test_closing_tells_what_was_not_told(redis: RedisClient, heard: Heard) -> None:
    store = VoteStore(redis, gap_ms=3_600_000)
    await store.open("shop", "poll", FREE)
    for viewer in ("ann", "bob"):
        await store.vote("shop", "poll", [vote(viewer, "o1")])
    final = await store.close("shop", "poll")
    await store.close("shop", "poll")
    told = await heard.all()
    assert [tally.voters for tally in told] == [1, 2]
    assert told[-1] == final
