"""Votes, over the socket."""

import asyncio
from typing import Any

import pytest

from server.streams.messages import StreamView
from tests.infra.show import Json, Refused, Show, Viewer


@pytest.fixture
async def stream(quiet: Show) -> StreamView:
    return await quiet.stream()


async def vote(viewer: Viewer, poll: str, *options: str) -> Json:
    body = {"stream": viewer.stream.id, "poll": poll, "options": list(options)}
    found: Json = await viewer.socket.ask("poll.vote", body)
    return found


async def ballot(viewer: Viewer, poll: str) -> Json:
    found: Json = await viewer.socket.ask("poll.ballot", {"stream": viewer.stream.id, "poll": poll})
    return found


async def refusal(viewer: Viewer, poll: str, *options: str) -> tuple[str, Json]:
    with pytest.raises(Refused) as refused:
        await vote(viewer, poll, *options)
    return refused.value.code, refused.value.body["details"]


def counts(ballot: Json) -> tuple[int, int, int]:
    return ballot["tally"]["voters"], ballot["tally"]["counts"]["o1"], ballot["tally"]["counts"]["o2"]


async def test_one_vote_per_viewer_and_again_changes_nothing(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream)
    one, two = await quiet.viewer(stream), await quiet.viewer(stream)
    assert await ballot(one, poll) == {
        "poll": poll,
        "options": [],
        "tally": (await ballot(two, poll))["tally"],
    }
    first = await vote(one, poll, "o1")
    assert (first["poll"], first["options"], counts(first)) == (poll, ["o1"], (1, 1, 0))
    assert await vote(one, poll, "o1") == first
    assert await refusal(one, poll, "o2") == ("polls.voted", {"options": ["o1"]})
    assert counts(await vote(two, poll, "o2")) == (2, 1, 1)
    assert (await ballot(one, poll))["options"] == ["o1"]


async def test_the_same_viewer_on_another_socket_has_voted(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream)
    viewer = await quiet.viewer(stream)
    await vote(viewer, poll, "o1")
    again = Viewer(quiet, stream, await quiet.get_pass(stream, token=viewer.token))
    await again.socket.connect(again.token)
    assert (await ballot(again, poll))["options"] == ["o1"]
    assert (await refusal(again, poll, "o2"))[0] == "polls.voted"
    await again.socket.close()


async def test_where_the_host_says_so_a_vote_may_change(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream, changeable=True, kind="multiple")
    viewer = await quiet.viewer(stream)
    assert counts(await vote(viewer, poll, "o2", "o1")) == (1, 1, 1)
    changed = await vote(viewer, poll, "o2")
    assert (changed["options"], counts(changed)) == (["o2"], (1, 0, 1))


async def test_what_is_no_vote_is_refused_and_counts_nothing(quiet: Show, stream: StreamView) -> None:
    poll, viewer = await quiet.poll(stream), await quiet.viewer(stream)
    assert await refusal(viewer, poll, "o1", "o2") == ("polls.one_option", {"poll": poll})
    assert await refusal(viewer, poll, "o7") == ("polls.no_such_option", {"option": "o7"})
    code, details = await refusal(viewer, poll, "o1", "o1")
    assert (code, details["at"]) == ("request.invalid", "$.options")
    assert await refusal(viewer, "poll_none", "o1") == ("polls.not_found", {"poll": "poll_none"})
    draft = await quiet.poll(stream, opened=False)
    assert (await refusal(viewer, draft, "o1"))[0] == "polls.not_found"
    elsewhere = await quiet.poll(await quiet.stream())
    assert (await refusal(viewer, elsewhere, "o1"))[0] == "polls.not_found"
    assert counts(await ballot(viewer, poll)) == (0, 0, 0)


async def test_staff_and_previews_do_not_vote_but_staff_see(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream, results="closed")
    await vote(await quiet.viewer(stream), poll, "o1")
    staff = await quiet.host_socket()
    body = {"stream": stream.id, "poll": poll}
    with pytest.raises(Refused) as refused:
        await staff.ask("poll.vote", {**body, "options": ["o1"]})
    assert refused.value.code == "auth.forbidden"
    seen = await staff.ask("poll.ballot", body)
    assert (seen["options"], counts(seen)) == ([], (1, 1, 0))
    preview = Viewer(quiet, stream, await quiet.get_pass(stream, preview=True))
    await preview.socket.connect(preview.token)
    assert (await refusal(preview, poll, "o1"))[0] == "polls.preview"
    assert await ballot(preview, poll) == {"poll": poll, "options": [], "tally": None}
    await preview.socket.close()


