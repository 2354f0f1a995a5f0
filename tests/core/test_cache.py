import asyncio
import gc
import weakref

import pytest

from server.core import cache
from server.core.cache import Fresh


class Source:
    """Counts what it was asked, and answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False

    async def __call__(self, key: str) -> str:
        self.asked.append(key)
        await self.gate.wait()
        if self.fails:
            raise LookupError(key)
        return f"{key}{len(self.asked)}"


async def test_a_rush_asks_once_per_key() -> None:
    source = Source()
    source.gate.clear()
    fresh = Fresh(source, 60)
    rush = [asyncio.ensure_future(fresh(key)) for key in "aabab"]
    while len(source.asked) < 2:
        await asyncio.sleep(0)
    source.gate.set()
    assert await asyncio.gather(*rush) == ["a2", "a2", "b2", "a2", "b2"]
    assert await fresh("a") == "a2"
    assert source.asked == ["a", "b"]


async def test_what_is_old_is_asked_for_again() -> None:
    source = Source()
    fresh = Fresh(source, 0)
    assert [await fresh("a"), await fresh("a")] == ["a1", "a2"]


async def test_what_is_forgotten_is_asked_for_again() -> None:
    source = Source()
    fresh = Fresh(source, 60)
    await fresh("a")
    fresh.forget("a")
    fresh.forget("never seen")
    assert await fresh("a") == "a2"


async def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    source = Source()
    source.fails = True
    fresh = Fresh(source, 60)
    for failure in await asyncio.gather(fresh("a"), fresh("a"), return_exceptions=True):
        assert isinstance(failure, LookupError)
    source.fails = False
    assert await fresh("a") == "a2"


async def test_who_gives_up_disturbs_nobody() -> None:
    source = Source()
    source.gate.clear()
    fresh = Fresh(source, 60)
    first, second = asyncio.ensure_future(fresh("a")), asyncio.ensure_future(fresh("a"))
    await asyncio.sleep(0)
    first.cancel()
    source.gate.set()
    assert await second == "a1"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_it_does_not_grow_for_ever() -> None:
    source = Source()
    fresh = Fresh(source, 60)
    for number in range(cache.MOST + 1):
        await fresh(str(number))
    await fresh("0")
    assert len(source.asked) == cache.MOST + 2  # the first was dropped to make room


async def test_what_is_old_is_let_go_when_something_else_is_asked_for() -> None:
    class Value:
        pass

    async def load(_key: str) -> Value:
        return Value()

    fresh = Fresh(load, 0)
    first = weakref.ref(await fresh("a"))
    await fresh("b")
    gc.collect()
    assert first() is None
