"""A stream's life over HTTP: scheduled, live, ended, and what each allows."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from server.streams.store import timeline_events
from tests.infra.shops import neighbour
from tests.infra.show import Json, Refused, Show, fresh_key

STREAMS = "/api/v1/host/streams"


async def create(show: Show, **body: Any) -> Json:
    given = {"title": "Three vetivers", "source_url": "/media/clip.mp4", **body}
    found: Json = await show.call("POST", STREAMS, given)
    return found


async def test_a_new_stream_is_scheduled_and_says_what_was_given(show: Show) -> None:
    made = await create(show)
    assert (made["state"], made["source_kind"], made["disclosure"]) == ("scheduled", "file", "")
    assert (made["maker"], made["currency"]) == ("Atelier", "eur")
    full = {
        "title": "T", "source_url": "https://cdn.example/a.m3u8", "source_kind": "hls",
        "disclosure": "gifted", "poster_url": "/media/p.jpg", "starts_at": 1_800_000_000_000,
    }  # fmt: skip
    again = await create(show, **full)
    assert {name: again[name] for name in full} == full
    assert await show.call("GET", f"{STREAMS}/{again['id']}") == again
    assert await show.call("GET", STREAMS) == {"streams": [again, made]}


async def test_it_goes_live_once_and_ends_once(show: Show) -> None:
    stream = (await create(show))["id"]
    with pytest.raises(Refused, match=r"stream\.not_live"):
        await show.call("POST", f"{STREAMS}/{stream}/end")
    live = await show.call("POST", f"{STREAMS}/{stream}/start")
    assert live["state"] == "live"
    assert live["started_at"] is not None
    assert await show.call("POST", f"{STREAMS}/{stream}/start") == live
    ended = await show.call("POST", f"{STREAMS}/{stream}/end")
    assert (ended["state"], ended["started_at"]) == ("ended", live["started_at"])
    assert ended["ended_at"] >= live["started_at"]
    assert await show.call("POST", f"{STREAMS}/{stream}/end") == ended
    with pytest.raises(Refused) as refused:
        await show.call("POST", f"{STREAMS}/{stream}/start")
    assert (refused.value.status, refused.value.code) == (409, "stream.ended")


async def test_of_many_starts_and_ends_at_once_one_counts(show: Show) -> None:
    stream = (await create(show))["id"]
    viewer = await show.viewer(await show.services.streams.of(show.shop, stream))
    for verb in ("start", "end"):
        answers = await asyncio.gather(*(show.call("POST", f"{STREAMS}/{stream}/{verb}") for _ in range(6)))
        assert all(answer == answers[0] for answer in answers)
    await viewer.socket.told("stream.changed", seq=2)
    seqs = [data["seq"] for event, data in viewer.socket.heard if event == "stream.changed"]
    assert seqs == [1, 2]


async def test_what_is_changed_is_seen_by_the_viewers_at_once(show: Show) -> None:
    stream = await show.stream()
    viewer = await show.viewer(stream)
    changed = await show.call("PATCH", f"{STREAMS}/{stream.id}", {"title": "Four vetivers"})
    told = await viewer.socket.told("stream.changed")
    assert told["view"] == changed
    assert (changed["title"], changed["source_url"]) == ("Four vetivers", "/media/clip.mp4")
    # The same again is no news.
    await show.call("PATCH", f"{STREAMS}/{stream.id}", {"title": "Four vetivers"})
    await show.call("PATCH", f"{STREAMS}/{stream.id}", {})
    assert (await viewer.socket.ask("room.join", {"stream": stream.id}))["snapshot"]["seq"] == told["seq"]


async def test_the_same_key_makes_a_stream_once(show: Show) -> None:
    key = fresh_key()
    made = await asyncio.gather(*(create(show, key=key) for _ in range(5)))
    assert all(stream == made[0] for stream in made)
    assert await create(show, key=key, title="Another title") == made[0]
    assert (await create(show, key=fresh_key()))["id"] != made[0]["id"]
    async with neighbour(show) as other:  # a key is of one shop
        body = {"title": "T", "source_url": "/x.mp4", "key": key}
        assert (await other.call("POST", STREAMS, body))["id"] != made[0]["id"]
    assert len((await show.call("GET", STREAMS))["streams"]) == 2


async def test_null_takes_the_poster_and_the_start_time_away(show: Show) -> None:
    made = await create(show, poster_url="/p.jpg", starts_at=5)
    path = f"{STREAMS}/{made['id']}"
    assert await show.call("PATCH", path, {}) == made
    assert await show.call("PATCH", path, {"poster_url": None}) == made | {"poster_url": None}
    assert (await show.call("PATCH", path, {"starts_at": None}))["starts_at"] is None


async def test_an_ended_stream_may_still_be_described(show: Show) -> None:
    stream = await show.stream()
    await show.call("POST", f"{STREAMS}/{stream.id}/end")
    changed = await show.call(
        "PATCH", f"{STREAMS}/{stream.id}", {"title": "N", "disclosure": "gifted", "poster_url": "/p.jpg"}
    )
    assert (changed["title"], changed["state"]) == ("N", "ended")
    with pytest.raises(Refused, match=r"stream\.ended"):
        await show.call("PATCH", f"{STREAMS}/{stream.id}", {"title": "M", "source_url": "/other.mp4"})
    assert (await show.call("GET", f"{STREAMS}/{stream.id}"))["title"] == "N"


async def test_an_end_takes_the_pins_down_and_keeps_the_timeline(show: Show) -> None:
    stream, product = await show.stream(), await show.product()
    viewer = await show.viewer(stream)
    pin = await show.pin(stream, product)
    await show.call("POST", f"{STREAMS}/{stream.id}/end")
    assert (await viewer.socket.told("stream.changed"))["view"]["state"] == "ended"
    assert (await viewer.socket.ask("room.join", {"stream": stream.id}))["snapshot"]["pins"] == []
    [row] = await show.services.pins.history(stream.id)
    assert (row["id"], row["hidden_at"] is None) == (pin.id, False)
    async with show.services.db.read() as connection:
        rows = (await connection.execute(select(timeline_events).order_by(timeline_events.c.seq))).mappings()
        kept = [(row["seq"], row["event"], json.loads(row["data"])["seq"]) for row in rows]
    assert kept == [(1, "pin.shown", 1), (2, "stream.changed", 2)]


async def test_the_run_of_show(show: Show) -> None:
    stream = await show.stream(live=False)
    products = [(await show.product(name=name)).id for name in "abc"]
    path = f"{STREAMS}/{stream.id}/line-up"
    assert await show.call("GET", path) == {"products": []}
    for order in (products, products[::-1], products[:1], []):
        assert await show.call("PUT", path, {"products": order}) == {"products": order}
        assert await show.call("GET", path) == {"products": order}
    await show.call("PUT", path, {"products": products})
    refusals = {
        "request.invalid": [products[0], products[1], products[0]],
        "catalog.no_such_product": [products[0], "prod_unknown"],
    }
    for code, order in refusals.items():
        with pytest.raises(Refused, match=code):
            await show.call("PUT", path, {"products": order})
    assert await show.call("GET", path) == {"products": products}


async def test_another_shops_stream_is_as_unknown_as_none(show: Show) -> None:
    mine, product = await show.stream(), await show.product()
    pin = await show.pin(mine, product)
    base = f"{STREAMS}/{mine.id}"
    async with neighbour(show) as other:
        calls: list[tuple[str, str, Any]] = [
            ("GET", base, None),
            ("PATCH", base, {"title": "Mine now"}),
            ("POST", f"{base}/start", None),
            ("POST", f"{base}/end", None),
            ("GET", f"{base}/line-up", None),
            ("PUT", f"{base}/line-up", {"products": []}),
            ("GET", f"{base}/pins", None),
            ("POST", f"{base}/pins", {"product": product.id, "key": fresh_key()}),
            ("PUT", f"{base}/pins", {"pins": []}),
            ("DELETE", f"{base}/pins/{pin.id}", None),
            ("GET", f"{base}/report", None),
            ("GET", f"{base}/report.csv", None),
        ]
        for method, path, body in calls:
            refusals = []
            for where in (path, path.replace(mine.id, "stream_unknown")):
                with pytest.raises(Refused) as refused:
                    await other.call(method, where, body)
                assert (refused.value.status, refused.value.code) == (404, "stream.not_found"), path
                refusals.append(refused.value.body["message"])
            assert refusals[0] == refusals[1]
        assert await other.call("GET", STREAMS) == {"streams": []}
        theirs = await other.call("POST", STREAMS, {"title": "T", "source_url": "/x.mp4"})
        with pytest.raises(Refused, match=r"catalog\.no_such_product"):
            await other.call("PUT", f"{STREAMS}/{theirs['id']}/line-up", {"products": [product.id]})
        body = {"product": product.id, "key": fresh_key()}
        with pytest.raises(Refused, match=r"catalog\.no_such_product"):
            await other.call("POST", f"{STREAMS}/{theirs['id']}/pins", body)
    assert (await show.call("GET", base))["title"] == "Three vetivers"
    assert len(await show.services.pins.shown(show.shop, mine.id)) == 1
