"""What a node answers to who opens the chat: the end of the log, or what is new since."""

from typing import Any

import msgspec

from server.chat.messages import ChatRules, Person
from server.chat.records import Reading
from server.chat.service import message
from server.chat.view import LAST_MESSAGES, ChatView
from server.streams.messages import Moment

BY = Person(id="person_ada", name="Ada", staff=False)


def reading(first: int, last: int, **changed: Any) -> Reading:
    """The messages from `first` to `last`."""
    messages = [(seq, message(f"m{seq}", seq, BY, "message", str(seq))) for seq in range(first, last + 1)]
    given: dict[str, Any] = {
        "epoch": "e",
        "seq": last,
        "rev": last,
        "floor": 0,
        "removed_seq": -1,
        "rules": ChatRules(open=True, slow_s=0, approve=False),
        "pinned": None,
        "messages": messages,
        "questions": [],
        "waiting": [],
        "removed": [],
    }
    return Reading(**{**given, **changed})


def log(view: ChatView, since: int | None = None, epoch: str = "e") -> tuple[bool, list[int]]:
    found = msgspec.json.decode(view.log(None if since is None else Moment(epoch=epoch, seq=since)))
    assert (found["epoch"], found["seq"]) == (view.epoch, view.seq)
    return found["whole"], [int(each["text"]) for each in found["messages"]]


def test_without_since_the_last_ones() -> None:
    assert log(ChatView(reading(1, 3))) == (True, [1, 2, 3])
    assert log(ChatView(reading(1, 90))) == (True, list(range(41, 91)))


def test_since_what_came_after() -> None:
    view = ChatView(reading(1, 10))
    assert log(view, 7) == (False, [8, 9, 10])
    assert log(view, 10) == (False, [])
    assert log(view, 0) == (False, list(range(1, 11)))


def test_another_epoch_or_a_seq_that_is_ahead_gets_all() -> None:
    view = ChatView(reading(1, 10))
    assert log(view, 7, "other")[0]
    assert log(view, 11)[0]


def test_a_gap_that_is_too_wide_gets_all() -> None:
    whole = list(range(151, 201))
    for view in (
        ChatView(reading(151, 200, floor=100)),
        ChatView(reading(101, 200), ChatView(reading(51, 100))),
        ChatView(reading(151, 200), ChatView(reading(51, 100))),  # more were said than a look shows
    ):
        assert log(view) == (True, whole)
        assert log(view, 149) == (True, whole)
        assert log(view, 150) == (False, whole)


def test_where_the_log_was_cut_nothing_before_is_promised() -> None:
    view = ChatView(reading(31, 40, floor=30))
    assert log(view, 29)[0]
    assert not log(view, 30)[0]


def test_after_a_removal_who_may_not_have_heard_of_it_gets_all() -> None:
    view = ChatView(reading(11, 11, removed=["m4"], removed_seq=10), ChatView(reading(1, 10)))
    left = [1, 2, 3, *range(5, 12)]
    assert log(view) == (True, left)
    assert log(view, 10) == (True, left)
    assert log(view, 11) == (False, [])


def test_removed_messages_that_were_last_leave_the_others() -> None:
    before = ChatView(reading(1, LAST_MESSAGES))
    gone = [f"m{seq}" for seq in range(41, 51)]
    view = ChatView(reading(51, 50, seq=50, removed=gone, removed_seq=50), before)
    assert log(view)[1] == list(range(1, 41))


def test_the_same_bytes_for_all_who_ask_the_same() -> None:
    view = ChatView(reading(1, 10))
    assert view.log(None) is view.log(None)
    assert view.log(Moment(epoch="e", seq=5)) is view.log(Moment(epoch="e", seq=5))
    assert view.log(None) is view.log(Moment(epoch="other", seq=5))