async def test_hidden_results_are_told_when_it_is_closed(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream, results="closed")
    viewer = await quiet.viewer(stream)
    host = await quiet.host_socket()
    await host.ask("numbers.watch", {"stream": stream.id})
    assert await vote(viewer, poll, "o1") == {"poll": poll, "options": ["o1"], "tally": None}
    assert (await host.told("poll.tallied", poll=poll))["tally"]["voters"] == 1
    assert (await ballot(viewer, poll))["tally"] is None
    await quiet.services.polls.close(quiet.shop, stream.id, poll)
    closed = await viewer.socket.told("poll.closed")
    assert closed["poll"]["tally"]["counts"] == {"o1": 1, "o2": 0}
    assert (await ballot(viewer, poll))["tally"] == closed["poll"]["tally"]
    assert "poll.tallied" not in [name for name, _ in viewer.socket.heard]


async def test_a_closed_poll_takes_no_votes_and_keeps_its_own(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream)
    one, two = await quiet.viewer(stream), await quiet.viewer(stream)
    first = await vote(one, poll, "o1")
    await quiet.services.polls.close(quiet.shop, stream.id, poll)
    assert await refusal(two, poll, "o1") == ("polls.closed", {"poll": poll})
    assert await vote(one, poll, "o1") == first  # its answer was lost, say
    assert (await refusal(one, poll, "o2"))[0] == "polls.closed"
    assert await ballot(two, poll) == {**first, "options": []}
    await quiet.services.redis.flushdb()  # or a day later
    assert await ballot(two, poll) == {**first, "options": []}
    assert await refusal(two, poll, "o1") == ("polls.closed", {"poll": poll})


async def test_everybody_who_is_told_the_result_is_told_the_same(quiet: Show, stream: StreamView) -> None:
    """Votes, changed votes, and the close among them: who was told `ok` is in the final tally."""
    poll = await quiet.poll(stream, changeable=True)
    viewers = [await quiet.viewer(stream) for _ in range(12)]
    accepted: dict[str, str] = {}
    all_voted = asyncio.Event()

    async def storm(viewer: Viewer, number: int) -> str:
        for turn in range(20):
            option = f"o{(number + turn) % 2 + 1}"
            try:
                await vote(viewer, poll, option)
            except Refused as refused:
                return refused.code
            accepted[viewer.id] = option
            if len(accepted) == len(viewers):
                all_voted.set()
        return "all taken"

    async def close() -> str:
        await all_voted.wait()
        await quiet.services.polls.close(quiet.shop, stream.id, poll)
        return "closed"

    ends = await asyncio.gather(*(storm(viewer, n) for n, viewer in enumerate(viewers)), close())
    assert set(ends) <= {"polls.closed", "all taken", "closed"}
    told = [(await viewer.socket.told("poll.closed"))["poll"]["tally"] for viewer in viewers]
    assert all(tally == told[0] for tally in told)
    cast = list(accepted.values())
    assert told[0]["counts"] == {"o1": cast.count("o1"), "o2": cast.count("o2")}
    assert told[0]["voters"] == len(viewers)
    [host] = await quiet.services.polls.of_stream(quiet.shop, stream.id)
    assert host.tally.counts == told[0]["counts"]


async def test_the_last_tally_is_always_told(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream)
    viewers = [await quiet.viewer(stream) for _ in range(6)]
    for turn, viewer in enumerate(viewers):
        final = await vote(viewer, poll, f"o{turn % 2 + 1}")

        async with asyncio.timeout(5):
            for listener in viewers:
                await listener.socket.told("poll.tallied", tally=final["tally"])
    tallies: list[Any] = [event["tally"] for name, event in viewers[0].socket.heard if name == "poll.tallied"]
    assert [tally["voters"] for tally in tallies] == sorted({tally["voters"] for tally in tallies})


async def test_a_wiped_redis_counts_anew_and_viewers_may_vote_again(quiet: Show, stream: StreamView) -> None:
    poll = await quiet.poll(stream)
    one, two = await quiet.viewer(stream), await quiet.viewer(stream)
    before = await vote(one, poll, "o1")
    await quiet.services.redis.flushdb()
    after = await vote(two, poll, "o2")
    assert counts(after) == (1, 0, 1)
    assert after["tally"]["version"] > before["tally"]["version"]
    assert await ballot(one, poll) == {**after, "options": []}
    assert counts(await vote(one, poll, "o2")) == (2, 0, 2)
    room = await quiet.services.streams.room(await quiet.services.streams.get(stream.id))
    assert room.sections["poll"].id == poll
