"""The cases of the Autobahn test suite that concern a server, by their numbers, against a server of ours.

Its fuzzer wants its messages echoed; here a message is a command, and its echo is the acknowledgement. Where
a message is none of Engine.IO's (the empty ones in 1.1.1, 6.1.1 and 6.1.2), binary (1.2), or too large for us
(9), the connection has to end with the code that says so. Text that is wrong in the middle of a message (6.4)
is refused at the message's end, which the suite calls "non-strict". 9.2, 9.4 and 9.6 are 9.1, 9.3 and 9.5
with binary messages, 9.8 is 9.7 with them; 10 is about chopping by the suite's own client, 12 and 13 about
compression, which we never agree on.
"""

import asyncio
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest

from server.core.realtime.frames import BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT
from tests.core.realtime.test_connection import command
from tests.core.realtime.wire import Gone, Server, Wire, masked

Chop = Literal["one piece", "frames", "octets"]
OPEN = -1
BYTES = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"


@dataclass(frozen=True)
class Case:
    """`hears`: echoes (text) and pongs (bytes), in order. `code`: how it ends, 0: a close frame without a
    code; OPEN: not at all."""

    number: str
    sends: list[bytes]
    hears: list[str | bytes] = field(default_factory=list)
    code: int = OPEN
    chop: Chop = "one piece"


def answer(number: int, said: str) -> str:
    told = {"ok": True, "data": {"text": said}}
    return f"43{number}" + json.dumps([told], separators=(",", ":"), ensure_ascii=False)


def echo(said: str = "Hello", number: int = 1) -> bytes:
    return command(number, text=said).encode()


def raw(said: bytes) -> bytes:
    """A command whose text is these bytes, UTF-8 or not."""
    return b'421["echo",{"text":"' + said + b'"}]'


def sized(size: int) -> tuple[bytes, str]:
    """A command of so many bytes, and its echo."""
    said = "x" * (size - len(raw(b"")))
    return raw(said.encode()), answer(1, said)


def parts(data: bytes, *sizes: int) -> list[bytes]:
    """Fragments, the first ones of these sizes."""
    edges = [0, *(sum(sizes[: n + 1]) for n in range(len(sizes))), len(data)]
    last = len(edges) - 2
    return [
        masked(data[a:b], first=(FIN if n == last else 0) | (CONTINUATION if n else TEXT))
        for n, (a, b) in enumerate(itertools.pairwise(edges))
    ]


def reserved(bits: int, kind: int, payload: bytes = b"") -> bytes:
    return masked(payload, first=FIN | bits << 4 | kind)


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    return masked((b"" if code is None else code.to_bytes(2, "big")) + reason, CLOSE)


CHOPS: tuple[Chop, Chop, Chop] = ("one piece", "frames", "octets")
HELLO = answer(1, "Hello")
PING_, NO_OP = masked(b"", PING), masked(b"non-continuation", CONTINUATION)
OPEN_END = masked(b"non-continuation", first=CONTINUATION)


def framing() -> Iterator[Case]:
    yield Case("1.1.1", [masked(b"")], code=1008)
    for n, size in enumerate((125, 126, 127, 128, 65535, 65536), 2):
        data, back = sized(size)
        yield Case(f"1.1.{n}", [masked(data)], [back])
    data, back = sized(65536)
    whole = masked(data)
    yield Case("1.1.8", [whole[at : at + 997] for at in range(0, len(whole), 997)], [back], chop="frames")
    for n, size in enumerate((0, 125, 126, 127, 128, 65535, 65536, 65536), 1):
        yield Case(f"1.2.{n}", [masked(b"\xfe" * size, BINARY)], code=1003)


def pings() -> Iterator[Case]:
    for n, payload in enumerate((b"", b"Hello, world!", BYTES, b"\xfe" * 125), 1):
        yield Case(f"2.{n}", [masked(payload, PING)], [payload])
    yield Case("2.5", [masked(b"\xfe" * 126, PING)], code=1002)
    yield Case("2.6", [masked(b"\xfe" * 125, PING)], [b"\xfe" * 125], chop="octets")
    yield Case("2.7", [masked(b"", PONG)])
    yield Case("2.8", [masked(b"unsolicited", PONG)])
    yield Case("2.9", [masked(b"unsolicited", PONG), masked(b"ping", PING)], [b"ping"])
    ten = [f"payload-{n}".encode() for n in range(10)]
    yield Case("2.10", [masked(each, PING) for each in ten], list(ten))
    yield Case("2.11", [masked(each, PING) for each in ten], list(ten), chop="octets")


