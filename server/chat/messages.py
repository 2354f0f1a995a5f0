"""Chat, questions and reactions on the wire."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from server.core.messages import Command, Empty, Event, Id, Key, Message
from server.streams.messages import Moment

ChatKind = Literal["message", "question"]
ChatState = Literal["shown", "held"]
"""`held`: waits for the host's approval; only its author and the host see it."""
Reaction = Literal["heart", "clap", "fire", "laugh", "wow"]
Said = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
"""One line that a viewer typed."""
PersonName = Annotated[str, Meta(min_length=1, max_length=24, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Word = Annotated[str, Meta(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+\Z")]


class Person(Message, frozen=True):
    """Who speaks: `id` is the same for one viewer in all of a shop's chats, and tells nothing else."""

    id: Id
    name: str
    staff: bool


class Reply(Message, frozen=True):
    """What a message answers, as it was then."""

    id: Id
    name: str
    text: str


class ChatMessage(Message, frozen=True):
    """`at`: when it was shown; of one that waits, when it was said. `votes` and `answered`: of a question."""

    id: Id
    at: int
    author: Person
    kind: ChatKind
    text: str
    state: ChatState
    reply_to: Reply | None
    votes: int
    answered: bool


class ChatRules(Message, frozen=True):
    """`slow_s`: seconds between two messages of one viewer, 0: none. `approve`: everything waits for the
    host."""

    open: bool
    slow_s: int
    approve: bool


class ChatMe(Message, frozen=True):
    """The asking viewer: `name` is null until one was chosen. `muted_until`, ms. `voted`: the ids of the
    questions voted for."""

    person: Id
    name: str | None
    muted_until: int | None
    banned: bool
    voted: list[Id]


class ChatLog(Message, frozen=True):
    """The chat at `(epoch, seq)`. `messages`: the last ones, oldest first, or only those after the `since` of
    the request where these are still known (`whole` is false then). `questions`: unanswered ones first, then
    by votes, then the newest; they are not among the messages, and have no seq."""

    epoch: str
    seq: int
    whole: bool
    messages: list[ChatMessage]
    questions: list[ChatMessage]
    pinned: ChatMessage | None
    rules: ChatRules


class ChatOpened(Message, frozen=True):
    log: ChatLog
    me: ChatMe


class OpenChat(Command, frozen=True):
    """From now on the connection hears the stream's chat."""

    name: ClassVar[str] = "chat.open"
    answer: ClassVar[type[Any]] = ChatOpened
    stream: Id
    since: Moment | None = None


class CloseChat(Command, frozen=True):
    name: ClassVar[str] = "chat.close"
    answer: ClassVar[type[Any]] = Empty
    stream: Id


class ChooseName(Command, frozen=True):
    """Under which name the viewer speaks in all chats of the shop."""

    name: ClassVar[str] = "chat.choose_name"
    answer: ClassVar[type[Any]] = ChatMe
    stream: Id
    as_name: PersonName


class Spoken(Message, frozen=True):
    """`state` tells the author of a held message that it waits."""

    message: ChatMessage


class Say(Command, frozen=True):
    """The same `key` from the same viewer is the same message."""

    name: ClassVar[str] = "chat.say"
    answer: ClassVar[type[Any]] = Spoken
    stream: Id
    key: Key
    text: Said
    kind: ChatKind = "message"


class Upvote(Command, frozen=True):
    """`up` false takes the vote back. One vote per viewer and question."""

    name: ClassVar[str] = "chat.upvote"
    answer: ClassVar[type[Any]] = Empty
    stream: Id
    question: Id
    up: bool = True


class React(Command, frozen=True):
    name: ClassVar[str] = "chat.react"
    answer: ClassVar[type[Any]] = Empty
    stream: Id
    reaction: Reaction


class ChatSaid(Event, frozen=True):
    """To who has the chat open: what was said, in order, at most four times a second. `seq` is that of the
    last message; when `after` is not the client's `seq`, some were left out or lost: ask again with `since`,
    or go on without them."""

    name: ClassVar[str] = "chat.said"
    stream: Id
    epoch: str
    after: int
    seq: int
    messages: list[ChatMessage]


class ChatRemoved(Event, frozen=True):
    """These messages and questions are not to be seen any more."""

    name: ClassVar[str] = "chat.removed"
    stream: Id
    messages: list[Id]


class ChatQuestions(Event, frozen=True):
    """The questions with most votes, as they stand; at most four times a second."""

    name: ClassVar[str] = "chat.questions"
    stream: Id
    questions: list[ChatMessage]


class ChatPinned(Event, frozen=True):
    """The message on top of the chat, or none."""

    name: ClassVar[str] = "chat.pinned"
    stream: Id
    message: ChatMessage | None


class ChatRuled(Event, frozen=True):
    """The rules of this chat from now on."""

    name: ClassVar[str] = "chat.ruled"
    stream: Id
    rules: ChatRules


class ChatMeChanged(Event, frozen=True):
    """To the viewer alone: muted, banned, or free again."""

    name: ClassVar[str] = "chat.me_changed"
    me: ChatMe


class Reacted(Event, frozen=True):
    """To everybody in the room: how many of each since the last time; at most four times a second."""

    name: ClassVar[str] = "chat.reacted"
    stream: Id
    counts: dict[str, int]


class ChatWaiting(Event, frozen=True):
    """To the hosts: messages that wait for approval, oldest first."""

    name: ClassVar[str] = "chat.waiting"
    stream: Id
    messages: list[ChatMessage]


# What the host asks over HTTP


class HostSays(Message, frozen=True):
    """`reply_to`: the message or question that it answers; a question then counts as answered."""

    key: Key
    text: Said
    reply_to: Id | None = None


class PinMessage(Message, frozen=True):
    """null takes the pinned message down."""

    message: Id | None


class AnswerQuestion(Message, frozen=True):
    answered: bool


class ChangeChat(Message, frozen=True):
    """What is absent stays as it is. `words` hold a message back for approval when one of them stands in it;
    they are the shop's, the rest is the stream's."""

    open: bool | None = None
    slow_s: Annotated[int, Meta(ge=0, le=300)] | None = None
    approve: bool | None = None
    words: Annotated[list[Word], Meta(max_length=500)] | None = None


class Restrain(Message, frozen=True):
    """`mute` needs `seconds`; `ban` holds until it is lifted; `free` lifts both. `remove` takes what the
    person said in the running streams away, too."""

    what: Literal["mute", "ban", "free"]
    seconds: Annotated[int, Meta(ge=10, le=604_800)] | None = None
    remove: bool = False
    reason: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")] = ""


class Restrained(Message, frozen=True):
    """Somebody who may not speak, or not for now."""

    person: Person
    muted_until: int | None
    banned: bool
    reason: str
    by: str
    at: int


class ChatAct(Message, frozen=True):
    """A line of the audit log: who of the staff did what to whom."""

    at: int
    by: str
    what: str
    person: Person | None
    text: str


class HostChat(Message, frozen=True):
    """Everything that a moderator needs to begin with."""

    log: ChatLog
    waiting: list[ChatMessage]
    words: list[str]


class RestrainedList(Message, frozen=True):
    people: list[Restrained]


class ChatAudit(Message, frozen=True):
    """Newest first."""

    acts: list[ChatAct]
