"""A poll's life, from the host panel."""

import asyncio
from typing import Any

import pytest

from server.polls.service import MOST_POLLS
from server.streams.messages import CreateStream, StreamView
from tests.infra.show import Json, Refused, Show, fresh_key

TWO = [{"text": "Pale Root"}, {"text": "Wet Slate"}]


class Host:
    """One stream's polls, asked for over HTTP."""

    def __init__(self, show: Show, stream: StreamView) -> None:
        self._show = show
        self._base = f"/api/v1/host/streams/{stream.id}/polls"

    async def make(self, **draft: Any) -> Json:
        return await self._ask("POST", "", {"question": "Which next?", "options": TWO, **draft})

    async def change(self, poll: Json, **draft: Any) -> Json:
        return await self._ask("PUT", f"/{_id(poll)}", {"question": "Which next?", "options": TWO, **draft})

    async def remove(self, poll: Json) -> Json:
        return await self._ask("DELETE", f"/{_id(poll)}")

    async def do(self, what: str, poll: Json) -> Json:
        return await self._ask("POST", f"/{_id(poll)}/{what}")

    async def all(self) -> list[Json]:
        found: list[Json] = (await self._ask("GET", ""))["polls"]
        return found

    async def _ask(self, method: str, path: str, body: Any = None) -> Json:
        found: Json = await self._show.call(method, self._base + path, body)
        return found


def _id(poll: Json) -> str:
    found: str = poll["poll"]["id"]
    return found


@pytest.fixture
async def stream(quiet: Show) -> StreamView:
    return await quiet.stream()


@pytest.fixture
async def host(quiet: Show, stream: StreamView) -> Host:
    return Host(quiet, stream)


async def on_screen(show: Show, stream: StreamView) -> Any:
    room = await show.call("GET", f"/api/v1/streams/{stream.id}/room")
    return room["snapshot"]["poll"]


