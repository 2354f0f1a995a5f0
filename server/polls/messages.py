"""Polls on the wire. One poll at a time is on the screen of a stream."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from server.core.messages import Command, Event, Id, Key, Message
from server.streams.messages import RoomEvent

MOST_OPTIONS = 6

PollKind = Literal["single", "multiple", "quiz"]
"""`quiz`: one choice, and one option is the right one."""
PollState = Literal["draft", "open", "closed"]
Results = Literal["live", "closed"]
"""When viewers see the tally: while they vote, or when the poll is closed. The host sees it always."""
Question = Annotated[str, Meta(min_length=1, max_length=140, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
OptionText = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Seconds = Annotated[int, Meta(ge=5, le=3600)]


class PollOption(Message, frozen=True):
    id: Id
    text: str


class Tally(Message, frozen=True):
    """`counts`: votes by option. Of two tallies of one poll, the one with the higher `version` is newer."""

    version: int
    voters: int
    counts: dict[str, int]


class PollView(Message, frozen=True):
    """`closes_at` is when it closes by itself, ms. `tally` is the final one, once the poll is closed;
    `right` then names a quiz's right option."""

    id: Id
    kind: PollKind
    question: str
    options: list[PollOption]
    results: Results
    changeable: bool
    state: PollState
    opened_at: int | None
    closes_at: int | None
    closed_at: int | None
    tally: Tally | None
    right: list[Id]


class PollOpened(RoomEvent, frozen=True):
    """A poll is on the screen from now on, in place of any other."""

    name: ClassVar[str] = "poll.opened"
    poll: PollView


class PollClosed(RoomEvent, frozen=True):
    """The poll on the screen takes no more votes, and this is how it ended."""

    name: ClassVar[str] = "poll.closed"
    poll: PollView


class PollHidden(RoomEvent, frozen=True):
    """Off the screen."""

    name: ClassVar[str] = "poll.hidden"
    poll: Id


class PollTallied(Event, frozen=True):
    """Truth: how the votes stand. At most four times a second; to viewers only where results are live."""

    name: ClassVar[str] = "poll.tallied"
    stream: Id
    poll: Id
    tally: Tally


class Ballot(Message, frozen=True):
    """How the asking viewer voted: nothing in `options` before that. `tally` where the viewer may see it."""

    poll: Id
    options: list[Id]
    tally: Tally | None


class Vote(Command, frozen=True):
    """The same vote again changes nothing."""

    name: ClassVar[str] = "poll.vote"
    answer: ClassVar[type[Any]] = Ballot
    stream: Id
    poll: Id
    options: Annotated[list[Id], Meta(min_length=1, max_length=MOST_OPTIONS)]


class AskBallot(Command, frozen=True):
    """How did I vote?"""

    name: ClassVar[str] = "poll.ballot"
    answer: ClassVar[type[Any]] = Ballot
    stream: Id
    poll: Id


class OptionDraft(Message, frozen=True):
    """`right` only in a quiz, and there on exactly one."""

    text: OptionText
    right: bool = False


class PollDraft(Message, frozen=True):
    """With a `key`, asking again answers the poll that was made the first time. `seconds`: how long it stays
    open by itself."""

    question: Question
    options: Annotated[list[OptionDraft], Meta(min_length=2, max_length=MOST_OPTIONS)]
    kind: PollKind = "single"
    results: Results = "live"
    changeable: bool = False
    seconds: Seconds | None = None
    key: Key | None = None


class HostPoll(Message, frozen=True):
    """A poll as its host sees it: `right` before it is closed too, the tally as it stands, and whether it is
    on the screen."""

    poll: PollView
    right: list[Id]
    seconds: int | None
    tally: Tally
    on_screen: bool


class PollList(Message, frozen=True):
    """The stream's polls, oldest first."""

    polls: list[HostPoll]
