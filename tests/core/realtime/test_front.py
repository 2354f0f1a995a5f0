"""One port: sockets are ours, everything else is aiohttp's, byte for byte."""

import asyncio
import contextlib
import json

import pytest

from server.core.realtime import Limits
from tests.core.realtime.wire import HEAD, Server, serving, text

HELLO = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde"


@pytest.mark.parametrize("pieces", [1, 2, 7, 16, 17, 1000])
async def test_an_http_request_in_pieces(server: Server, pieces: int) -> None:
    wire = await server.wire()
    for at in range(0, len(POST), pieces):
        wire.write(POST[at : at + pieces])
        await asyncio.sleep(0)
    answer = await wire.answer()
    assert answer.startswith("HTTP/1.1 200")
    assert answer.endswith("POST /hello abcde")


async def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    wire = await server.wire()
    wire.write(HELLO * 3 + POST)
    answer = await wire.answer()
    assert answer.count("HTTP/1.1 200") == 4
    assert answer.index("GET /hello") < answer.index("POST /hello abcde")


@pytest.mark.parametrize("pieces", [1, 5, 100, 1000])
async def test_a_handshake_in_pieces(server: Server, pieces: int) -> None:
    wire = await (await server.wire()).handshake(pieces)
    wire.say('40{"token":"ada"}')
    assert (await wire.hear()).startswith("40")
    assert server.realtime.engine.opened_total == 1


async def test_frames_may_come_with_the_handshake(server: Server) -> None:
    wire = await server.wire()
    wire.write(HEAD + text('40{"token":"slow"}') + text('427["echo",{"text":"early"}]'))
    await wire.reader.readuntil(b"\r\n\r\n")
    assert (await wire.hear()).startswith("0")
    assert (await wire.hear()).startswith("40")
    assert await wire.hear() == '437[{"ok":true,"data":{"text":"early"}}]'


