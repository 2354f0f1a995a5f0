"""Clients that mean no good: each is ended or held back as documented, nothing piles up for it, and a viewer
beside them hears every event."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import pytest

from server.core.realtime import Limits
from server.core.realtime.frames import CONTINUATION, PING, TEXT
from tests.core.realtime.test_connection import answer, command
from tests.core.realtime.wire import HEAD, Gone, Server, Wire, masked, serving
from tests.infra.logs import Logs

MB = 1024 * 1024
LIMITS = Limits(
    head_s=0.3, ping_s=0.5, close_s=0.3, connect_s=0.5, tick_s=0.02, queued=64 * 1024, sockets_per_address=40
)


@contextlib.asynccontextmanager
async def with_a_viewer(limits: Limits = LIMITS) -> AsyncIterator[Server]:
    """Beside whatever happens in the block, events are sent, and the viewer has to hear each of them."""
    async with serving(limits) as server:
        viewer = await (await server.wire()).join("viewer")
        over = False
        said = 0

        async def talk() -> None:
            nonlocal said
            while not over:
                server.realtime.tell_raw("viewers", "said", said)
                said += 1
                await asyncio.sleep(0.01)

        async def listen() -> None:
            heard = 0
            while (packet := await viewer.hear()) != '42["said","over"]':
                if packet == "2":
                    viewer.say("3")
                    continue
                assert packet == f'42["said",{heard}]'
                heard += 1
            assert heard == said

        [peer] = server.realtime.peers.values()
        await server.realtime.enter(peer, "viewers")
        async with asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(talk())
            listening = tasks.create_task(listen())
            yield server
            await asyncio.sleep(0.05)
            over = True
            await talking
            server.realtime.tell_raw("viewers", "said", "over")
            await listening
        viewer.say(command(1, text="still here"))
        while (packet := await viewer.hear()) == "2":
            pass
        assert packet == answer(1, "still here")


async def flood(wire: Wire, data: bytes) -> int:
    """Sends while the line takes it; answers the code that it ends with."""
    gone = asyncio.create_task(wire.gone())
    with contextlib.suppress(ConnectionError):
        for at in range(0, len(data), 64 * 1024):
            if gone.done():
                break
            wire.write(data[at : at + 64 * 1024])
            await wire.writer.drain()
    return await gone


def buffered(server: Server) -> int:
    """Bytes that are kept for messages that are not whole."""
    readers = [each._reader for each in server.realtime.engine.sockets.values()]
    return sum(len(reader._rest) + len(reader._parts or b"") for reader in readers)


async def test_a_flood_of_commands() -> None:
    async with with_a_viewer() as server:
        wire = await (await server.wire()).join("mallory")
        packets = b"".join(
            masked(f'42{n}["echo",{{"text":"x"}}]'.encode(), key=b"\0\0\0\0") for n in range(6000)
        )
        assert await flood(wire, packets) == 4029
        assert sum(line == "mallory says x" for line in server.log) < 500


@pytest.mark.parametrize(
    "data",
    [
        masked(b"4" * 10 * MB, key=b"\0\0\0\0"),
        masked(b"4" * 1000, first=TEXT) + masked(b"4" * 1000, first=CONTINUATION) * 10_000,
        masked(b"4" * 10 * MB, key=b"\0\0\0\0")[:14],
        masked(b"", first=TEXT) + masked(b"4" * 60_000, first=CONTINUATION, key=b"\0\0\0\0") * 170,
    ],
    ids=["in one frame", "in fragments", "declared, never sent", "in large fragments"],
)
async def test_ten_megabytes(data: bytes) -> None:
    async with with_a_viewer() as server:
        wire = await (await server.wire()).join("mallory")
        assert await flood(wire, data) == 1009
        assert buffered(server) <= server.realtime.engine.limits.message + 256 * 1024


async def test_a_frame_that_never_ends_is_ended_by_the_heartbeat() -> None:
    async with with_a_viewer() as server:
        wire = await (await server.wire()).join("mallory")
        wire.write(masked(b"4" * 60_000)[:5000])
        assert await wire.gone() == 4001
        assert buffered(server) <= 256 * 1024


async def test_far_more_sockets_than_one_address_may_have() -> None:
    async with with_a_viewer() as server:
        engine = server.realtime.engine
        refused = 0
        for _ in range(400):
            wire = await server.wire()
            wire.write(HEAD)
            said = (await wire.reader.readline()).decode()
            if " 429 " in said:
                refused += 1
                await wire.close()
            assert engine.connections <= 40
        assert refused > 300
        assert len(engine.door.callers) == 1


async def test_those_without_a_pass_are_fewer_and_do_not_last() -> None:
    async with with_a_viewer() as server:
        strangers = [await (await server.wire()).handshake() for _ in range(10)]
        wire = await server.wire()
        wire.write(HEAD)
        assert " 429 " in (await wire.reader.readline()).decode()
        for stranger in strangers:
            assert await stranger.gone() == 4002
            await stranger.close()
        await server.until(lambda: server.realtime.engine.connections == 1)
        await (await server.wire()).join("somebody else")


async def test_who_never_answers_a_ping() -> None:
    async with with_a_viewer() as server:
        wires = [await (await server.wire()).join(f"mallory {n}") for n in range(5)]
        for wire in wires:
            assert await wire.gone() == 4001
        await server.until(lambda: len(server.realtime.peers) == 1)


async def test_who_half_closes() -> None:
    async with with_a_viewer() as server:
        wires = [await (await server.wire()).join(f"mallory {n}") for n in range(5)]
        half = await (await server.wire()).handshake()
        for wire in (*wires, half):
            wire.writer.write_eof()
        await server.until(lambda: server.realtime.engine.connections == 1)
        assert len(server.realtime.peers) == 1


async def test_who_reads_nothing() -> None:
    async with with_a_viewer() as server:
        engine = server.realtime.engine
        for n in range(3):
            wire = await (await server.wire()).join(f"mallory {n}")
            wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        for peer in list(server.realtime.peers.values())[1:]:
            await server.realtime.enter(peer, "readers")
        most = 0
        while len(server.realtime.peers) > 1:
            server.realtime.tell_raw("readers", "much", "x" * 20_000)
            await asyncio.sleep(0)
            most = max(most, engine.bytes_queued())
        assert most <= 4 * (engine.limits.queued + 2 * 20_100)
        assert engine.rooms.dropped == 3
        await server.until(lambda: engine.connections == 1)


async def test_pings_without_end_whose_answers_nobody_reads() -> None:
    async with with_a_viewer() as server:
        wire = await (await server.wire()).join("mallory")
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        data = masked(b"x" * 125, PING, key=b"\0\0\0\0") * 500
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(20):
                while len(server.realtime.peers) > 1:
                    wire.write(data)
                    await asyncio.wait({asyncio.ensure_future(wire.writer.drain())}, timeout=0.05)
        await server.until(lambda: server.realtime.engine.connections == 1)


@pytest.mark.parametrize("seed", range(5))
async def test_garbage(seed: int, logs: Logs) -> None:
    async with with_a_viewer() as server:
        wire = await (await server.wire()).join("mallory")
        assert await flood(wire, os.urandom(200_000)) in (1002, 1003, 1007, 1008, 1009)
        noise = await server.wire()
        noise.write(os.urandom(200_000))
        with contextlib.suppress(ConnectionError, Gone):
            async with asyncio.timeout(20):
                await noise.reader.read()
        await server.until(lambda: server.realtime.engine.connections == 1)
    assert logs.errors() == []  # nobody is woken by it


async def test_heads_that_come_a_byte_at_a_time() -> None:
    """A quarter of what an address may have open may be silent; who is one more is cut off, and all are when
    their time is up."""
    async with with_a_viewer() as server:
        engine = server.realtime.engine
        lines = []
        for n in range(60):
            lines.append(await server.wire())
            with contextlib.suppress(ConnectionError):
                lines[-1].write(HEAD[: n % 30])
            await asyncio.sleep(0)
            assert engine.asking <= 11
        for line in lines:
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(20):
                    await line.reader.read()
        assert engine.asking == 0
        await (await server.wire()).join("somebody else")
