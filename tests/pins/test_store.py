import asyncio
from typing import Any

import pytest

from server.core.db import Database
from server.pins.store import PinStore
from tests.infra.rows import scene


def row(pin: str, at: int = 1, stream: str = "stream_a") -> dict[str, Any]:
    return {
        "id": pin,
        "stream": stream,
        "product": "prod_a",
        "view": "{}",
        "shown_at": at,
        "hidden_at": None,
    }


@pytest.fixture
async def store(database: Database) -> PinStore:
    await scene(database, "shop_a", "shop_b")
    return PinStore(database)


async def test_a_pin_is_added_once(store: PinStore) -> None:
    first = await store.add(row("pin_1", at=1))
    assert await store.add(row("pin_1", at=2)) == first == row("pin_1", at=1)
    assert await store.of_stream("stream_a") == [first]


async def test_many_copies_at_once_are_one(store: PinStore) -> None:
    found = await asyncio.gather(*(store.add(row("pin_1", at=at)) for at in range(5)))
    assert len({one["shown_at"] for one in found}) == 1


async def test_a_pin_is_its_streams_alone(store: PinStore) -> None:
    await store.add(row("pin_1"))
    assert await store.get("stream_a", "pin_1") == row("pin_1")
    assert await store.get("stream_b", "pin_1") is None


async def test_a_pin_is_taken_down_once(store: PinStore) -> None:
    for pin, at in (("pin_1", 1), ("pin_2", 2), ("pin_3", 3)):
        await store.add(row(pin, at))
    await store.add(row("pin_4", 4, "stream_b"))
    await store.hide("stream_a", 10, "pin_2")
    await store.hide("stream_a", 20, "pin_2")
    await store.hide("stream_b", 20, "pin_1")  # not of that stream
    await store.hide("stream_a", 30)
    await store.hide("stream_a", 40)
    moments = [(found["id"], found["hidden_at"]) for found in await store.of_stream("stream_a")]
    assert moments == [("pin_1", 30), ("pin_2", 10), ("pin_3", 30)]
    [other] = await store.of_stream("stream_b")
    assert other["hidden_at"] is None