async def refused(call: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value


async def test_a_draft_is_as_it_was_written_and_nobody_else_sees_it(
    host: Host, quiet: Show, stream: StreamView
) -> None:
    made = await host.make(results="closed", changeable=True, seconds=60, kind="multiple")
    poll = made["poll"]
    assert [option["text"] for option in poll["options"]] == ["Pale Root", "Wet Slate"]
    assert (poll["state"], poll["tally"], poll["right"], poll["opened_at"]) == ("draft", None, [], None)
    assert (poll["results"], poll["changeable"], poll["kind"]) == ("closed", True, "multiple")
    assert (made["seconds"], made["on_screen"], made["right"]) == (60, False, [])
    assert made["tally"] == {"version": 0, "voters": 0, "counts": {"o1": 0, "o2": 0}}
    assert await host.all() == [made]
    assert await on_screen(quiet, stream) is None


async def test_the_same_key_is_the_same_poll(host: Host) -> None:
    key = fresh_key()
    first = await host.make(key=key)
    assert await host.make(key=key, question="Another?") == first
    assert await host.make(key=fresh_key()) != first
    assert len(await host.all()) == 2


@pytest.mark.parametrize(
    ("draft", "at"),
    [
        ({"options": [*TWO, {"text": "Wet Slate"}]}, "$.options[2].text"),
        ({"options": [{"text": "a"}, {"text": "b", "right": True}]}, "$.options[1].right"),
        (
            {"kind": "multiple", "options": [{"text": "a", "right": True}, {"text": "b"}]},
            "$.options[0].right",
        ),
        ({"kind": "quiz"}, "$.options"),
        (
            {"kind": "quiz", "options": [{"text": t, "right": True} for t in "ab"]},
            "$.options[1].right",
        ),
        ({"question": ""}, "$.question"),
        ({"options": TWO[:1]}, "$.options"),
        ({"options": [{"text": str(n)} for n in range(7)]}, "$.options"),
    ],
)
async def test_what_makes_no_poll_is_refused_with_its_place(host: Host, draft: Json, at: str) -> None:
    kept = await host.make()
    for call in (host.make(**draft), host.change(kept, **draft)):
        error = await refused(call)
        assert (error.code, error.body["details"]["at"]) == ("request.invalid", at)
    assert await host.all() == [kept]


async def test_a_draft_is_changed_whole_and_removed(host: Host) -> None:
    made = await host.make(seconds=60, changeable=True)
    options = [{"text": "Yes", "right": True}, {"text": "No"}, {"text": "Both"}]
    changed = await host.change(made, question="Is it?", kind="quiz", options=options)
    assert changed["poll"]["id"] == made["poll"]["id"]
    assert (changed["poll"]["question"], changed["poll"]["kind"]) == ("Is it?", "quiz")
    assert (changed["right"], changed["seconds"], changed["poll"]["changeable"]) == (["o1"], None, False)
    assert await host.remove(made) == {}
    assert await host.all() == []
    assert (await refused(host.remove(made))).code == "polls.not_found"
    assert (await refused(host.change(made))).code == "polls.not_found"


async def test_a_stream_has_no_more_than_so_many(host: Host) -> None:
    for _ in range(MOST_POLLS):
        await host.make()
    error = await refused(host.make())
    assert (error.code, error.body["details"]) == ("polls.too_many", {"most": MOST_POLLS})


async def test_polls_are_prepared_before_the_show_and_opened_in_it(quiet: Show) -> None:
    stream = await quiet.stream(live=False)
    host = Host(quiet, stream)
    made = await host.make()
    error = await refused(host.do("open", made))
    assert (error.code, error.body["details"]) == ("stream.not_live", {"state": "scheduled"})
    await quiet.services.streams.start(quiet.shop, stream.id)
    assert (await host.do("open", made))["poll"]["state"] == "open"


async def test_open_close_hide_and_each_of_them_twice(host: Host, quiet: Show, stream: StreamView) -> None:
    kind = {"kind": "quiz", "options": [{"text": "Yes"}, {"text": "No", "right": True}]}
    made = await host.make(seconds=60, **kind)
    opened = await host.do("open", made)
    poll = opened["poll"]
    assert opened["on_screen"]
    assert poll["closes_at"] == poll["opened_at"] + 60_000
    assert (poll["state"], poll["tally"], poll["right"], opened["right"]) == ("open", None, [], ["o2"])
    assert await on_screen(quiet, stream) == poll
    assert await host.do("open", made) == opened

    closed = await host.do("close", made)
    assert closed["poll"]["state"] == "closed"
    assert closed["poll"]["closed_at"] < poll["closes_at"]
    assert closed["poll"]["tally"] == closed["tally"] == opened["tally"]
    assert closed["poll"]["right"] == ["o2"]
    assert await on_screen(quiet, stream) == closed["poll"]
    assert await host.do("close", made) == closed

    hidden = await host.do("hide", made)
    assert hidden == {**closed, "on_screen": False}
    assert await on_screen(quiet, stream) is None
    assert await host.do("hide", made) == hidden
    assert await host.do("close", made) == hidden

    events = await quiet.services.timeline.all_events(quiet.shop.id, stream.id)
    told = [event["event"] for event in events if event["event"].startswith("poll.")]
    assert told == ["poll.opened", "poll.closed", "poll.hidden"]


async def test_a_quiz_keeps_its_secret_until_it_closes(host: Host, quiet: Show, stream: StreamView) -> None:
    options = [{"text": "Yes"}, {"text": "No", "right": True}]
    made = await host.make(kind="quiz", options=options)
    viewer = await quiet.viewer(stream)
    await host.do("open", made)
    opened = await viewer.socket.told("poll.opened")
    assert opened["poll"]["right"] == []
    assert "true" not in str(opened["poll"]["options"]).lower()
    await host.do("close", made)
    assert (await viewer.socket.told("poll.closed"))["poll"]["right"] == ["o2"]


async def test_what_was_opened_stays_as_it_is(host: Host) -> None:
    made = await host.make()
    error = await refused(host.do("close", made))
    assert error.code == "polls.not_opened"
    assert await host.do("hide", made) == made  # it is off the screen
    await host.do("open", made)
    for step in ("open", "close", "hide"):
        await host.do(step, made)
        assert (await refused(host.change(made))).code == "polls.was_opened"
        assert (await refused(host.remove(made))).code == "polls.was_opened"
    assert (await refused(host.do("open", made))).code == "polls.closed"


async def test_opening_one_closes_the_other_first(host: Host, quiet: Show, stream: StreamView) -> None:
    first, second = await host.make(), await host.make()
    await host.do("open", first)
    viewer = await quiet.viewer(stream)
    await viewer.socket.ask("poll.vote", {"stream": stream.id, "poll": _id(first), "options": ["o1"]})
    await host.do("open", second)
    one, two = await host.all()
    assert (one["poll"]["state"], one["on_screen"]) == ("closed", False)
    assert one["poll"]["tally"]["counts"] == {"o1": 1, "o2": 0}
    assert (two["poll"]["state"], two["on_screen"]) == ("open", True)
    assert (await on_screen(quiet, stream))["id"] == _id(second)
    await viewer.socket.told("poll.opened")
    told = [(name, event["poll"]["id"]) for name, event in viewer.socket.heard if name.startswith("poll.")
            and isinstance(event["poll"], dict)]  # fmt: skip
    assert told == [("poll.closed", _id(first)), ("poll.opened", _id(second))]
    hidden = await host.do("hide", first)
    assert not hidden["on_screen"]
    assert (await on_screen(quiet, stream))["id"] == _id(second)


async def test_an_open_poll_that_is_hidden_closes(host: Host, quiet: Show, stream: StreamView) -> None:
    made = await host.make()
    await host.do("open", made)
    hidden = await host.do("hide", made)
    assert (hidden["poll"]["state"], hidden["on_screen"]) == ("closed", False)
    assert await on_screen(quiet, stream) is None


async def test_of_many_opened_at_once_one_is_left(host: Host, quiet: Show, stream: StreamView) -> None:
    made = [await host.make() for _ in range(5)]
    done = await asyncio.gather(*(host.do("open", poll) for poll in made), return_exceptions=True)
    assert all(
        isinstance(one, dict) or (isinstance(one, Refused) and one.code == "stream.busy") for one in done
    )
    await quiet.services.poll_settlement.settle_due(50)
    found = await host.all()
    assert sorted(poll["poll"]["state"] for poll in found) == ["closed"] * 4 + ["open"]
    [shown] = [poll for poll in found if poll["on_screen"]]
    assert await on_screen(quiet, stream) == shown["poll"]
    assert shown["poll"]["state"] == "open"


async def test_the_end_of_the_stream_closes_and_what_was_can_be_read(
    host: Host, quiet: Show, stream: StreamView
) -> None:
    made, spare = await host.make(), await host.make()
    await host.do("open", made)
    viewer = await quiet.viewer(stream)
    await viewer.socket.ask("poll.vote", {"stream": stream.id, "poll": _id(made), "options": ["o2"]})
    await quiet.call("POST", f"/api/v1/host/streams/{stream.id}/end")
    closed = await viewer.socket.told("poll.closed")
    assert closed["poll"]["tally"]["counts"] == {"o1": 0, "o2": 1}
    assert await on_screen(quiet, stream) is None
    await quiet.services.redis.flushdb()
    one, two = await host.all()
    assert (one["poll"]["state"], one["tally"], one["on_screen"]) == (
        "closed",
        closed["poll"]["tally"],
        False,
    )
    assert two == spare
    assert (await refused(host.do("open", spare))).code == "stream.not_live"
    assert (await refused(host.make())).code == "stream.ended"


async def test_another_shops_polls_are_not_there(host: Host, quiet: Show, stream: StreamView) -> None:
    other = await quiet.services.accounts.found_shop(slug="b", name="B", currency="eur", allowed_origins=[])
    theirs = await quiet.services.streams.create(other, CreateStream(title="x", source_url="/x.mp4"))
    made = await host.make()
    own = Host(quiet, await quiet.stream())
    for step in ("open", "close", "hide"):
        assert (await refused(own.do(step, made))).code == "polls.not_found"
    stranger = Host(quiet, theirs)
    for call in (stranger.all(), stranger.make(), stranger.do("open", made), stranger.remove(made)):
        assert (await refused(call)).code == "stream.not_found"
