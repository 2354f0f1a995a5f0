"""Garbage on the port: the server says no, in its own words where it can, and serves the next viewer."""

import asyncio
import json
import zlib

import pytest

from tests.faults.client import Client, fault
from tests.faults.commands import COMMANDS
from tests.faults.frames import PATH, opened
from tests.faults.mutations import NOT_JSON
from tests.faults.stage import Stage
from tests.infra.logs import Logs

Frame = str | bytes
DEEP = "[" * 60_000
NO_ENGINE_IO: list[Frame] = [*"x987025\0٣²é6b", "", "bAAAA", "2probe"]
BINARY: list[Frame] = [b"", b"\0\1\2", b"42[]"]
NO_SOCKET_IO: list[Frame] = [*"4 4x 49 48 4² 43 44 46".split(), '437[{"a":1}]', '44{"message":"x"}']
NO_COMMAND: list[Frame] = [
    "427" + body
    for body in [
        *("", "{}", '"x"', "null", "[]", "[7,{}]", "[null]", "[{}]", "[[]]", "[", DEEP),
        *('["connect",{"HTTP_ORIGIN":"x"},{"token":"x"}]', '["connect"]', '["disconnect"]'),
        f'["room.join",{DEEP}',
        "7" * 200 + '["room.join",{}]',
    ]
]
WITH_ATTACHMENTS: list[Frame] = [
    '451-["x",{"_placeholder":true,"num":0}]', '459999999999-["x"]', '4599-["x"]', "450-[]",
    '461-[{"_placeholder":true,"num":0}]',
]  # fmt: skip
NO_JSON: list[Frame] = [
    "42" + body.decode("utf-8", "replace") for body in NOT_JSON.values() if len(body) < 60_000
]


@pytest.mark.parametrize(
    "frames", [NO_ENGINE_IO, BINARY, NO_SOCKET_IO, NO_COMMAND, WITH_ATTACHMENTS, NO_JSON], ids=range(6)
)
async def test_a_frame_that_no_client_sends_ends_the_connection(
    stage: Stage, logs: Logs, frames: list[Frame]
) -> None:
    before = await stage.everything()
    for frame in frames:
        async with opened(stage.show.url) as rude:
            await rude.connect(stage.token(viewer="viewer_rude"))
            await rude.ask("room.join", {"stream": stage.live.id})
            await rude.send(frame, "3")  # the second only for those who answer at their next frame
            await rude.hung_up()
    await stage_is_well(stage)
    assert await stage.everything() == before
    assert logs.errors() == []


async def stage_is_well(stage: Stage) -> None:
    """The others never noticed, and nobody is left in the room who is gone."""
    async with asyncio.timeout(20):
        while (await stage.viewer.socket.ask("room.join", {"stream": stage.live.id}))["viewers"] != 1:
            await asyncio.sleep(0.1)
    newcomer = await stage.show.viewer(stage.live)
    assert newcomer.joined["viewers"] == 2


async def test_frames_before_and_beside_the_connection(stage: Stage, logs: Logs) -> None:
    before = await stage.everything()
    create = json.dumps(["hold.create", COMMANDS["hold.create"].good(stage)])
    async with opened(stage.show.url) as frames:  # a command before anybody has connected
        await frames.send("427" + create)
        await frames.connect(stage.token(viewer="viewer_rude"))
    async with opened(stage.show.url) as frames:  # twice, and to rooms that are none of ours
        await frames.connect(stage.token(viewer="viewer_rude"))
        await frames.send("40" + json.dumps({"token": stage.token(viewer="viewer_other")}))
        assert (await frames.next("4")).startswith("44")
        await frames.send('40/other,{"token":"x"}', "42/other,7" + create, "41/other,", "3", "3")
        assert (await frames.ask("room.join", {"stream": stage.live.id}))["ok"]
    async with opened(stage.show.url) as frames:  # larger than a message may be
        await frames.connect(stage.token(viewer="viewer_rude"))
        await frames.send("427" + json.dumps(["room.join", {"stream": "x" * 70_000}]))
        await frames.hung_up()
    async with opened(stage.show.url) as frames:  # gone before it has the answer
        await frames.connect(stage.token(viewer="viewer_rude"))
        await frames.send("427" + json.dumps(["room.join", {"stream": stage.live.id}]))
    await stage_is_well(stage)
    assert await stage.everything() == before
    assert logs.errors() == []