def reserved_bits() -> Iterator[Case]:
    yield Case("3.1", [reserved(1, TEXT, echo())], code=1002)
    for n, chop in enumerate(CHOPS, 2):
        sent = [masked(echo()), reserved(n, TEXT, echo("again", 2)), PING_]
        yield Case(f"3.{n}", sent, [HELLO], 1002, chop)
    yield Case("3.5", [reserved(5, BINARY, BYTES)], code=1002)
    yield Case("3.6", [reserved(6, PING, b"Hello")], code=1002)
    yield Case("3.7", [reserved(7, CLOSE)], code=1002)


def opcodes() -> Iterator[Case]:
    for section, kinds in ((1, range(3, 8)), (2, range(11, 16))):
        for n, kind in enumerate(kinds, 1):
            odd = masked(b"reserved opcode payload" if n % 2 == 0 else b"", kind)
            if n <= 2:
                yield Case(f"4.{section}.{n}", [odd], code=1002)
            else:
                chop: Chop = "octets" if n == 5 else "one piece"
                yield Case(f"4.{section}.{n}", [masked(echo()), odd, PING_], [HELLO], 1002, chop)


def fragmentation() -> Iterator[Case]:
    for n, kind in enumerate((PING, PONG), 1):
        sent = [masked(b"fragment1", first=kind), masked(b"fragment2", CONTINUATION)]
        yield Case(f"5.{n}", sent, code=1002)
    first, second = parts(echo(), 7)
    for n, chop in enumerate(CHOPS):
        yield Case(f"5.{3 + n}", [first, second], [HELLO], chop=chop)
        yield Case(f"5.{6 + n}", [first, masked(b"ping", PING), second], [b"ping", HELLO], chop=chop)
        yield Case(f"5.{9 + n}", [NO_OP, masked(echo())], code=1002, chop=chop)
        yield Case(f"5.{12 + n}", [OPEN_END, masked(echo())], code=1002, chop=chop)
    yield Case("5.15", [first, second, OPEN_END, masked(echo())], [HELLO], 1002)
    yield Case("5.16", [OPEN_END, first, second] * 2, code=1002)
    yield Case("5.17", [NO_OP, first, second] * 2, code=1002)
    yield Case("5.18", [first, masked(echo())], code=1002)
    five = parts(echo("five parts"), 4, 4, 4, 4)
    for n, chop in ((19, CHOPS[0]), (20, CHOPS[1])):
        sent = [*five[:2], masked(b"1", PING), *five[2:4], masked(b"2", PING), five[4]]
        yield Case(f"5.{n}", sent, [b"1", b"2", answer(1, "five parts")], chop=chop)


KOSME = "κόσμε".encode()
BROKEN = KOSME + b"\xed\xa0\x80edited"
"""With half a surrogate pair."""
BEYOND = KOSME + b"\xf4\x90\x80\x80edited"
"""With a code point above the last one."""


