"""Polls in SQL, on both databases."""

import asyncio
from typing import Any

import pytest

from server.core.db import Database
from server.polls.store import PollStore
from tests.infra.rows import scene


def row(poll: str, stream: str = "stream_a", **changed: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("seconds", "opened_at", "closes_at", "closed_at", "hidden_at", "tally", "check_at")
    )
    return {
        "id": poll,
        "shop": stream.replace("stream", "shop"),
        "stream": stream,
        "kind": "single",
        "question": "Which next?",
        "options": "[]",
        "results": "live",
        "changeable": False,
        "state": "draft",
        "revision": 0,
        **empty,
        **changed,
    }


@pytest.fixture
async def store(database: Database) -> PollStore:
    await scene(database, "shop_a", "shop_b")
    return PollStore(database)


async def states(store: PollStore, stream: str = "stream_a") -> dict[str, str]:
    return {found["id"]: found["state"] for found in await store.of_stream(stream)}


async def test_a_poll_is_added_once_and_they_keep_their_order(store: PollStore) -> None:
    for poll in ("poll_c", "poll_a", "poll_b"):
        assert await store.add(row(poll), 50) == {**row(poll), "number": ["c", "a", "b"].index(poll[-1]) + 1}
    again = await store.add(row("poll_a", question="Another?"), 50)
    assert again == {**row("poll_a"), "number": 2} == await store.get("poll_a")
    assert list(await states(store)) == ["poll_c", "poll_a", "poll_b"]
    assert await states(store, "stream_b") == {}


async def test_a_stream_has_so_many_and_no_more_however_many_come_at_once(store: PollStore) -> None:
    await store.add(row("poll_0"), 3)
    made = await asyncio.gather(*(store.add(row(f"poll_{n}"), 3) for n in range(1, 6)))
    assert sum(one is not None for one in made) == 2
    assert len(await states(store)) == 3
    assert await store.add(row("poll_0"), 3) is not None  # it is there already
    assert await store.add(row("poll_x", "stream_b"), 3) is not None


async def test_only_a_draft_is_changed_or_removed(store: PollStore) -> None:
    await store.add(row("poll_1"), 50)
    assert await store.change_draft("poll_1", {"question": "Other?"})
    await store.open("stream_a", "poll_1", 5)
    assert not await store.change_draft("poll_1", {"question": "Third?"})
    assert not await store.remove_draft("poll_1")
    assert (await store.get("poll_1") or {})["question"] == "Other?"
    await store.add(row("poll_2"), 50)
    assert await store.remove_draft("poll_2")
    assert not await store.remove_draft("poll_2")
    assert await store.get("poll_2") is None


async def test_opening_closes_the_one_that_is_open(store: PollStore) -> None:
    for poll in ("poll_1", "poll_2"):
        await store.add(row(poll, seconds=10), 50)
    await store.add(row("poll_x", "stream_b"), 50)
    await store.open("stream_b", "poll_x", 5)
    await store.open("stream_a", "poll_1", 100)
    await store.open("stream_a", "poll_1", 200)  # again
    first = await store.get("poll_1") or {}
    assert (first["state"], first["opened_at"], first["closes_at"]) == ("open", 100, 10_100)
    await store.open("stream_a", "poll_2", 100)  # another node, with the same time
    assert await states(store) == {"poll_1": "closing", "poll_2": "open"}
    second = await store.get("poll_2") or {}
    assert second["opened_at"] == 101
    assert await states(store, "stream_b") == {"poll_x": "open"}
    assert [found["id"] for found in await store.open_ones("shop_a")] == ["poll_2"]


async def test_of_many_opened_at_once_one_is_open(store: PollStore) -> None:
    for n in range(6):
        await store.add(row(f"poll_{n}"), 50)
    await asyncio.gather(*(store.open("stream_a", f"poll_{n}", 100) for n in range(6)))
    found = await store.of_stream("stream_a")
    assert sorted(one["state"] for one in found) == ["closing"] * 5 + ["open"]
    assert len({one["opened_at"] for one in found}) == 6
    [last] = [one for one in found if one["state"] == "open"]
    assert last["opened_at"] == max(one["opened_at"] for one in found)


async def test_closing_freezing_and_hiding_happen_once(store: PollStore) -> None:
    await store.add(row("poll_1", seconds=10), 50)
    assert await store.close("stream_a", 1) == []  # a draft
    await store.hide("poll_1", 1)
    await store.freeze("poll_1", "{}", 1)
    assert await store.get("poll_1") == {**row("poll_1", seconds=10), "number": 1}
    await store.open("stream_a", "poll_1", 100)
    assert await store.close("stream_a", 200, "poll_other") == []
    assert await store.close("stream_a", 200) == ["poll_1"]
    assert await store.close("stream_a", 300) == []
    await store.freeze("poll_1", '"first"', 400)
    await store.freeze("poll_1", '"second"', 500)
    await store.hide("poll_1", 600)
    await store.hide("poll_1", 700)
    found = await store.get("poll_1") or {}
    names = ("state", "closed_at", "tally", "hidden_at")
    assert tuple(found[name] for name in names) == ("closed", 200, '"first"', 600)


async def test_a_poll_whose_time_is_up_closed_then(store: PollStore) -> None:
    """Whenever somebody came to write it down: no vote counted after that."""
    await store.add(row("poll_1", seconds=10), 50)
    await store.open("stream_a", "poll_1", 100)
    await store.close("stream_a", 99_000)
    assert (await store.get("poll_1") or {})["closed_at"] == 10_100


async def test_what_is_to_do_is_found_until_it_is_done(store: PollStore) -> None:
    for n in (1, 2):
        await store.add(row(f"poll_{n}"), 50)
    assert await store.due(1_000, 10) == []
    await store.open("stream_a", "poll_1", 100)
    assert await store.due(99, 10) == []
    assert await store.due(100, 10) == ["poll_1"]
    await store.open("stream_a", "poll_2", 200)
    assert sorted(await store.due(1_000, 10)) == ["poll_1", "poll_2"]
    assert len(await store.due(1_000, 1)) == 1
    revision = (await store.get("poll_1") or {})["revision"]
    assert not await store.settled("poll_1", revision - 1, None)  # it has changed since
    assert await store.settled("poll_1", revision, None)
    assert await store.settled("poll_2", 1, 5_000)
    assert await store.due(4_999, 10) == []
    assert await store.due(5_000, 10) == ["poll_2"]
