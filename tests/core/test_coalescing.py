"""Few messages, and the last one always."""

import asyncio

import pytest

from server.core.coalescing import Coalescer

GAP = 0.02


class Heard:
    def __init__(self) -> None:
        self.all: list[tuple[str, int]] = []

    def __call__(self, key: str, value: int) -> None:
        self.all.append((key, value))


async def test_the_first_goes_at_once() -> None:
    heard = Heard()
    Coalescer(heard, gap_s=GAP).offer("room", 1)
    assert heard.all == [("room", 1)]


async def test_of_a_rush_the_first_and_the_last_are_told() -> None:
    heard = Heard()
    news = Coalescer(heard, gap_s=GAP)
    for value in range(100):
        news.offer("room", value)
    assert heard.all == [("room", 0)]
    await asyncio.sleep(GAP * 4)
    assert heard.all == [("room", 0), ("room", 99)]


async def test_a_steady_stream_is_told_once_per_gap_and_ends_with_its_last_value() -> None:
    heard = Heard()
    news = Coalescer(heard, gap_s=GAP)
    loop = asyncio.get_running_loop()
    began, value = loop.time(), 0
    while loop.time() - began < GAP * 10:
        value += 1
        news.offer("room", value)
        await asyncio.sleep(0)
    gaps = (loop.time() - began) / GAP
    await asyncio.sleep(GAP * 4)
    assert heard.all[-1] == ("room", value)
    assert len(heard.all) <= gaps + 2


async def test_rooms_do_not_wait_for_each_other() -> None:
    heard = Heard()
    news = Coalescer(heard, gap_s=GAP)
    news.offer("one", 1)
    news.offer("other", 2)
    assert heard.all == [("one", 1), ("other", 2)]


async def test_what_is_urgent_goes_at_once_and_takes_what_was_pending_along() -> None:
    heard = Heard()
    news = Coalescer(heard, merge=lambda before, now: before + now, gap_s=GAP)
    news.offer("room", 1)
    news.offer("room", 10)
    news.offer("room", 100, urgent=True)
    assert heard.all == [("room", 1), ("room", 110)]
    await asyncio.sleep(GAP * 4)
    assert heard.all == [("room", 1), ("room", 110)]


async def test_a_quiet_room_speaks_at_once_again() -> None:
    heard = Heard()
    news = Coalescer(heard, gap_s=GAP)
    news.offer("room", 1)
    await asyncio.sleep(GAP * 3)
    news.offer("room", 2)
    assert heard.all == [("room", 1), ("room", 2)]


@pytest.mark.parametrize("pending", [False, True])
async def test_after_the_end_nothing_is_told(pending: bool) -> None:
    heard = Heard()
    news = Coalescer(heard, gap_s=GAP)
    news.offer("room", 1)
    if pending:
        news.offer("room", 2)
    news.close()
    await asyncio.sleep(GAP * 4)
    assert heard.all == [("room", 1)]
