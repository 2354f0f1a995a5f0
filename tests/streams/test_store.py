import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from server.core.db import Database
from server.core.redis import RedisClient, shop_key
from server.streams.messages import Moment, RoomRow
from server.streams.store import StreamStore, TimelineStore, timeline_events
from tests.infra.rows import scene, stream_row


@pytest.fixture
async def store(database: Database) -> StreamStore:
    await scene(database, "shop_a", "shop_b")
    return StreamStore(database)


async def test_a_shop_sees_its_own_streams_newest_first(store: StreamStore) -> None:
    await store.add(stream_row("stream_2", created_at=2))
    await store.add(stream_row("stream_3", created_at=3))
    found = await store.of_shop("shop_a")
    assert [row["id"] for row in found] == ["stream_3", "stream_2", "stream_a"]
    assert await store.get("stream_2") == stream_row("stream_2", created_at=2)
    assert await store.get("stream_9") is None


async def test_a_change_touches_one_stream(store: StreamStore) -> None:
    await store.change("stream_a", {"title": "Four vetivers", "poster_url": "/media/p.jpg"})
    assert await store.get("stream_a") == stream_row(title="Four vetivers", poster_url="/media/p.jpg")
    assert await store.get("stream_b") == stream_row("stream_b", "shop_b")


async def test_of_many_who_move_a_stream_one_does(store: StreamStore) -> None:
    moved = await asyncio.gather(
        *(
            store.move("stream_a", from_state="scheduled", changes={"state": "live", "started_at": n})
            for n in range(5)
        )
    )
    assert sorted(moved) == [False] * 4 + [True]
    row = await store.get("stream_a")
    assert row is not None
    assert (row["state"], row["started_at"]) == ("live", moved.index(True))


async def test_the_run_of_show_is_replaced_whole_and_keeps_its_order(store: StreamStore) -> None:
    await store.set_line_up("stream_a", ["c", "a", "b"])
    await store.set_line_up("stream_b", ["a"])
    assert await store.line_up("stream_a") == ["c", "a", "b"]
    await store.set_line_up("stream_a", ["b", "c"])
    assert await store.line_up("stream_a") == ["b", "c"]
    await store.set_line_up("stream_a", [])
    assert await store.line_up("stream_a") == []
    assert await store.line_up("stream_b") == ["a"]


async def test_a_timeline_is_kept_once(store: StreamStore, database: Database) -> None:
    rows: list[dict[str, Any]] = [
        {"epoch": "e", "seq": seq, "at": seq, "event": "pin.shown", "data": "{}"} for seq in (1, 2)
    ]
    await store.keep_timeline("stream_a", rows)
    await store.keep_timeline("stream_a", [*rows, rows[0] | {"seq": 3}])
    await store.keep_timeline("stream_a", [])
    async with database.read() as connection:
        kept = (await connection.execute(select(timeline_events.c.seq))).scalars()
        assert sorted(kept) == [1, 2, 3]


async def test_two_who_keep_a_timeline_at_once_do_not_wait_for_each_other(store: StreamStore) -> None:
    rows = [{"epoch": "e", "seq": seq, "at": seq, "event": "x", "data": "{}"} for seq in range(1, 200)]
    async with asyncio.timeout(20):
        await asyncio.gather(*(store.keep_timeline("stream_a", rows) for _ in range(4)))


# In Redis


async def append(store: TimelineStore, epoch: str, seq: int) -> bool:
    return await store.append(
        "shop", "stream", Moment(epoch=epoch, seq=seq), seq + 1, f'{{"n":{seq + 1}}}', "x", '{"a":1}', 5
    )


async def test_a_room_is_opened_once(redis: RedisClient) -> None:
    store = TimelineStore(redis)
    assert await store.room("shop", "stream") is None
    first = RoomRow(epoch="e1", seq=0, state="{}")
    assert await store.open("shop", "stream", first) == first
    assert await store.open("shop", "stream", RoomRow(epoch="e2", seq=0, state="{}")) == first
    assert await store.room("shop", "stream") == first


async def test_event_and_state_are_written_together_or_not_at_all(redis: RedisClient) -> None:
    store = TimelineStore(redis)
    assert not await append(store, "e1", 0)  # there is no room
    await store.open("shop", "stream", RoomRow(epoch="e1", seq=0, state="{}"))
    assert await append(store, "e1", 0)
    assert not await append(store, "e1", 0)  # somebody else wrote first
    assert not await append(store, "e2", 1)  # another epoch
    assert await append(store, "e1", 1)
    assert await store.room("shop", "stream") == RoomRow(epoch="e1", seq=2, state='{"n":2}')
    assert [event["seq"] for event in await store.events("shop", "stream", 0)] == [1, 2]
    assert [event["seq"] for event in await store.events("shop", "stream", 1)] == [2]
    assert await store.events("shop", "stream", 2) == []


async def test_of_many_who_append_at_a_place_one_does(redis: RedisClient) -> None:
    store = TimelineStore(redis)
    await store.open("shop", "stream", RoomRow(epoch="e1", seq=0, state="{}"))
    written = await asyncio.gather(*(append(store, "e1", 0) for _ in range(10)))
    assert sorted(written) == [False] * 9 + [True]


async def test_what_is_announced_is_what_was_written(redis: RedisClient) -> None:
    store = TimelineStore(redis)
    await store.open("shop", "stream", RoomRow(epoch="e1", seq=0, state="{}"))
    async with redis.pubsub() as pubsub:
        await pubsub.ssubscribe(shop_key("shop", "news"))
        assert (await pubsub.get_message(timeout=5))["type"] == "ssubscribe"
        await append(store, "e1", 0)
        told = await pubsub.get_message(timeout=5)
    assert told["data"] == '{"kind":"timeline","stream":"stream","seq":1,"event":"x","data":{"a":1}}'


async def test_a_room_that_begins_anew_has_no_old_events(redis: RedisClient) -> None:
    store = TimelineStore(redis)
    await store.open("shop", "stream", RoomRow(epoch="e1", seq=0, state="{}"))
    await append(store, "e1", 0)
    await redis.delete(shop_key("shop", "room", "stream"))  # lost, while the timeline was not
    await store.open("shop", "stream", RoomRow(epoch="e2", seq=0, state="{}"))
    assert await store.events("shop", "stream", 0) == []


async def test_an_ended_room_is_forgotten_after_a_day(redis: RedisClient) -> None:
    store = TimelineStore(redis)
    await store.open("shop", "stream", RoomRow(epoch="e1", seq=0, state="{}"))
    await append(store, "e1", 0)
    await store.retire("shop", "stream")
    for name in ("room", "timeline"):
        assert 0 < await redis.ttl(shop_key("shop", name, "stream")) <= TimelineStore.KEEP_ENDED_S
