"""What the host does in a chat. Every act may be repeated, and is written down with who did it."""

from typing import Any, Protocol

from server.accounts.messages import StaffView
from server.chat.acts import act
from server.chat.errors import ChatClosed, NoSuchMessage, NothingSaid
from server.chat.messages import (
    ChangeChat,
    ChatLog,
    ChatMessage,
    ChatRules,
    HostChat,
    HostSays,
    Person,
    Reply,
)
from server.chat.people import People
from server.chat.records import Line, Reading, Rules, Said, Seen
from server.chat.service import ChatService, message, rules_of
from server.chat.text import clean
from server.core.clock import Clock
from server.core.ids import keyed_id
from server.streams.messages import StreamView
from server.streams.service import Owned, StreamService

KEPT_MESSAGES = 300
"""As many as lua/room.lua keeps: the host reads all of them."""


class Store(Protocol):
    async def approve(self, shop: str, stream: str, message: str) -> tuple[bool, Said]: ...
    async def remove(self, shop: str, stream: str, *, message: str = "") -> tuple[int, bool]: ...
    async def pin(
        self, shop: str, stream: str, message: str | None
    ) -> tuple[bool, ChatMessage | None] | None: ...
    async def answer(
        self, shop: str, stream: str, question: str, *, answered: bool
    ) -> tuple[bool, bool, ChatMessage] | None: ...
    async def rule(self, shop: str, stream: str, rules: Rules) -> None: ...
    async def message(self, shop: str, stream: str, message: str) -> ChatMessage | None: ...


class Register(Protocol):
    async def words(self, shop: str) -> list[str]: ...
    async def change(
        self,
        shop: str,
        row: dict[str, Any],
        changes: dict[str, Any],
        words: list[str] | None,
        act: dict[str, Any],
    ) -> dict[str, Any]: ...
    async def add_act(self, act: dict[str, Any]) -> None: ...


class News(Protocol):
    async def announce(self, shop: str, message: dict[str, Any]) -> None: ...


