"""`proofcast serve --workers 3`: processes that die, are replaced and end, under viewers who go on."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.core.settings import Settings
from server.streams.messages import StreamView
from tests.infra.show import Show, fresh_key
from tests.journeys.many import Serving, alive, stamp
from tests.journeys.roamer import Roamer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="SO_REUSEPORT balances on Linux alone")
WORKERS, VIEWERS = 3, 24


@dataclass
class Crowd:
    show: Show
    serving: Serving
    stream: StreamView
    roamers: list[Roamer]

    def by_process(self) -> dict[int, list[Roamer]]:
        found: dict[int, list[Roamer]] = {pid: [] for pid in self.serving.pids()}
        for roamer in self.roamers:
            found[self.serving.owner(roamer.port)].append(roamer)
        return found

    async def same_in_the_end(self) -> None:
        """What every viewer shows, in the end, is a fresh snapshot."""
        fresh = Roamer(self.serving.url, self.roamers[0]._token, self.stream.id)
        try:
            await fresh.begin()
            async with asyncio.timeout(20):
                while any(roamer.room.shows() != fresh.room.shows() for roamer in self.roamers):
                    await asyncio.sleep(0.05)
        finally:
            await fresh.close()


@pytest.fixture
async def serving(show: Show, settings: Settings, tmp_path: Path) -> AsyncIterator[Serving]:
    """Beside the process of the test, on the same Redis and the same database."""
    serving = Serving(settings, WORKERS, tmp_path / "serve.log", DRAIN_SECONDS="1")
    await stamp(settings)
    try:
        await serving.start()
        yield serving
    finally:
        await serving.stop()


@pytest.fixture
async def crowd(show: Show, serving: Serving) -> AsyncIterator[Crowd]:
    stream = await show.stream()
    tokens = [(await show.get_pass(stream))["token"] for _ in range(VIEWERS)]
    roamers = [Roamer(serving.url, token, stream.id) for token in tokens]
    try:
        await asyncio.gather(*(roamer.begin() for roamer in roamers))
        yield Crowd(show, serving, stream, roamers)
    finally:
        await asyncio.gather(*(roamer.close() for roamer in roamers))


async def test_one_dies_and_only_its_own_viewers_notice(crowd: Crowd) -> None:
    show, serving = crowd.show, crowd.serving
    product = await show.product()
    before = crowd.by_process()
    assert len(before) == WORKERS
    assert all(before.values()), "the connections are not spread"
    victim = serving.pids()[0]
    await show.pin(crowd.stream, product)
    os.kill(victim, signal.SIGKILL)
    await show.pin(crowd.stream, await show.product(name="Wet Slate"))  # while nobody serves the victim's
    async with asyncio.timeout(30):
        while any(not roamer.closed for roamer in before[victim]):
            await asyncio.sleep(0.02)
    await asyncio.gather(*(roamer.inside() for roamer in crowd.roamers))
    await show.pin(crowd.stream, await show.product(name="Ember Loam"))
    await crowd.same_in_the_end()
    for pid, roamers in before.items():
        for roamer in roamers:
            assert bool(roamer.closed) == (pid == victim), f"{pid} {roamer.closed}"
    await serving.until(lambda: len(serving.pids()) == WORKERS)  # another took its place
    [died] = serving.said("a process ended by itself")
    assert (died["pid"], died["status"]) == (victim, -signal.SIGKILL)
    assert victim not in serving.pids()


async def test_all_are_replaced_under_traffic_and_no_command_is_lost(crowd: Crowd) -> None:
    """SIGHUP. Every tap is answered, once, whatever process it came to."""
    show, serving = crowd.show, crowd.serving
    product = await show.product(stock=50_000, limit=1000)
    pin = await show.pin(crowd.stream, product)
    old, done = serving.pids(), asyncio.Event()

    async def taps(roamer: Roamer) -> int:
        taken = 0
        while not done.is_set():
            body = {"key": fresh_key(), "stream": crowd.stream.id, "pin": pin.id,
                    "variant": show.level(product), "quantity": 1}  # fmt: skip
            answer = await roamer.ask("hold.create", body)
            assert answer["hold"]["state"] == "held"
            taken += 1
            await asyncio.sleep(0.2)
        return taken

    tapping = [asyncio.create_task(taps(roamer)) for roamer in crowd.roamers]
    serving.signal(signal.SIGHUP)
    try:
        await serving.until(lambda: bool(serving.said("all processes are replaced")))
    finally:
        done.set()
        taken = await asyncio.gather(*tapping)
    assert len(serving.pids()) == WORKERS
    assert not set(old) & set(serving.pids())
    assert await show.counts(product) == (50_000 - sum(taken), sum(taken), 0)
    codes = [code for roamer in crowd.roamers for code in roamer.closed]
    assert set(codes) == {1012}
    assert all(roamer.closed for roamer in crowd.roamers)
    assert serving.said("a process ended by itself") == []
    await crowd.same_in_the_end()


async def test_told_to_end_all_end_and_the_viewers_hear_why(crowd: Crowd) -> None:
    serving = crowd.serving
    pids = serving.pids()
    serving.signal(signal.SIGTERM)
    assert await serving.ended() == 0
    assert not any(alive(pid) for pid in pids)
    assert {code for roamer in crowd.roamers for code in roamer.closed} == {1012}


async def test_with_the_parent_its_children_end(serving: Serving) -> None:
    pids = serving.pids()
    serving.signal(signal.SIGKILL)
    await serving.ended()
    async with asyncio.timeout(30):
        while any(alive(pid) for pid in pids):
            await asyncio.sleep(0.05)


async def test_a_second_call_to_end_ends_at_once(show: Show, settings: Settings, tmp_path: Path) -> None:
    await stamp(settings)
    serving = Serving(settings, 2, tmp_path / "serve.log", DRAIN_SECONDS="600")
    stream = await show.stream()
    roamers = list[Roamer]()
    try:
        await serving.start()
        for _ in range(6):
            roamers.append(Roamer(serving.url, (await show.get_pass(stream))["token"], stream.id))
            await roamers[-1].begin()
        serving.signal(signal.SIGTERM)
        await serving.until(lambda: len(serving.said("web ends, its viewers go elsewhere")) == 2)
        serving.signal(signal.SIGINT)
        assert await serving.ended() == 0
    finally:
        for roamer in roamers:
            await roamer.close()
        await serving.stop()


async def test_a_child_that_can_not_start_stops_the_start(
    show: Show, settings: Settings, tmp_path: Path
) -> None:
    """The parent itself finds nothing wrong here; its children can't load their program."""
    await stamp(settings)
    (tmp_path / "aiohttp.py").write_text("raise SystemExit(7)")
    log = tmp_path / "serve.log"
    serving = Serving(settings, 2, log, PYTHONPATH=str(tmp_path))
    with contextlib.suppress(AssertionError):
        await serving.start()
    assert await serving.ended() != 0
    await serving.stop()


async def test_each_has_a_port_for_its_figures_and_so_has_who_takes_its_place(
    show: Show, settings: Settings, tmp_path: Path
) -> None:
    first = consecutive_ports()
    environ = {"METRICS_PORT": str(first), "DRAIN_SECONDS": "1"}
    serving = Serving(settings, 2, tmp_path / "serve.log", **environ)
    await stamp(settings)

    async def begun() -> list[str]:
        """When each of the two began, as its figures say."""
        found = []
        for port in (first, first + 1):
            async with show.http.get(f"http://127.0.0.1:{port}/metrics") as answer:
                text = await answer.text()
            found.append(next(line for line in text.splitlines() if line.startswith("process_start_time")))
        return found

    try:
        await serving.start()
        before = await begun()
        serving.signal(signal.SIGHUP)
        await serving.until(lambda: bool(serving.said("all processes are replaced")))
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(OSError):  # the new one waits for the port
                    if not set(await begun()) & set(before):
                        break
                await asyncio.sleep(0.05)
    finally:
        await serving.stop()


def consecutive_ports() -> int:
    """The first of two free ones."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            first: int = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", first + 1))
                return first
