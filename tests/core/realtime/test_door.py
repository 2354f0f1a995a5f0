"""More come than a node takes: they are told when to come again, they all get in, and those inside hear
everything meanwhile."""

import asyncio
import json
from typing import Any

import pytest

from server.core.auth import Grant
from server.core.clock import Clock
from server.core.realtime import Limits, Realtime
from server.core.realtime.errors import NodeBusy
from tests.core.realtime.test_drain import assert_refused
from tests.core.realtime.wire import HEAD, Server, Wire, serving

HELLO = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"


async def ask_in(server: Server, name: str) -> tuple[Wire, dict[str, Any] | None]:
    """The line, and the error that it was refused with."""
    wire = await (await server.wire()).handshake()
    wire.say("40" + json.dumps({"token": name}))
    said = await wire.hear()
    return wire, None if said.startswith("40") else json.loads(said[2:])["data"]


async def test_a_full_node_says_when_to_come_again() -> None:
    async with serving(Limits(viewers=3)) as server:
        inside = [await (await server.wire()).join(f"v{n}") for n in range(3)]
        wire, error = await ask_in(server, "ada")
        assert error is not None
        assert (error["code"], error["retryable"]) == ("node.busy", True)
        assert 0 < error["details"]["retry_after_ms"] < 20_000
        server.realtime.tell_raw("all", "said", 1)
        for each in inside:
            assert await each.hear() == '42["said",1]'
        await inside[0].close()
        await server.until(lambda: len(server.realtime.peers) == 2)
        wire.say('40{"token":"ada"}')  # the same line may ask again
        assert (await wire.hear()).startswith("40")


async def test_what_is_far_too_much_is_refused_at_the_handshake() -> None:
    async with serving(Limits(viewers=1)) as server:
        for _ in range(101):
            await (await server.wire()).handshake()
        wire = await server.wire()
        wire.write(HEAD)
        error = assert_refused(await wire.answer(), 503, "node.busy")
        assert isinstance(error["details"], dict)
        assert error["details"]["retry_after_ms"] > 0


async def test_a_storm_gets_in_and_nobody_inside_misses_anything() -> None:
    """Ten times what is let in a second."""
    async with serving(Limits(connects_per_s=20)) as server:
        inside = [await (await server.wire()).join(f"inside {n}") for n in range(5)]
        tries: dict[str, int] = {}

        async def comes(name: str) -> None:
            while True:
                tries[name] = tries.get(name, 0) + 1
                wire, error = await ask_in(server, name)
                if error is None:
                    return
                assert error["code"] == "node.busy"
                await wire.close()
                await asyncio.sleep(error["details"]["retry_after_ms"] / 1000)

        said = 0
        storm = asyncio.gather(*(comes(f"v{n}") for n in range(200)))
        while not storm.done():
            server.realtime.tell_raw("all", "said", said)
            said += 1
            await asyncio.sleep(0.05)
        await storm
        assert len(server.realtime.peers) == 205
        assert max(tries.values()) <= 4
        for wire in inside:
            for number in range(said):
                assert await wire.hear() == f'42["said",{number}]'


async def test_staff_come_in_whatever_is_going_on() -> None:
    async def host(token: object, origin: str) -> Grant:
        return Grant(kind="staff", shop="shop_a", viewer="host", expires_at=0)

    realtime = Realtime(host, Clock(), Limits(viewers=1, connects_per_s=1))
    door = realtime.engine.door
    door.viewer(await host(None, ""), inside=1000)
    with pytest.raises(NodeBusy):
        door.viewer(Grant(kind="viewer", shop="shop_a", viewer="ada", expires_at=0), inside=1000)
    await realtime.close()


async def test_one_address_has_so_many_sockets_and_no_more() -> None:
    async with serving(Limits(sockets_per_address=8)) as server:
        inside = [await (await server.wire()).join(f"v{n}") for n in range(8)]
        wire = await server.wire()
        wire.write(HEAD)
        error = assert_refused(await wire.answer(), 429, "node.too_many_sockets")
        assert error["details"] == {"limit": 8}
        page = await server.wire()
        page.write(HELLO)
        assert_refused(await page.answer(), 429, "node.too_many_sockets")
        await inside[0].close()
        await server.until(lambda: server.realtime.engine.connections == 7)
        await asyncio.sleep(0.1)  # the allowance of handshakes, too, has room again
        await (await server.wire()).join("again")


async def test_idle_http_connections_count_too_and_are_forgotten_when_they_end() -> None:
    async with serving(Limits(sockets_per_address=8)) as server:
        kept = list[Wire]()
        for _ in range(8):
            kept.append(await server.wire())
            kept[-1].write(HELLO)
            await kept[-1].reader.readuntil(b"GET /hello ")
        late = await server.wire()
        late.write(HELLO)
        assert_refused(await late.answer(), 429, "node.too_many_sockets")
        for wire in kept:
            await wire.close()
        for _ in range(100):  # the server sees them go a little later
            wire = await server.wire()
            wire.write(HELLO.replace(b"Host", b"Connection: close\r\nHost"))
            if "200 OK" in await wire.answer():
                return
        raise AssertionError("what ended is still counted")


async def test_behind_a_proxy_the_viewers_are_told_apart() -> None:
    async with serving(Limits(sockets_per_address=4, proxies=1)) as server:

        def head(address: str) -> bytes:
            return HEAD.replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: " + address.encode())

        wires = []
        for n in range(12):
            wires.append(await (await server.wire()).handshake(head=head(f"198.51.100.{n % 3}")))
            wires[-1].say('40{"token":"ada"}')
            assert (await wires[-1].hear()).startswith("40")
        for n in range(3):
            wire = await server.wire()
            wire.write(head(f"1.1.1.1, 198.51.100.{n}"))
            assert_refused(await wire.answer(), 429, "node.too_many_sockets")
        await wires[0].close()
        await server.until(lambda: server.realtime.engine.connections == 11)
        await asyncio.sleep(0.1)
        await (await server.wire()).handshake(head=head("198.51.100.0"))


async def test_an_operator_who_forgot_the_proxy_is_told_once(logs: Any) -> None:
    async with serving(Limits(sockets_per_address=1)) as server:
        await (await server.wire()).join()
        for _ in range(3):
            wire = await server.wire()
            wire.write(HEAD.replace(b"Host: x", b"Host: x\r\nX-Forwarded-For: 198.51.100.1"))
            assert_refused(await wire.answer(), 429, "node.too_many_sockets")
    assert logs.text().count("TRUSTED_PROXIES") == 1
