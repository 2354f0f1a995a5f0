"""Engine.IO and Socket.IO on a connection: what is answered, in what order, and what ends it."""

import asyncio
import contextlib
import json
from typing import Any

import pytest

from server.core.realtime import Limits
from server.core.realtime.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame
from tests.core.realtime.wire import HEAD, Server, masked, serving, text
from tests.infra.logs import Logs


def command(number: int, **fields: object) -> str:
    return f"42{number}" + json.dumps(["echo", fields], separators=(",", ":"))


def answer(number: int, said: str) -> str:
    return f"43{number}" + json.dumps([{"ok": True, "data": {"text": said}}], separators=(",", ":"))


async def test_a_life(server: Server) -> None:
    wire = await (await server.wire()).join()
    wire.say(command(0, text="a"), command(12, text="é"))
    assert await wire.hear() == answer(0, "a")
    assert await wire.hear() == '4312[{"ok":true,"data":{"text":"é"}}]'
    wire.say(command(2, text="nothing"))
    assert await wire.hear() == '432[{"ok":true,"data":{}}]'
    wire.say("41")
    await server.until(lambda: server.log[-1] == "ada goes")
    assert server.realtime.peers == {}
    wire.say('40{"token":"bob"}')  # the same connection, another life
    assert (await wire.hear()).startswith("40")
    wire.say("1")
    assert await wire.gone() == 1000
    assert server.log == [
        "ada comes",
        "ada says a",
        "ada says é",
        "ada says nothing",
        "ada goes",
        "bob comes",
        "bob goes",
    ]


async def test_errors_are_the_same_however_a_command_is_written(server: Server, logs: Logs) -> None:
    """With a space in it, a command goes the long way round by python-socketio."""
    wire = await (await server.wire()).join()
    bodies: tuple[Any, ...] = (
        {"text": 7}, {}, {"text": "x", "more": 1}, {"text": "conflict"}, {"text": "x", "many": 1.5}, [], "x",
        None, 7,
    )  # fmt: skip
    for body in bodies:
        document = json.dumps(body, separators=(",", ":"))
        wire.say(f'421["echo",{document}]', f'421 ["echo",{document}]', f'421["echo" ,{document}]')
        answers = {await wire.hear() for _ in range(3)}
        assert len(answers) == 1
        assert json.loads(answers.pop()[3:])[0]["ok"] is False
    for packet in (
        '421["echo",{"text":"x"},{}]', '421["echo"]', '421["other",{}]', '421["echo",{"text":"x"}, 1]',
        '421["echo",{"text":"x"},{"text":"y"}]',
    ):  # fmt: skip
        wire.say(packet)
        error = json.loads((await wire.hear())[3:])[0]["error"]
        assert error["code"] == "request.invalid"
    assert logs.errors() == []


async def test_a_bug_is_no_answer_to_others(server: Server, logs: Logs) -> None:
    wire = await (await server.wire()).join()
    wire.say(command(1, text="bug"), command(2, text="x"))
    error = json.loads((await wire.hear())[3:])[0]["error"]
    assert error["code"] == "internal"
    assert "secret" not in json.dumps(error)
    assert await wire.hear() == answer(2, "x")
    assert len(logs.errors()) == 1


async def test_a_command_that_waits_keeps_nobody(server: Server) -> None:
    wire, other = await (await server.wire()).join(), await (await server.wire()).join("bob")
    wire.say(command(1, text="first", wait=True), command(2, text="second"))
    other.say(command(3, text="third"))
    assert await wire.hear() == answer(2, "second")
    assert await other.hear() == answer(3, "third")
    server.go.set()
    assert await wire.hear() == answer(1, "first")


async def test_who_goes_while_a_command_waits(server: Server, logs: Logs) -> None:
    wire = await (await server.wire()).join()
    wire.say(command(1, text="first", wait=True))
    await server.until(lambda: server.log[-1] == "ada says first")
    wire.writer.transport.abort()
    await server.until(lambda: server.log[-1] == "ada goes")
    server.go.set()
    other = await (await server.wire()).join("bob")
    other.say(command(1, text="x"))
    assert await other.hear() == answer(1, "x")
    assert logs.errors() == []


async def test_who_goes_while_being_let_in_leaves_nothing(server: Server, logs: Logs) -> None:
    wire = await (await server.wire()).handshake()
    wire.say('40{"token":"slow"}', command(1, text="x"))
    await server.until(lambda: server.realtime.engine.opened_total == 1)
    wire.writer.transport.abort()
    await server.until(lambda: server.realtime.engine.connections == 0)
    if server.log:  # the line was still thought to be there when the door opened
        assert (server.log[0], server.log[-1]) == ("slow comes", "slow goes")
    assert server.realtime.peers == {}
    assert logs.errors() == []


async def test_what_follows_a_connect_waits_for_it(server: Server) -> None:
    wire = await (await server.wire()).handshake()
    wire.say('40{"token":"slow"}', *(command(n, text=str(n)) for n in range(40)))
    assert (await wire.hear()).startswith("40")
    assert [await wire.hear() for _ in range(40)] == [answer(n, str(n)) for n in range(40)]


async def test_who_is_refused_learns_why(server: Server, logs: Logs) -> None:
    wire = await (await server.wire()).handshake()
    wire.say("40")
    refused = json.loads((await wire.hear())[2:])
    assert refused["data"]["code"] == "conflict"
    wire.say('40{"token":"broken"}')
    assert json.loads((await wire.hear())[2:])["data"]["code"] == "internal"
    wire.say('40{"token":"ada"}', '40{"token":"bob"}')
    assert (await wire.hear()).startswith("40")
    assert (await wire.hear()).startswith("44")
    assert server.log == ["ada comes"]
    assert len(logs.errors()) == 1