def utf8() -> Iterator[Case]:
    yield Case("6.1.1", [masked(b"")], code=1008)
    yield Case("6.1.2", parts(b"", 0, 0), code=1008)
    yield Case("6.1.3", parts(echo(), 0, len(echo())), [HELLO])
    said = "Hello-µ@ßöäüàá-UTF-8!!"
    data, back = raw(said.encode()), answer(1, said)
    octets = [1] * (len(data) - 1)
    at = data.index("ö".encode())
    yield Case("6.2.1", [masked(data)], [back])
    yield Case("6.2.2", parts(data, at), [back])
    yield Case("6.2.3", parts(data, *octets), [back])
    kosme = raw(KOSME)
    yield Case("6.2.4", parts(kosme, *[1] * (len(kosme) - 1)), [answer(1, KOSME.decode())])
    yield Case("6.3.1", [masked(raw(BROKEN))], code=1007)
    yield Case("6.3.2", parts(raw(BROKEN), *[1] * (len(raw(BROKEN)) - 1)), code=1007)
    bad = raw(BEYOND)
    start = bad.index(b"\xf4")
    yield Case("6.4.1", parts(bad, start, 4), code=1007, chop="frames")
    yield Case("6.4.2", parts(bad, start + 3, 1), code=1007, chop="frames")
    yield Case("6.4.3", [masked(bad)], code=1007, chop="octets")
    yield Case("6.4.4", parts(bad, start + 1, 3), code=1007, chop="octets")
    for section, sequences in enumerate(SEQUENCES, 5):
        for n, sequence in enumerate(sequences, 1):
            number = f"6.{section}.{n}"
            try:
                text = sequence.decode()
            except UnicodeDecodeError:
                yield Case(number, [masked(raw(sequence))], code=1007)
            else:
                # In JSON, a NUL has to be written otherwise: as such it is no text of a command.
                said_again: list[str | bytes] = [] if text == "\0" else [answer(1, text)]
                yield Case(number, [masked(raw(sequence))], said_again, 1008 if text == "\0" else OPEN)


