"""The frame parser: the cases of RFC 6455 that concern a server, any split, and another library's opinion."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol, ParseFailed

from server.core.realtime.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    NO_CODE,
    PING,
    PONG,
    TEXT,
    Message,
    close_frame,
    frame,
    may_be_sent,
    unmask,
)
from server.core.realtime.reader import Reader
from tests.core.realtime.wire import masked

LIMIT = 65536


def read(*pieces: bytes, limit: int = LIMIT) -> tuple[list[Message], int]:
    """The messages, and the code of the violation; 0 without one."""
    reader = Reader(limit)
    found = [message for piece in pieces for message in reader.feed(piece)]
    return found, reader.violation.code if reader.violation else 0


SIZES = [0, 1, 3, 4, 5, 124, 125, 126, 127, 65534, 65535, 65536]


@pytest.mark.parametrize("size", SIZES)
def test_messages_of_all_lengths(size: int) -> None:
    assert read(masked(b"x" * size)) == ([Message(TEXT, "x" * size)], 0)
    assert frame(b"x" * size).endswith(b"x" * size)


def test_two_frames_split_at_every_byte() -> None:
    data = masked("é…4".encode()) + masked(b"y" * 130) + masked(b"p", PING) + masked(b"\x03\xe8bye", CLOSE)
    expected = [
        Message(TEXT, "é…4"), Message(TEXT, "y" * 130), Message(PING, b"p"), Message(CLOSE, "bye", 1000),
    ]  # fmt: skip
    for at in range(len(data) + 1):
        assert read(data[:at], data[at:]) == (expected, 0)
    assert read(*(data[i : i + 1] for i in range(len(data)))) == (expected, 0)


def test_fragments_with_control_frames_between() -> None:
    data = (
        masked("aé".encode()[:2], first=TEXT)
        + masked(b"now", PING)
        + masked(b"", first=CONTINUATION)
        + masked("aé".encode()[2:] + b"b", CONTINUATION)
        + masked(b"c")
    )
    assert read(data) == ([Message(PING, b"now"), Message(TEXT, "aéb"), Message(TEXT, "c")], 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(b"4"), 1002),  # not masked
        *((masked(b"4", first=FIN | bit | TEXT), 1002) for bit in (0x40, 0x20, 0x10)),
        *((masked(b"", kind), 1002) for kind in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
        (masked(b"4", BINARY), 1003),
        (masked(b"4", first=BINARY), 1003),
        (masked(b"4", CONTINUATION), 1002),  # continues nothing
        (masked(b"4", first=CONTINUATION), 1002),
        (masked(b"4", first=TEXT) + masked(b"4"), 1002),  # a message within a message
        *((masked(b"", first=kind), 1002) for kind in (CLOSE, PING, PONG)),  # a control frame in parts
        *((masked(b"x" * 126, kind), 1002) for kind in (CLOSE, PING, PONG)),
        (bytes((FIN | TEXT, 0x80 | 126, 0, 125)), 1002),  # lengths that are longer than need be
        (bytes((FIN | TEXT, 0x80 | 127)) + (65535).to_bytes(8, "big"), 1002),
        (bytes((FIN | TEXT, 0x80 | 127)) + (1 << 63).to_bytes(8, "big"), 1009),
        (bytes((FIN | TEXT, 0x80 | 127)) + (65537).to_bytes(8, "big"), 1009),  # before any of it has come
        (masked(b"\xff"), 1007),
        (masked(b"\xed\xa0\x80"), 1007),  # half a surrogate pair
        (masked(b"\xc3", first=TEXT) + masked(b"", CONTINUATION), 1007),
        (masked(b"\x03", CLOSE), 1002),
        *((masked(code.to_bytes(2, "big"), CLOSE), 1002) for code in (0, 999, 1004, 1005, 1006, 1015, 2999)),
        (masked((5000).to_bytes(2, "big"), CLOSE), 1002),
        (masked(b"\x03\xe8\xff", CLOSE), 1007),
    ],
)  # fmt: skip
def test_what_ends_a_connection(data: bytes, code: int) -> None:
    before = Message(TEXT, "before")
    assert read(masked(b"before") + data + masked(b"after")) == ([before], code)
    assert read(masked(b"before"), *(data[i : i + 1] for i in range(len(data))), masked(b"after")) == (
        [before],
        code,
    )


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])
def test_close_codes_that_may_be_sent(code: int) -> None:
    assert read(masked(code.to_bytes(2, "big") + b"bye", CLOSE)) == ([Message(CLOSE, "bye", code)], 0)


def test_a_close_without_a_code() -> None:
    assert read(masked(b"", CLOSE)) == ([Message(CLOSE, "", NO_CODE)], 0)
    assert close_frame(NO_CODE) == b"\x88\x00"
    assert len(close_frame(4000, "x" * 500)) == 2 + 125


def test_the_parts_of_a_message_count_together() -> None:
    parts = [masked(b"x" * 10, first=TEXT), *(masked(b"x" * 10, first=CONTINUATION) for _ in range(8))]
    assert read(*parts, masked(b"x" * 10, CONTINUATION), limit=100) == ([Message(TEXT, "x" * 100)], 0)
    assert read(*parts, masked(b"x" * 11, CONTINUATION), limit=100) == ([], 1009)
    assert read(*parts, masked(b"p" * 50, PING), limit=100) == ([Message(PING, b"p" * 50)], 0)


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_unmasking(payload: bytes, key: bytes) -> None:
    assert unmask(payload, key) == bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def reference(data: bytes) -> tuple[list[Message], int]:
    """What wsproto makes of it: messages, and a code where it refuses."""
    protocol = FrameProtocol(client=False, extensions=[])
    found: list[Message] = []
    parts = ""
    try:
        protocol.receive_bytes(data)
        for each in protocol.received_frames():
            kind, payload = each.opcode.value, each.payload
            if kind == CLOSE and isinstance(payload, tuple):
                found.append(Message(CLOSE, str(payload[1] or ""), int(payload[0])))
            elif kind in (PING, PONG) and isinstance(payload, (bytes, bytearray)):
                found.append(Message(kind, bytes(payload)))
            elif isinstance(payload, str):
                parts += payload
                if each.message_finished:
                    found.append(Message(TEXT, parts))
                    parts = ""
            else:
                return found, 1003
    except ParseFailed as error:
        return found, int(error.code)
    return found, 0


frames = st.builds(
    lambda first, payload, key: masked(payload, first=first, key=key),
    st.sampled_from([0x81, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8A]) | st.integers(0, 255),
    st.text(max_size=40).map(str.encode) | st.binary(max_size=200) | st.just(b"\x03\xe8"),
    st.binary(min_size=4, max_size=4),
)


@given(st.lists(frames, max_size=8), st.binary(max_size=8), st.lists(st.integers(0, 400), max_size=6))
def test_it_reads_what_wsproto_reads(sent: list[bytes], noise: bytes, cuts: list[int]) -> None:
    data = b"".join(sent) + noise
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(edges)]
    whole, split = read(data), read(*pieces)
    assert whole == split
    messages, code = whole
    expected, refused = reference(data)
    # wsproto refuses some things later than we do (bad text as it comes, a binary message at its end).
    shorter = min(len(messages), len(expected))
    assert messages[:shorter] == expected[:shorter]
    if any(message.kind == CLOSE for message in messages):
        return  # nobody looks at what follows
    if refused and not code:
        assert refused == 1007  # within a message that is not whole yet
    if code and not refused:
        assert code in (1002, 1003, 1009)  # by the head of a frame that is not whole yet


@given(st.binary(max_size=400))
def test_noise_never_raises(data: bytes) -> None:
    messages, code = read(data)
    assert code in {0, 1002, 1003, 1007, 1009}
    for message in messages:
        assert message.code == NO_CODE or may_be_sent(message.code)
