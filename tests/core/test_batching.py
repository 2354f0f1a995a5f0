import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

import pytest

from server.core.batching import Batcher, Batchers
from server.core.errors import Unavailable

T = TypeVar("T")


class Doubler:
    """Doubles numbers; 13 fails its whole call. Waits at the gate when it is shut."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.most_under_way = 0

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(list(numbers))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
            if 13 in numbers:
                raise LookupError("13")
            return [2 * number for number in numbers]
        finally:
            self.under_way -= 1

    async def called(self, times: int) -> None:
        async with asyncio.timeout(10):
            while len(self.calls) < times:
                await asyncio.sleep(0)


async def soon(asking: Awaitable[T]) -> T:
    """Who is never answered fails the test instead of hanging the run."""
    async with asyncio.timeout(30):
        return await asking


async def test_one_turn_of_the_loop_is_one_call() -> None:
    doubler = Doubler()
    batcher = Batcher(doubler)
    assert await soon(asyncio.gather(*(batcher.ask(n) for n in range(5)))) == [0, 2, 4, 6, 8]
    assert doubler.calls == [[0, 1, 2, 3, 4]]


async def test_a_lone_request_goes_in_the_next_turn() -> None:
    doubler = Doubler()
    asking = asyncio.create_task(Batcher(doubler).ask(1))
    for _ in range(3):  # the task starts, the flush runs, the call starts: no timer in between
        await asyncio.sleep(0)
    assert doubler.calls == [[1]]
    assert await asking == 2


async def test_calls_are_bounded_in_size_and_number_and_grow_while_others_run() -> None:
    doubler = Doubler()
    doubler.gate.clear()
    batcher = Batcher(doubler, size=3, in_flight=2)
    first = [asyncio.create_task(batcher.ask(n)) for n in range(2)]
    await doubler.called(1)
    second = [asyncio.create_task(batcher.ask(n)) for n in range(2, 10)]
    await doubler.called(2)
    await asyncio.sleep(0)
    assert doubler.calls == [[0, 1], [2, 3, 4]]
    doubler.gate.set()
    assert await soon(asyncio.gather(*first, *second)) == [2 * n for n in range(10)]
    assert doubler.calls == [[0, 1], [2, 3, 4], [5, 6, 7], [8, 9]]
    assert doubler.most_under_way == 2


async def test_a_call_that_fails_fails_its_own_requests_only() -> None:
    doubler = Doubler()
    batcher = Batcher(doubler, size=2)
    answers = await soon(asyncio.gather(*(batcher.ask(n) for n in (1, 2, 3, 13, 5)), return_exceptions=True))
    assert [type(answer) for answer in answers] == [int, int, LookupError, LookupError, int]
    assert await soon(batcher.ask(4)) == 8


async def test_answers_that_do_not_match_the_requests_are_an_error() -> None:
    async def short(numbers: Sequence[int]) -> list[int]:
        return list(numbers)[1:]

    batcher = Batcher(short)
    with pytest.raises(RuntimeError, match="1 answers to 2 requests"):
        await soon(asyncio.gather(batcher.ask(1), batcher.ask(2)))


async def test_who_gives_up_before_the_call_is_left_out() -> None:
    doubler = Doubler()
    batcher = Batcher(doubler)
    asking = [asyncio.ensure_future(batcher.ask(n)) for n in range(3)]
    asyncio.get_running_loop().call_soon(asking[1].cancel)
    answers = await soon(asyncio.gather(*asking, return_exceptions=True))
    assert [answers[0], answers[2]] == [0, 4]
    assert isinstance(answers[1], asyncio.CancelledError)


async def test_who_gives_up_during_the_call_disturbs_nobody() -> None:
    doubler = Doubler()
    doubler.gate.clear()
    batcher = Batcher(doubler)
    asking = [asyncio.create_task(batcher.ask(n)) for n in range(3)]
    await doubler.called(1)
    asking[1].cancel()
    doubler.gate.set()
    answers = await soon(asyncio.gather(*asking, return_exceptions=True))
    assert [answers[0], answers[2]] == [0, 4]
    assert isinstance(answers[1], asyncio.CancelledError)


async def test_all_waiting_give_up_and_the_next_one_is_served() -> None:
    doubler = Doubler()
    doubler.gate.clear()
    batcher = Batcher(doubler, in_flight=1)
    running = asyncio.create_task(batcher.ask(1))
    await doubler.called(1)
    waiting = [asyncio.create_task(batcher.ask(n)) for n in (2, 3)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    doubler.gate.set()
    assert await soon(running) == 2
    assert await soon(batcher.ask(4)) == 8
    assert doubler.calls == [[1], [4]]


async def test_close_answers_those_who_wait_and_refuses_new_ones() -> None:
    doubler = Doubler()
    doubler.gate.clear()
    batcher = Batcher(doubler, size=1, in_flight=1)
    asking = [asyncio.create_task(batcher.ask(n)) for n in range(3)]
    await doubler.called(1)
    closing = asyncio.create_task(batcher.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await batcher.ask(9)
    doubler.gate.set()
    await soon(closing)
    assert [task.result() for task in asking] == [0, 2, 4]
    await soon(batcher.close())


async def test_close_when_all_waiting_gave_up() -> None:
    batcher = Batcher(Doubler())
    asking = asyncio.ensure_future(batcher.ask(1))
    asyncio.get_running_loop().call_soon(asking.cancel)
    await asyncio.sleep(0)
    await soon(batcher.close())
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize(("size", "in_flight"), [(0, 1), (1, 0)])
def test_bounds_start_at_one(size: int, in_flight: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Batcher(Doubler(), size=size, in_flight=in_flight)


async def test_each_key_has_its_calls_and_none_is_kept_when_idle() -> None:
    doublers = {"a": Doubler(), "b": Doubler()}

    async def call(key: str, numbers: Sequence[int]) -> list[int]:
        return await doublers[key](numbers)

    batchers = Batchers(call)
    asked = [("a", 1), ("b", 2), ("a", 3)]
    assert await soon(asyncio.gather(*(batchers.ask(*one) for one in asked))) == [2, 4, 6]
    assert doublers["a"].calls == [[1, 3]]
    assert doublers["b"].calls == [[2]]
    async with asyncio.timeout(10):
        while len(batchers):
            await asyncio.sleep(0)
    assert await batchers.ask("a", 4) == 8


async def test_of_keys_too_all_are_answered_at_the_end_and_who_gives_up_leaves_nothing() -> None:
    doubler = Doubler()

    async def call(_key: str, numbers: Sequence[int]) -> list[int]:
        return await doubler(numbers)

    batchers = Batchers(call, size=1)
    gone = asyncio.create_task(batchers.ask("a", 1))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(10):
        while len(batchers):
            await asyncio.sleep(0)
    doubler.gate.clear()
    asking = [asyncio.create_task(batchers.ask("b", n)) for n in range(9)]
    await doubler.called(4)
    closing = asyncio.create_task(batchers.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await batchers.ask("c", 1)
    doubler.gate.set()
    assert await soon(asyncio.gather(*asking)) == [2 * n for n in range(9)]
    await soon(closing)
    assert len(batchers) == 0