HALF_A_HANDSHAKE = {
    "no key": {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"},
    "a short key": {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "eA==",
    },
    "an old version": {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "99",
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    },
    "no upgrade": {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg=="},
    "another protocol": {"Connection": "Upgrade", "Upgrade": "h2c"},
}  # fmt: skip


async def test_half_a_handshake_is_refused_in_words(stage: Stage, client: Client, logs: Logs) -> None:
    for name, headers in HALF_A_HANDSHAKE.items():
        status, answer = await client.raw("GET", PATH, headers)
        assert fault(status, json.loads(answer), "request.invalid") is None, (name, answer)
    await stage_is_well(stage)
    assert logs.errors() == []


async def test_who_polls_is_told_to_use_a_websocket(stage: Stage, client: Client, logs: Logs) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    for query, headers in (
        ("", {}),
        ("?EIO=4&transport=polling", {}),
        ("?EIO=4&transport=websocket", {}),
        ("?EIO=3&transport=websocket", upgrade),
        ("?transport=websocket", upgrade),
        ("?EIO=4&transport=websocket&sid=x", upgrade),
        ("?EIO=4&transport=websocket&j=0", {}),
    ):
        status, answer = await client.raw("GET", f"/socket.io/{query}", headers)
        assert fault(status, json.loads(answer), "request.invalid") is None, (query, answer)
    status, answer = await client.raw("POST", "/socket.io/?EIO=4&transport=polling", {}, {})
    assert status == 405
    assert logs.errors() == []


NO_HTTP = {
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),  # as TLS begins
    "a text": b"hello, is anybody there?\r\n\r\n",
    "NULs": b"\0" * 1000 + b"\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a long line": b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: 1\r\n" * 5_000 + b"\r\n",
    "a header with a NUL": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    "a body of two lengths": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
    b"Content-Length: 6\r\n\r\n{}",
    "a negative length": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
    "a length and chunks": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunks": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "bad compression": b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
}


async def test_what_is_no_http_is_refused(stage: Stage, client: Client, logs: Logs) -> None:
    for name, sent in NO_HTTP.items():
        answer = await client.bytes(sent)
        assert answer.startswith(b"HTTP/1.") or not answer, (name, answer[:200])
        assert b" 4" in answer[:13] or not answer, (name, answer[:200])
    await stage_is_well(stage)
    assert logs.errors() == []


async def test_a_body_that_bursts_when_unpacked_is_refused(stage: Stage, client: Client, logs: Logs) -> None:
    packed = zlib.compress(b" " * 50_000_000, 9)
    assert len(packed) < 60_000
    status, answer = await client.send(
        "POST", "/api/v1/session", "nobody", packed, **{"Content-Encoding": "deflate"}
    )
    assert fault(status, answer, "request.too_large", "request.invalid") is None
    assert logs.errors() == []


JSON_POST = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def test_who_hangs_up_half_way_disturbs_nobody(stage: Stage, client: Client, logs: Logs) -> None:
    before = await stage.everything()
    for sent in (
        b"",
        b"GE",
        b"POST /api/v1/checkouts HTTP/1.1\r\nHost: x\r\n",
        JSON_POST + b"Content-Length: 500\r\n\r\n{",
    ):
        _, writer = await asyncio.open_connection(*client.address())
        writer.write(sent)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    await stage_is_well(stage)
    assert await stage.everything() == before
    assert logs.errors() == []
