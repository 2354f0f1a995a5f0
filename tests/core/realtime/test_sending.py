"""The same bytes to many, by the transports alone and by the loop in C."""

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from server.core.realtime.connection import Connection
from server.core.realtime.engine import Engine
from server.core.realtime.limits import Limits
from server.core.realtime.sending import Members, SendMany, native

MOST = 64 * 1024


@pytest.fixture(params=["transports", "c"])
def send_many(request: pytest.FixtureRequest) -> SendMany | None:
    if request.param == "transports":
        return None
    found = native()
    if found is None and os.environ.get("PROOFCAST_REQUIRE_ALL") != "1":
        pytest.skip("it was installed without a C compiler and Python's headers")
    assert found is not None
    return found


def write_all(
    connections: list[Connection], data: bytes, most: int, send_many: SendMany | None
) -> list[Connection]:
    members = Members()
    for connection in connections:
        members.add(connection)
    return members.write(data, most, send_many)


class Line:
    """A connection of ours, and the other end of it."""

    def __init__(self, connection: Connection, other: socket.socket) -> None:
        self.connection, self.other = connection, other

    def read(self, size: int) -> bytes:
        data = b""
        with contextlib.suppress(BlockingIOError):
            while len(data) < size and (more := self.other.recv(size - len(data))):
                data += more
        return data

    async def read_all(self, size: int) -> bytes:
        data = b""
        async with asyncio.timeout(20):
            while len(data) < size:
                data += self.read(size - len(data))
                await asyncio.sleep(0)
        return data


class Lines:
    def __init__(self) -> None:
        self._engine = Engine(Limits(), lambda _connection, _packet: False)
        self._open: list[Line] = []

    async def add(self) -> Line:
        ours, other = socket.socketpair()
        other.setblocking(False)
        connections: list[Connection] = []

        class Made(asyncio.Protocol):
            def connection_made(_self, transport: asyncio.BaseTransport) -> None:  # noqa: N805
                assert isinstance(transport, asyncio.Transport)
                connections.append(Connection(self._engine, transport, "sid"))

        await asyncio.get_running_loop().create_connection(Made, sock=ours)
        line = Line(connections[0], other)
        self._open.append(line)
        return line

    def close(self) -> None:
        for line in self._open:
            line.connection.transport.abort()
            line.other.close()


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    made = Lines()
    yield made
    made.close()
    await asyncio.sleep(0)


async def test_everybody_gets_the_same(lines: Lines, send_many: SendMany | None) -> None:
    all_ = [await lines.add() for _ in range(50)]
    for word in (b"one", b"another one", b"x" * 5000):
        assert write_all([line.connection for line in all_], word, MOST, send_many) == []
        for line in all_:
            assert await line.read_all(len(word)) == word


async def test_who_takes_a_part_gets_the_rest_later_and_nothing_twice(
    lines: Lines, send_many: SendMany | None
) -> None:
    """More than a socket's buffer holds: a short send, then what was left, in order."""
    quick, slow = await lines.add(), await lines.add()
    everything = b""
    for number in range(40):
        data = bytes([number]) * 20_000
        everything += data
        assert write_all([quick.connection, slow.connection], data, 10**9, send_many) == []
        assert await quick.read_all(len(data)) == data
    assert slow.connection.transport.get_write_buffer_size() > 0
    assert await slow.read_all(len(everything)) == everything


async def test_what_waits_in_the_transport_goes_first(lines: Lines, send_many: SendMany | None) -> None:
    """Though the socket has room again, and the loop has not come round to using it."""
    line = await lines.add()
    expected = b""
    while line.connection.transport.get_write_buffer_size() == 0:
        expected += b"y" * 20_000
        line.connection.transport.write(b"y" * 20_000)
    expected += b"the end"
    early = line.read(len(expected))
    write_all([line.connection], b"the end", MOST, send_many)
    assert early + await line.read_all(len(expected) - len(early)) == expected


async def test_who_is_behind_is_named_and_sent_nothing(lines: Lines, send_many: SendMany | None) -> None:
    quick, slow = await lines.add(), await lines.add()
    while slow.connection.transport.get_write_buffer_size() <= MOST:
        slow.connection.transport.write(b"y" * 20_000)
    waiting = slow.connection.transport.get_write_buffer_size()
    behind = write_all([slow.connection, quick.connection], b"news", MOST, send_many)
    assert behind == [slow.connection]
    assert slow.connection.transport.get_write_buffer_size() == waiting
    assert await quick.read_all(4) == b"news"


async def test_one_broken_line_is_nobody_elses_business(lines: Lines, send_many: SendMany | None) -> None:
    before, broken, after = [await lines.add() for _ in range(3)]
    broken.other.close()
    for _ in range(3):
        assert (
            write_all([line.connection for line in (before, broken, after)], b"news", MOST, send_many) == []
        )
    for line in (before, after):
        assert await line.read_all(12) == b"news" * 3
    async with asyncio.timeout(20):
        while not broken.connection.transport.is_closing():
            await asyncio.sleep(0)


async def test_who_hangs_up_is_passed_over(lines: Lines, send_many: SendMany | None) -> None:
    """Its socket's number may be another one's by now."""
    gone, here = await lines.add(), await lines.add()
    gone.connection.transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    newcomer = await lines.add()
    assert write_all([gone.connection, here.connection], b"news", MOST, send_many) == []
    assert await here.read_all(4) == b"news"
    assert newcomer.read(4) == b""


async def test_who_comes_and_goes(lines: Lines, send_many: SendMany | None) -> None:
    members = Members()
    stays, goes, comes = [await lines.add() for _ in range(3)]
    members.add(stays.connection)
    members.add(goes.connection)
    members.write(b"1", MOST, send_many)
    members.discard(goes.connection)
    members.add(comes.connection)
    members.write(b"2", MOST, send_many)
    assert await stays.read_all(2) == b"12"
    assert await comes.read_all(1) == b"2"
    assert goes.read(10) == b"1"
    assert members.all() == [stays.connection, comes.connection]


async def test_nobody_is_sent_something_too(send_many: SendMany | None) -> None:
    assert write_all([], b"news", MOST, send_many) == []


async def test_under_tls_the_transport_does_it() -> None:
    ours, other = socket.socketpair()

    class Encrypted(asyncio.Transport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return {"sslcontext": ssl.create_default_context(), "socket": ours}.get(name, default)

    with ours, other:
        connection = Connection(Engine(Limits(), lambda _connection, _packet: False), Encrypted(), "sid")
        assert connection.socket == -1


def test_the_loop_in_c_says_what_it_could_not_send() -> None:
    send_many = native()
    if send_many is None:
        if os.environ.get("PROOFCAST_REQUIRE_ALL") == "1":
            raise AssertionError("the loop in C was not built")
        pytest.skip("it was installed without a C compiler and Python's headers")
    from array import array
    from errno import EBADF, EPIPE

    ours, other = socket.socketpair()
    broken, end = socket.socketpair()
    end.close()
    ours.setblocking(False)
    with ours, other, broken:
        assert send_many(array("i", [ours.fileno()]), b"news") is None
        assert other.recv(10) == b"news"
        answers = send_many(array("i", [broken.fileno(), ours.fileno(), 1_000_000]), b"more")
        assert answers == [(0, -EPIPE), (2, -EBADF)]
        while send_many(array("i", [ours.fileno()]), b"z" * 100_000) is None:
            pass
        assert send_many(array("i", [ours.fileno()]), b"z") == [(0, 0)]
        assert send_many(array("i"), b"news") is None
