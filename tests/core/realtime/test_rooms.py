"""From one event to many viewers: order, rooms, and who is too slow."""

import json

import pytest

from server.core.errors import BadRequest
from server.core.realtime import Limits, Peer
from server.core.realtime import rooms as rooms_module
from server.core.realtime.frames import NORMAL, frame
from tests.core.realtime.wire import Server, Wire, serving


@pytest.fixture(params=["transports", "c"], autouse=True)
def way_out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the loop in C, where it was built, and without it."""
    if request.param == "transports":
        monkeypatch.setattr(rooms_module, "native", lambda: None)


async def peer_of(server: Server, name: str) -> Peer:
    return next(peer for peer in server.realtime.peers.values() if peer.grant.viewer == name)


async def test_broadcasts_and_answers_keep_their_order(server: Server) -> None:
    """Three events are said to the room before the answer is given, and arrive before it."""
    wires = [await (await server.wire()).join(f"v{n}") for n in range(5)]
    for round_ in range(20):
        wires[0].say(f'42{round_}["echo",{{"text":"x","room":"all","many":3}}]')
    heard = [await wires[0].hear() for _ in range(80)]
    expected = []
    for round_ in range(20):
        expected += [f'42["said",{{"text":"x","number":{number}}}]' for number in range(3)]
        expected.append(f'43{round_}[{{"ok":true,"data":{{"text":"x"}}}}]')
    assert heard == expected
    for wire in wires[1:]:
        assert [await wire.hear() for _ in range(60)] == [e for e in expected if e.startswith("42")]


async def test_rooms_that_share_viewers_keep_their_order(server: Server) -> None:
    wire = await (await server.wire()).join()
    peer = await peer_of(server, "ada")
    await server.realtime.enter(peer, "other")
    for number in range(10):
        server.realtime.tell_raw("all" if number % 3 else "other", "said", number)
    assert [await wire.hear() for _ in range(10)] == [f'42["said",{n}]' for n in range(10)]


async def test_who_comes_hears_what_is_said_after(server: Server) -> None:
    early, late = await (await server.wire()).join("early"), await (await server.wire()).join("late")
    await server.realtime.enter(await peer_of(server, "early"), "room")
    server.realtime.tell_raw("room", "said", 1)
    await server.realtime.enter(await peer_of(server, "late"), "room")
    await server.realtime.enter(await peer_of(server, "late"), "room")  # twice is once
    server.realtime.tell_raw("room", "said", 2)
    assert [await early.hear() for _ in range(2)] == ['42["said",1]', '42["said",2]']
    assert await late.hear() == '42["said",2]'
    server.realtime.tell_raw("nobody", "said", 3)
    server.realtime.tell_raw("room", "said", 4)
    assert await late.hear() == '42["said",4]'


async def test_who_is_gone_enters_nothing(server: Server) -> None:
    wire = await (await server.wire()).join()
    peer = await peer_of(server, "ada")
    await wire.close()
    await server.until(lambda: server.realtime.engine.connections == 0)
    with pytest.raises(BadRequest):
        await server.realtime.enter(peer, "room")


async def test_who_reads_too_slowly_is_dropped_and_nobody_else_notices() -> None:
    async with serving(Limits(queued=64 * 1024, close_s=0.2, tick_s=0.02)) as server:
        readers = [await (await server.wire()).join(f"v{n}") for n in range(3)]
        slow = await (await server.wire()).join("slow one")
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]
        big = "x" * 20_000
        number = 0
        while not server.realtime.engine.rooms.dropped:
            server.realtime.tell_raw("all", "said", [number, big])
            for wire in readers:
                assert json.loads((await wire.hear())[2:])[1][0] == number
            number += 1
            assert server.realtime.engine.bytes_queued() < 64 * 1024 + 2 * 20_100
        assert number > 3
        assert server.log[-1] == "slow one goes"
        assert server.realtime.engine.connections == 3
        server.realtime.tell_raw("all", "said", "after")
        for wire in readers:
            assert await wire.hear() == '42["said","after"]'


@pytest.mark.parametrize("what", ["closes", "enters", "answers"])
async def test_who_is_dropped_just_when_something_else_happens(what: str) -> None:
    """What waits for a room is sent first, and this time it ends the connection."""
    async with serving(Limits(queued=64 * 1024, close_s=0.2, tick_s=0.02)) as server:
        slow = await (await server.wire()).join("slow one")
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer = await peer_of(server, "slow one")
        connection = server.realtime.engine.sockets[peer.sid]
        while connection.transport.get_write_buffer_size() <= 64 * 1024:
            server.realtime.engine.rooms.send("all", frame(b"x" * 20_000))
            server.realtime.engine.rooms.flush()
        server.realtime.engine.rooms.send("all", frame(b"the last straw"))
        if what == "closes":
            connection.close(NORMAL)
        elif what == "enters":
            server.realtime.engine.rooms.enter(connection, "room")
        else:
            connection.send(b"x")
        assert not connection.open
        assert connection.rooms == ()
        assert server.realtime.engine.rooms.dropped == 1
        await server.until(lambda: server.log[-1] == "slow one goes")
        assert server.log.count("slow one goes") == 1


async def test_the_dropped_one_hears_why_once_it_reads() -> None:
    async with serving(Limits(queued=64 * 1024, close_s=20)) as server:
        slow = await (await server.wire()).join("slow one")
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]
        sent = 0
        while not server.realtime.engine.rooms.dropped:
            server.realtime.tell_raw("all", "said", [sent, "x" * 20_000])
            server.realtime.engine.rooms.flush()
            sent += 1
        slow.writer.transport.resume_reading()  # type: ignore[attr-defined]
        heard = await events_until(slow)
        assert heard[0] == list(range(len(heard[0])))  # without a gap
        assert len(heard[0]) == sent - 1
        assert heard[1] == 4008


async def events_until(wire: Wire) -> tuple[list[int], int]:
    from tests.core.realtime.wire import Gone

    numbers = []
    try:
        while True:
            numbers.append(json.loads((await wire.hear())[2:])[1][0])
    except Gone as gone:
        return numbers, gone.code
