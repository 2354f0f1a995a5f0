"""A node that is about to stop: nobody comes in, everybody is sent elsewhere, one after the other."""

import asyncio
import json

import pytest

from server.core.realtime import Limits
from tests.core.realtime.test_connection import answer, command
from tests.core.realtime.wire import HEAD, Gone, Server, serving

HELLO = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"


async def drained(server: Server, window_s: float = 0) -> "asyncio.Task[None]":
    task = asyncio.create_task(server.listening.drain(window_s, asyncio.Event()))
    await server.until(lambda: server.realtime.draining)
    return task


async def test_all_are_sent_away_and_come_back_by_themselves(server: Server) -> None:
    """1012 and no packet of Socket.IO: for its clients the line broke, and they connect again."""
    wires = [await (await server.wire()).join(f"v{n}") for n in range(3)]
    draining = await drained(server)
    for wire in wires:
        with pytest.raises(Gone) as gone:  # with nothing said before
            await wire.frame()
        assert gone.value.code == 1012
    await draining
    assert sorted(server.log[-3:]) == ["v0 goes", "v1 goes", "v2 goes"]


async def test_they_go_one_after_the_other(server: Server) -> None:
    names = [f"v{n}" for n in range(8)]
    wires = [await (await server.wire()).join(name) for name in names]
    draining = asyncio.create_task(server.listening.drain(0.8, asyncio.Event()))
    await asyncio.sleep(0)  # the first step, whatever time it takes
    assert sum(each.open for each in server.realtime.engine.sockets.values()) == len(names) - 1
    await draining
    await server.until(lambda: server.realtime.engine.connections == 0)
    gone = [line.removesuffix(" goes") for line in server.log if line.endswith("goes")]
    assert sorted(gone) == names
    for wire in wires:
        assert await wire.gone() == 1012


async def test_the_others_hear_everything_until_it_is_their_turn(server: Server) -> None:
    wires = [await (await server.wire()).join(f"v{n}") for n in range(6)]
    draining = await drained(server, window_s=0.6)
    said = 0
    while not draining.done():
        server.realtime.tell_raw("all", "said", said)
        said += 1
        await asyncio.sleep(0.01)
    for wire in wires:
        heard = list[str]()
        code = 0
        while not code:
            try:
                heard.append(await wire.hear())
            except Gone as gone:
                code = gone.code
        assert code == 1012
        assert heard == [f'42["said",{n}]' for n in range(len(heard))]


async def test_what_is_under_way_is_answered_first(server: Server) -> None:
    """Both ways through: known commands in place, and those that python-socketio decodes."""
    quick, slow = await (await server.wire()).join(), await (await server.wire()).join("bob")
    quick.say(command(1, text="first", wait=True))
    slow.say('421 ["echo",{"text":"first","wait":true}]')
    await server.until(lambda: sum(line.endswith("says first") for line in server.log) == 2)
    draining = await drained(server)
    quick.say(command(2, text="too late"))  # not carried out: it is for the next node
    await asyncio.sleep(0.05)
    server.go.set()
    for wire in (quick, slow):
        assert await wire.hear() == answer(1, "first")
        assert await wire.gone() == 1012
    await draining
    assert "ada says too late" not in server.log


async def test_who_is_just_being_let_in_is_let_in_first(server: Server) -> None:
    wire = await (await server.wire()).handshake()
    wire.say('40{"token":"slow"}')
    await server.until(lambda: any(each.busy for each in server.realtime.engine.sockets.values()))
    draining = await drained(server)
    assert (await wire.hear()).startswith("40")
    assert await wire.gone() == 1012
    await draining


async def test_a_second_call_to_end_ends_the_window(server: Server) -> None:
    wires = [await (await server.wire()).join(f"v{n}") for n in range(2)]
    wires[0].say(command(1, text="first", wait=True))
    await server.until(lambda: "v0 says first" in server.log)
    hurry = asyncio.Event()
    draining = asyncio.create_task(server.listening.drain(600, hurry))
    await server.until(lambda: server.realtime.draining)
    hurry.set()
    async with asyncio.timeout(4):  # less than is granted for answers
        await draining
    assert await wires[1].gone() == 1012


async def test_nobody_comes_in_any_more(server: Server) -> None:
    """A new connection is refused by the system; on one that is there already, a handshake is in words."""
    kept = await server.wire()
    kept.write(HELLO)
    await kept.reader.readuntil(b"GET /hello ")
    begun = await server.wire()
    begun.write(HEAD[:30])
    stays = await (await server.wire()).join()
    stays.say(command(1, text="first", wait=True))
    await server.until(lambda: server.realtime.engine.asking == 1 and "ada says first" in server.log)
    draining = await drained(server)
    assert await begun.answer() == ""
    refused = False
    for _ in range(200):
        try:
            late = await server.wire()
        except ConnectionRefusedError:
            refused = True
            break
        await late.close()
        await asyncio.sleep(0.01)
    assert refused
    kept.write(HEAD)
    assert_refused(await kept.answer(), 503, "node.draining")
    server.go.set()
    await draining
    assert server.realtime.engine.opened_total == 1


async def test_http_is_answered_and_told_to_go_elsewhere_for_the_next(server: Server) -> None:
    kept = await server.wire()
    kept.write(HELLO)
    await kept.reader.readuntil(b"GET /hello ")
    await (await drained(server))
    kept.write(HELLO)
    said = await kept.answer()
    assert said.startswith("HTTP/1.1 200")
    assert "connection: close" in said.lower()


async def test_who_does_not_hang_up_keeps_nobody() -> None:
    async with serving(Limits(close_s=0.1, tick_s=0.02)) as server:
        deaf = await (await server.wire()).join()
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await (await drained(server))
        await server.until(lambda: server.realtime.engine.connections == 0)


def assert_refused(said: str, status: int, code: str) -> dict[str, object]:
    head, _, body = said.partition("\r\n\r\n")
    assert int(head.split()[1]) == status, head
    error: dict[str, object] = json.loads(body)["error"]
    assert error["code"] == code
    assert error["retryable"] is True
    assert ("retry-after: " in head.lower()) == (status == 503)
    return error
