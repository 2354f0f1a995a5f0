"""What a room shows of a poll after an event. That clients do the same: tests/rooms/test_same_state.py."""

from typing import Any

import msgspec
import pytest

from server.polls.messages import PollClosed, PollHidden, PollOpened, PollView
from server.polls.views import on_screen, reduce
from server.streams.messages import RoomEvent

WHERE: dict[str, Any] = {"stream": "st", "epoch": "e", "seq": 1, "at": 1}


def poll(name: str, state: Any = "open") -> PollView:
    return PollView(
        id=name,
        kind="single",
        question="Which next?",
        options=[],
        results="live",
        changeable=False,
        state=state,
        opened_at=1,
        closes_at=None,
        closed_at=None,
        tally=None,
        right=[],
    )


OLD, NEW, CLOSED = poll("old"), poll("new"), poll("old", "closed")


@pytest.mark.parametrize(
    ("shown", "event", "after"),
    [
        (None, PollOpened(poll=NEW, **WHERE), NEW),
        (OLD, PollOpened(poll=NEW, **WHERE), NEW),
        (OLD, PollClosed(poll=CLOSED, **WHERE), CLOSED),
        (NEW, PollClosed(poll=CLOSED, **WHERE), NEW),
        (None, PollClosed(poll=CLOSED, **WHERE), None),
        (CLOSED, PollHidden(poll="old", **WHERE), None),
        (NEW, PollHidden(poll="old", **WHERE), NEW),
        (None, PollHidden(poll="old", **WHERE), None),
    ],
)
def test_a_poll_is_closed_and_taken_off_by_its_own_events_alone(
    shown: PollView | None, event: RoomEvent, after: PollView | None
) -> None:
    assert reduce(shown, event) == after
    assert after is None or msgspec.json.decode(msgspec.json.encode(after), type=PollView) == after


def test_on_the_screen_is_what_was_opened_last_unless_it_was_taken_off() -> None:
    def row(opened_at: int | None, hidden_at: int | None = None) -> dict[str, Any]:
        return {"opened_at": opened_at, "hidden_at": hidden_at}

    assert on_screen([]) is None
    assert on_screen([row(None)]) is None
    assert on_screen([row(2), row(None), row(1)]) == row(2)
    assert on_screen([row(1), row(2, hidden_at=3)]) is None
    assert on_screen([row(1, hidden_at=3), row(2)]) == row(2)