HALVES = (b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xaf\xbf")
OTHER_HALVES = (b"\xed\xb0\x80", b"\xed\xbf\xbf")
MISSING = (
    b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xf8\x80\x80\x80", b"\xfc\x80\x80\x80\x80",
    b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf", b"\xfb\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf",
)  # fmt: skip
SEQUENCES: tuple[list[bytes], ...] = (
    [b"hello$world", "hello¢world".encode(), "hello€world".encode(), b"hello\xf0\xa4\xad\xa2world", KOSME],
    [KOSME[:n] for n in range(1, len(KOSME) + 1)],
    [b"\x00", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80"],
    [b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"],
    [b"\x7f", b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf"],
    [b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"],
    [b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xf4\x8f\xbf\xbf", b"\xf4\x90\x80\x80"],
    [b"\x80", b"\xbf", *((b"\x80\xbf" * 3)[:n] for n in range(2, 7)), bytes(range(0x80, 0xBF))],
    [
        b"".join(bytes((byte, 0x20)) for byte in range(a, b))
        for a, b in ((0xC0, 0xDF), (0xE0, 0xEF), (0xF0, 0xF7), (0xF8, 0xFB), (0xFC, 0xFD))
    ],
    list(MISSING),
    [b"".join(MISSING)],
    [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"],
    [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf", b"\xfc\x80\x80\x80\x80\xaf"],
    [b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf8\x87\xbf\xbf\xbf", b"\xfc\x83\xbf\xbf\xbf\xbf"],
    [b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xf8\x80\x80\x80\x80", b"\xfc\x80\x80\x80\x80\x80"],
    [*HALVES, b"\xed\xb0\x80", b"\xed\xbe\x80", b"\xed\xbf\xbf"],
    [half + other for half in HALVES for other in OTHER_HALVES],
    [
        b"\xef\xbf\xbe", b"\xef\xbf\xbf",
        *(chr(plane << 16 | low).encode() for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)),
    ],
    [b"\xef\xbf" + bytes((last,)) for last in range(0xB9, 0xC0)],
)  # fmt: skip
"""Sections 6.5 to 6.23: which are UTF-8 and which are not, Python itself says."""


def closing() -> Iterator[Case]:
    bye = close(1000)
    yield Case("7.1.1", [masked(echo()), bye], [HELLO], 1000)
    yield Case("7.1.2", [bye, bye], code=1000)
    yield Case("7.1.3", [bye, PING_], code=1000)
    yield Case("7.1.4", [bye, masked(echo())], code=1000)
    first, second = parts(echo(), 7)
    yield Case("7.1.5", [first, bye, second], code=1000)
    data, back = sized(65536)
    yield Case("7.1.6", [masked(data), bye, PING_], [back], 1000)
    yield Case("7.3.1", [close()], code=0)
    yield Case("7.3.2", [masked(b"a", CLOSE)], code=1002)
    yield Case("7.3.3", [bye], code=1000)
    yield Case("7.3.4", [close(1000, b"Hello World!")], code=1000)
    yield Case("7.3.5", [close(1000, b"*" * 123)], code=1000)
    yield Case("7.3.6", [close(1000, b"*" * 124)], code=1002)
    yield Case("7.5.1", [close(1000, BROKEN)], code=1007)
    good = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    for n, code in enumerate(good, 1):
        yield Case(f"7.7.{n}", [close(code)], code=code)
    for n, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1):
        yield Case(f"7.9.{n}", [close(code)], code=1002)
    for n, code in enumerate((5000, 65535), 1):
        yield Case(f"7.13.{n}", [close(code)], code=1002)


def limits() -> Iterator[Case]:
    data, back = sized(65536)
    yield Case("9.1.1", [masked(data)], [back])
    for n, size in enumerate((256 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20), 2):
        head = bytes((FIN | TEXT, 0xFF)) + size.to_bytes(8, "big") + b"\0\0\0\0"
        yield Case(f"9.1.{n}", [head, b"4" * 1000], code=1009)  # told by the head, whatever follows
    for n, size in enumerate((64, 256, 1024, 4096, 16384, 32768), 1):
        pieces = parts(data, *[size] * (65536 // size - 1))
        yield Case(f"9.3.{n} within the limit", pieces, [back])
        yield Case(f"9.3.{n}", [*pieces[:-1], masked(b"x" * size, first=CONTINUATION), pieces[-1]], code=1009)
    for n, size in enumerate((64, 128, 256, 512, 1024, 2048), 1):
        whole = masked(data)
        chopped = [whole[at : at + size] for at in range(0, len(whole), size)]
        yield Case(f"9.5.{n}", chopped, [back], chop="frames")
    for n, size in enumerate((32, 64, 256, 1024, 4096, 16384), 1):  # as many as may be sent at once
        message, echoed = sized(size)
        yield Case(f"9.7.{n}", [masked(message)] * 50, [echoed] * 50)


CASES = [
    case
    for section in (framing, pings, reserved_bits, opcodes, fragmentation, utf8, closing, limits)
    for case in section()
]


def test_the_numbers_are_complete() -> None:
    numbers = [case.number for case in CASES]
    assert len(set(numbers)) == len(numbers)
    for section, last in {
        "1.1": 8,
        "1.2": 8,
        "2": 11,
        "3": 7,
        "4.1": 5,
        "4.2": 5,
        "5": 20,
        "7.7": 13,
        "7.9": 9,
    }.items():
        assert {f"{section}.{n}" for n in range(1, last + 1)} <= set(numbers), section
    for sections in ((6, range(1, 24)), (7, (1, 3, 5, 7, 9, 13)), (9, (1, 3, 5, 7))):
        for each in sections[1]:
            assert any(number.startswith(f"{sections[0]}.{each}.") for number in numbers), each


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
async def test_case(server: Server, case: Case) -> None:
    wire = await (await server.wire()).join()
    sending = asyncio.create_task(send(wire, case))
    heard: list[str | bytes] = []
    code = OPEN
    try:
        for _ in case.hears:
            kind, payload = await wire.frame()
            heard.append(payload if kind == PONG else payload.decode())
        if case.code == OPEN:
            await sending
            wire.write(masked(echo("the end", 99)))  # still there, and nothing else was said
            assert await wire.hear() == answer(99, "the end")
        else:
            await wire.frame()
    except Gone as gone:
        code = gone.code
    assert heard == case.hears
    assert code == case.code
    if case.code != OPEN:
        async with asyncio.timeout(20):
            assert await wire.reader.read() == b"", "something was said after the close frame"
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def send(wire: Wire, case: Case) -> None:
    if case.chop == "one piece":
        wire.write(b"".join(case.sends))
    elif case.chop == "frames":
        for each in case.sends:
            wire.write(each)
            await asyncio.sleep(0)
    else:
        for byte in b"".join(case.sends):
            wire.write(bytes((byte,)))
            await asyncio.sleep(0)
