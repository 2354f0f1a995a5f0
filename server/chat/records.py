"""Between service and store: no message of the wire."""

from typing import Literal

import msgspec

from server.chat.messages import ChatMessage, ChatRules

Outcome = Literal[
    "shown", "held", "gone", "closed", "unknown", "muted", "banned", "fast", "slow", "repeated", "full",
    "none", "voted",
]  # fmt: skip


class NoChat(Exception):
    """Redis holds no such chat: `open` makes it."""


class Known(msgspec.Struct, frozen=True):
    """A viewer as Redis knows them. `muted_until`: ms, 0 for never."""

    viewer: str
    person: str
    name: str | None
    muted_until: int
    banned: bool
    revision: int


class Line(msgspec.Struct, frozen=True):
    """Something to say. `viewer` is empty for staff, who are asked nothing. `print`: the same for words that
    read the same. `address`: a print of the network address, empty when it is not known."""

    id: str
    viewer: str
    message: ChatMessage
    print: str
    hold: bool
    address: str = ""


class Vote(msgspec.Struct, frozen=True):
    viewer: str
    question: str
    up: bool


class Said(msgspec.Struct, frozen=True):
    """`figure`: until when, or how long to wait, ms."""

    outcome: Outcome
    message: ChatMessage | None = None
    figure: int = 0


class Rules(msgspec.Struct, frozen=True):
    """As SQL has them; `ended` of the stream."""

    open: bool = True
    slow_s: int = 0
    approve: bool = False
    revision: int = 0
    ended: bool = False


class Seen(msgspec.Struct, frozen=True):
    """Up to where a reader knows a chat. `last`: the message of that seq, if it is still there."""

    epoch: str = ""
    seq: int = -1
    rev: int = -1
    last: str = ""


class Reading(msgspec.Struct, frozen=True):
    """A chat at one moment. `messages` with their seq: those after the reader's. `floor`: up to there the log
    was cut; `removed_seq`: how far it was when something was last taken out, -1 for never; `removed`: what
    was, since the reader looked. `older`: Redis came back with less than the reader was told of."""

    epoch: str
    seq: int
    rev: int
    floor: int
    removed_seq: int
    rules: ChatRules
    pinned: ChatMessage | None
    messages: list[tuple[int, ChatMessage]]
    questions: list[ChatMessage]
    waiting: list[ChatMessage]
    removed: list[str]
    older: bool = False