class ModerationService:
    def __init__(
        self,
        store: Store,
        register: Register,
        chat: ChatService,
        people: People,
        streams: StreamService,
        news: News,
        clock: Clock,
    ) -> None:
        self._store = store
        self._register = register
        self._chat = chat
        self._people = people
        self._streams = streams
        self._news = news
        self._clock = clock

    async def look(self, staff: StaffView, stream: str) -> HostChat:
        view = await self._streams.of(staff.shop, stream)
        found = await self._read(staff, view)
        log = ChatLog(
            epoch=found.epoch,
            seq=found.seq,
            whole=True,
            messages=[each for _, each in found.messages],
            questions=found.questions,
            pinned=found.pinned,
            rules=found.rules,
        )
        words = await self._register.words(staff.shop.id)
        return HostChat(log=log, waiting=found.waiting, words=words)

    async def say(self, staff: StaffView, stream: str, body: HostSays) -> ChatMessage:
        view = await self._streams.of(staff.shop, stream)
        text = clean(body.text)
        if not text:
            raise NothingSaid("There is nothing in this text to be seen.", at="$.text")
        if view.state == "ended":
            raise ChatClosed("The stream has ended.")
        answers = await self._known(staff, stream, body.reply_to) if body.reply_to is not None else None
        reply = Reply(id=answers.id, name=answers.author.name, text=answers.text) if answers else None
        by = Person(id=self._people.id_of(staff.shop.id, staff.id), name=staff.name, staff=True)
        identity = keyed_id("say", stream, staff.id, body.key)
        said = message(identity, self._clock.now_ms(), by, "message", text, reply)
        line = Line(id=identity, viewer="", message=said, print="", hold=False)
        await self._register.add_act(act(staff, "say", said.at, stream, text=text, of=identity))
        said = await self._chat.say_as_staff(Owned(shop=staff.shop, view=view), line)
        if answers is not None and answers.kind == "question":
            await self.answer(staff, stream, answers.id, answered=True)
        return said

    async def remove(self, staff: StaffView, stream: str, message: str) -> None:
        """For good. One that was taken away before stays away."""
        await self._streams.of(staff.shop, stream)
        found = await self._store.message(staff.shop.id, stream, message)
        if found is not None:  # first, so that no deletion is ever without its line
            await self._note(staff, "remove", stream, found, of=message)
        _, known = await self._chat.carried_out(
            staff.shop.id, stream, lambda: self._store.remove(staff.shop.id, stream, message=message)
        )
        if not known:
            raise NoSuchMessage("There is no such message.", id=message[:64])

    async def approve(self, staff: StaffView, stream: str, message: str) -> ChatMessage:
        """Shows a message that waits. One that is shown stays as it is."""
        await self._streams.of(staff.shop, stream)
        found = await self._store.message(staff.shop.id, stream, message)
        if found is not None and found.state == "held":
            await self._note(staff, "approve", stream, found, of=message)
        untold, said = await self._chat.carried_out(
            staff.shop.id, stream, lambda: self._store.approve(staff.shop.id, stream, message)
        )
        if untold:
            self._chat.untold(staff.shop.id, stream)
        if said.message is None:
            raise NoSuchMessage("There is no such message.", id=message[:64])
        return said.message

    async def pin(self, staff: StaffView, stream: str, message: str | None) -> None:
        await self._streams.of(staff.shop, stream)
        done = await self._chat.carried_out(
            staff.shop.id, stream, lambda: self._store.pin(staff.shop.id, stream, message)
        )
        if done is None:
            raise NoSuchMessage("There is no such message.", id=(message or "")[:64])
        if done[0]:
            await self._note(staff, "pin" if message else "unpin", stream, done[1])

    async def answer(self, staff: StaffView, stream: str, question: str, *, answered: bool) -> None:
        await self._streams.of(staff.shop, stream)
        done = await self._chat.carried_out(
            staff.shop.id,
            stream,
            lambda: self._store.answer(staff.shop.id, stream, question, answered=answered),
        )
        if done is None:
            raise NoSuchMessage("There is no such question.", id=question[:64])
        untold, changed, found = done
        if untold:
            self._chat.untold(staff.shop.id, stream)
        if changed:
            await self._note(staff, "answered" if answered else "unanswered", stream, found)

    async def change(self, staff: StaffView, stream: str, body: ChangeChat) -> ChatRules:
        view = await self._streams.of(staff.shop, stream)
        names = ("open", "slow_s", "approve")
        changes = {name: value for name in names if (value := getattr(body, name)) is not None}
        words = list(dict.fromkeys(body.words)) if body.words is not None else None
        said = ", ".join(
            [f"{name}: {value}" for name, value in changes.items()]
            + ([f"words: {len(words)}"] if words is not None else [])
        )
        row = {"stream": stream, "open": True, "slow_s": 0, "approve": False, "revision": 1}
        note = act(staff, "change", self._clock.now_ms(), stream, text=said)
        kept = await self._register.change(staff.shop.id, row, changes, words, note)
        rules = rules_of(kept, view.state == "ended")
        await self._chat.carried_out(
            staff.shop.id, stream, lambda: self._store.rule(staff.shop.id, stream, rules)
        )
        if words is not None:
            self._people.forget_words(staff.shop.id)
            await self._news.announce(staff.shop.id, {"kind": "chat_words"})
        return (await self._read(staff, view)).rules

    async def _known(self, staff: StaffView, stream: str, message: str) -> ChatMessage:
        found = await self._store.message(staff.shop.id, stream, message)
        if found is None:
            raise NoSuchMessage("There is no such message.", id=message[:64])
        return found

    async def _read(self, staff: StaffView, view: StreamView) -> Reading:
        return await self._chat.read(staff.shop.id, view.id, Seen(), most=KEPT_MESSAGES)

    async def _note(
        self, staff: StaffView, what: str, stream: str, about: ChatMessage | None, *, of: str | None = None
    ) -> None:
        person = about.author if about is not None else None
        text = about.text if about is not None else ""
        now = self._clock.now_ms()
        await self._register.add_act(act(staff, what, now, stream, person=person, text=text, of=of))