async def test_the_page_that_connects_counts(server: Server) -> None:
    wire = await server.wire()
    await wire.handshake(head=HEAD.replace(b"Host: x", b"Host: x\r\nOrigin: http://elsewhere"))
    wire.say('40{"token":"ada"}')
    assert json.loads((await wire.hear())[2:])["data"]["code"] == "conflict"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(b"4"), 1002),
        (masked(b"x", first=0xC1), 1002),
        (masked(b"x", CONTINUATION), 1002),
        (masked(b"x", BINARY), 1003),
        (masked(b"\xff"), 1007),
        (masked(b"4" + b"x" * 65536), 1009),
        (masked(b"4" * 60_000, first=TEXT) + masked(b"4" * 6_000, CONTINUATION), 1009),
        (masked(b"\x03\xe9", CLOSE), 1001),
        (masked(b"\x0f\xa0bye", CLOSE), 4000),
        (masked(b"\x00", CLOSE), 1002),
        *((text(packet), 1008) for packet in ("", "0", "2", "3x", "5", "6", "7", "b", "é")),
        *((text(packet), 1008) for packet in ("4", "4x", "49", "45", "451-[]", "43", "44", "4²")),
        *((text("42" + packet), 1008) for packet in ("", "[", "{}", "[7,{}]", "[]", "9" * 200)),
        *((text(f'427["{event}",{{}}]'), 1008) for event in ("connect", "disconnect")),
    ],
)  # fmt: skip
async def test_what_ends_a_connection_and_with_which_code(server: Server, data: bytes, code: int) -> None:
    wire = await (await server.wire()).join()
    wire.write(text(command(1, text="before")) + data + text(command(2, text="after")))
    assert await wire.hear() == answer(1, "before")
    assert await wire.gone() == code
    await server.until(lambda: server.log[-1] == "ada goes")
    assert "ada says after" not in server.log


async def test_pings_are_answered_also_within_a_message(server: Server) -> None:
    wire = await (await server.wire()).join()
    packet = command(1, text="x" * 60_000).encode()
    wire.write(
        masked(packet[:100], first=TEXT) + masked(b"are you there", PING) + masked(packet[100:], CONTINUATION)
    )
    assert await wire.frame() == (PONG, b"are you there")
    assert await wire.hear() == answer(1, "x" * 60_000)


async def test_a_flood_leaves_others_their_turn(server: Server) -> None:
    """10,000 messages in one piece are handled in turns; a client beside them is answered in between."""
    wire, other = await (await server.wire()).join(), await (await server.wire()).join("bob")
    wire.write(
        b"".join(masked(f"42{n}".encode() + b'["echo",{"text":"x"}]', key=b"\0\0\0\0") for n in range(3000))
    )
    other.say(command(1, text="me too"))
    assert await other.hear() == answer(1, "me too")
    numbers = []
    for _ in range(3000):
        packet = await wire.hear()
        numbers.append(int(packet[2 : packet.index("[")]))
    assert numbers == list(range(3000))  # each is answered, most with rate_limited


async def test_who_never_connects_is_hung_up_on() -> None:
    async with serving(Limits(connect_s=0.1, tick_s=0.02)) as server:
        silent, refused, left, joined = [await (await server.wire()).handshake() for _ in range(4)]
        joined.say('40{"token":"ada"}')
        refused.say("40")
        left.say('40{"token":"bob"}', "41")
        for wire in (silent, refused, left):
            assert await wire.gone() == 4002
        joined.say(command(1, text="x"))
        assert (await joined.hear()).startswith("40")
        assert await joined.hear() == answer(1, "x")
        assert server.realtime.engine.not_connected == 3


async def test_who_does_not_answer_pings_is_hung_up_on() -> None:
    async with serving(Limits(ping_s=0.2, tick_s=0.02)) as server:
        good, dead = await (await server.wire()).join(), await (await server.wire()).join("bob")
        gone = asyncio.create_task(dead.gone())
        for _ in range(4):
            assert await good.hear() == "2"
            good.say("3")
        assert await gone == 4001
        good.say(command(1, text="x"))
        assert await good.hear() in ("2", answer(1, "x"))
        assert server.realtime.engine.no_pongs == 1
        await server.until(lambda: "bob goes" in server.log)


async def test_who_does_not_hang_up_is_cut_off() -> None:
    async with serving(Limits(close_s=0.1, tick_s=0.02)) as server:
        wire = await (await server.wire()).join()
        wire.say("9")
        assert await wire.gone() == 1008
        with contextlib.suppress(ConnectionError):
            while not wire.writer.is_closing():  # says on and on what nobody hears
                wire.say("3")
                await wire.writer.drain()
                await asyncio.sleep(0.01)
        assert server.realtime.engine.connections == 0


async def test_the_server_stops(server: Server) -> None:
    wires = [await (await server.wire()).join(f"v{n}") for n in range(3)]
    server.realtime.tell_raw("all", "said", "last")
    closing = asyncio.create_task(server.listening.close())
    for wire in wires:
        assert await wire.hear() == '42["said","last"]'
        assert await wire.gone() == 1001
        await wire.close()
    await closing
    assert server.log[-3:] == ["v0 goes", "v1 goes", "v2 goes"]
