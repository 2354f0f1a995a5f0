"""What is counted by address, and that counting it takes no more memory than it may."""

import pytest

from server.core.errors import TooMany
from server.core.realtime.callers import HANDSHAKES_PER_SECOND, Callers
from server.core.realtime.errors import TooManySockets


def test_as_many_sockets_as_allowed_and_another_when_one_is_gone() -> None:
    callers = Callers(4)
    for _ in range(4):
        callers.require_handshake("a", 0, counted=False)
        callers.opened("a", 0)
    with pytest.raises(TooManySockets) as refused:
        callers.require_handshake("a", 0, counted=False)
    assert (refused.value.status, refused.value.details) == (429, {"limit": 4})
    callers.require_handshake("b", 0, counted=False)
    callers.gone("a")
    callers.require_room("a", 0, counted=False)


def test_the_line_in_question_counts_once() -> None:
    callers = Callers(2)
    assert callers.came("a", 0)
    callers.require_handshake("a", 0, counted=True)
    callers.spoke("a")
    assert callers.came("a", 0)
    callers.require_handshake("a", 0, counted=True)
    callers.spoke("a")
    callers.came("a", 0)
    with pytest.raises(TooManySockets):
        callers.require_handshake("a", 0, counted=True)


def test_few_may_be_silent_and_few_without_a_pass() -> None:
    callers = Callers(40)
    assert [callers.came("a", 0) for _ in range(11)] == [True] * 10 + [False]
    callers = Callers(40)
    for _ in range(10):
        callers.opened("a", 0)
        callers.stranger("a", 1)
    with pytest.raises(TooManySockets):
        callers.require_handshake("a", 0, counted=False)
    callers.stranger("a", -1)
    callers.require_handshake("a", 0, counted=False)


def test_handshakes_come_at_a_rate() -> None:
    callers = Callers(100)
    for _ in range(100):
        callers.require_handshake("a", 0, counted=False)
    with pytest.raises(TooMany):
        callers.require_handshake("a", 0, counted=False)
    for _ in range(HANDSHAKES_PER_SECOND):
        callers.require_handshake("a", 1, counted=False)
    with pytest.raises(TooMany):
        callers.require_handshake("a", 1, counted=False)


def test_who_has_nothing_open_is_forgotten() -> None:
    callers = Callers(10, most_known=100)
    callers.opened("stays", 0)
    for n in range(10_000):
        callers.require_handshake(f"a{n}", 0, counted=False)
        assert len(callers) <= 101
    callers.require_handshake("stays", 0, counted=False)
    for now in range(1, 20):
        callers.sweep(now)
    assert len(callers) == 1
    callers.gone("stays")
    for now in range(20, 40):
        callers.sweep(now)
    assert len(callers) == 0


def test_what_is_unknown_is_not_counted() -> None:
    callers = Callers(1)
    for _ in range(10):
        assert callers.came("", 0)
        callers.require_handshake("", 0, counted=True)
        callers.stranger("", 1)
        callers.opened("", 0)
    assert len(callers) == 0