@pytest.mark.parametrize("sent", [HELLO, HELLO * 2])
async def test_a_socket_on_a_connection_that_spoke_http_before(server: Server, sent: bytes) -> None:
    """As proxies do that keep their connections."""
    wire = await server.wire()
    wire.write(sent)
    for _ in range(len(sent) // len(HELLO)):
        await wire.reader.readuntil(b"GET /hello ")
    await wire.handshake()
    wire.say('40{"token":"ada"}')
    assert (await wire.hear()).startswith("40")
    wire.say('427["echo",{"text":"x"}]')
    assert await wire.hear() == '437[{"ok":true,"data":{"text":"x"}}]'
    server.realtime.tell_raw("all", "said", 1)
    assert await wire.hear() == '42["said",1]'
    await wire.close()
    await server.until(lambda: server.log[-1] == "ada goes")


async def test_packets_that_overtake_the_opening_of_their_connection_wait(server: Server) -> None:
    """Within aiohttp's task, a connection is made known to python-socketio a moment later."""
    wire = await server.wire()
    wire.write(HELLO)
    await wire.reader.readuntil(b"GET /hello ")
    wire.write(HEAD + text('40{"token":"ada"}') + text('427["echo",{"text":"early"}]'))
    await wire.reader.readuntil(b"\r\n\r\n")
    assert (await wire.hear()).startswith("0")
    assert (await wire.hear()).startswith("40")
    assert await wire.hear() == '437[{"ok":true,"data":{"text":"early"}}]'


def changed(old: bytes, new: bytes) -> bytes:
    assert old in HEAD
    return HEAD.replace(old, new).replace(b"Connection: Upgrade", b"Connection: Upgrade, close")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (changed(b"EIO=4&", b"EIO=3&"), 400),
        (changed(b"EIO=4&", b""), 400),
        (changed(b"=websocket ", b"=polling "), 400),
        (changed(b"=websocket ", b"=websocket&sid=x "), 400),
        (changed(b"Version: 13", b"Version: 8"), 426),
        (changed(b"Sec-WebSocket-Version: 13\r\n", b""), 426),
        (changed(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZ==="), 400),
        (changed(b"dGhlIHNhbXBsZSBub25jZQ==", b"short"), 400),
        (changed(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""), 400),
        (changed(b"Upgrade: websocket", b"Upgrade: h2c"), 400),
        (changed(b"Host: x\r\n", b""), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\nContent-Length: 1\r\n"), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\nHost: y\r\n"), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\nX : y\r\n"), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\n folded\r\n"), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\nX: a\0b\r\n"), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\nX: " + b"y" * 20_000 + b"\r\n"), 400),
        (changed(b"Host: x\r\n", b"Host: x\r\n" + b"X: y\r\n" * 1000), 400),
        (changed(b" HTTP/1.1", b" HTTP/1.0"), 400),
        (changed(b"=websocket ", b"=websocket" + b"&x=y" * 30 + b" "), 400),
        (changed(b"=websocket ", b"=websocket&x=%ff%ff&transport=polling "), 400),
    ],
    ids=range(21),
)
async def test_a_handshake_that_is_no_good_is_refused_in_words(
    server: Server, head: bytes, status: int
) -> None:
    wire = await server.wire()
    wire.write(head)
    if b"close" not in head.split(b"\r\n\r\n")[0]:
        wire.writer.write_eof()
    async with asyncio.timeout(20):
        line = (await wire.reader.readline()).decode()
        rest = await wire.reader.readuntil(b"\r\n\r\n")
        assert int(line.split()[1]) == status, line
        if b"application/json" in rest:
            size = int(rest.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            error = json.loads(await wire.reader.readexactly(size))["error"]
            assert (error["code"], error["retryable"]) == ("request.invalid", False)
    if status == 426:
        assert b"Sec-WebSocket-Version: 13" in rest
    assert server.realtime.engine.opened_total == 0


async def test_noise_is_refused_and_harms_nobody(server: Server) -> None:
    other = await (await server.wire()).join()
    for noise in (
        b"\x16\x03\x01\x02\x00",
        b"\0" * 100,
        b"GET /socket.io/?\xff \r\n\r\n",
        b"\r\n\r\n",
        b"G\r\n\r\n",
    ):
        wire = await server.wire()
        wire.write(noise)
        wire.writer.write_eof()
        answer = await wire.answer()
        assert not answer or answer.startswith(("HTTP/1.1 4", "HTTP/1.0 4")), noise
    other.say('427["echo",{"text":"x"}]')
    assert (await other.hear()).startswith("437")


async def test_who_does_not_finish_asking_is_hung_up_on() -> None:
    async with serving(Limits(head_s=0.1, tick_s=0.02)) as server:
        silent, slow = await server.wire(), await server.wire()
        slow.write(HEAD[:40])
        assert await silent.answer() == ""
        assert (await slow.answer()).startswith("HTTP/1.1 408 ")
        quick = await (await server.wire()).join()
        assert await quick.reader.read(0) == b""
        assert server.realtime.engine.connections == 1


async def test_the_server_stops_while_somebody_is_asking(server: Server) -> None:
    wire = await server.wire()
    wire.write(HEAD[:40])
    await server.until(lambda: server.realtime.engine.asking == 1)
    await server.listening.close()
    with contextlib.suppress(ConnectionError):
        assert await wire.reader.read() == b""


@pytest.mark.parametrize("before", [b"", HELLO])
@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "198.51.100.1")])
async def test_a_peer_knows_its_address(before: bytes, proxies: int, address: str) -> None:
    """Also on a connection that a proxy used for something else before."""
    async with serving(Limits(proxies=proxies)) as server:
        wire = await server.wire()
        if before:
            wire.write(before)
            await wire.reader.readuntil(b"GET /hello ")
        forwarded = b"Host: x\r\nX-Forwarded-For: 203.0.113.9, 198.51.100.1"
        await wire.handshake(head=HEAD.replace(b"Host: x", forwarded))
        wire.say('40{"token":"ada"}')
        assert (await wire.hear()).startswith("40")
        assert [peer.address for peer in server.realtime.peers.values()] == [address]
