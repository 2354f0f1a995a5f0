"""The chats that somebody on this node has open: what happened since, told four times a second at most."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from server.chat.messages import (
    ChatMessage,
    ChatPinned,
    ChatQuestions,
    ChatRemoved,
    ChatRuled,
    ChatSaid,
    ChatWaiting,
)
from server.chat.people import People
from server.chat.records import Reading, Seen
from server.chat.service import ChatService
from server.chat.view import LAST_MESSAGES, ChatView
from server.core.coalescing import Coalescer
from server.core.messages import Event
from server.core.news import Handler
from server.core.realtime import Realtime
from server.core.redis import AWAY
from server.core.tasks import TaskSet

MOST_SAID = 25
"""Messages of one `chat.said`, a hundred a second: nobody reads more."""
TELL_S = 0.1
"""Redis tells of a chat ten times a second at most; what it left untold is told after this."""


def chat_room(stream: str) -> str:
    """Who has the stream's chat open."""
    return f"chat:{stream}"


class _Chat:
    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.view: ChatView | None = None
        self.one_at_a_time = asyncio.Lock()


class ChatFeed:
    """News of a chat only say that there is something: each node reads it from Redis, once for all its
    viewers. A view is kept while somebody here has the chat open."""

    def __init__(
        self,
        realtime: Realtime,
        chat: ChatService,
        people: People,
        tasks: TaskSet,
        *,
        host_room: Callable[[str], str],
    ) -> None:
        self._realtime = realtime
        self._chat = chat
        self._people = people
        self._tasks = tasks
        self._host_room = host_room
        self._chats: dict[str, _Chat] = {}
        self._ticks: Coalescer[str, None] = Coalescer(self._due)
        self._untold: set[str] = set()
        chat.untold = self.untold

    def handlers(self) -> dict[str, Handler]:
        return {"chat": self._on_chat, "chat_person": self._on_person, "chat_words": self._on_words}

    async def opened(self, shop: str, stream: str) -> ChatView:
        """The chat as this node's room knows it. Who enters the room before anything else happens misses
        nothing and hears nothing twice."""
        chat = self._chats.get(stream)
        if chat is None:
            self._sweep()
            chat = self._chats[stream] = _Chat(shop)
        async with chat.one_at_a_time:
            if chat.view is None or not self._here(stream):
                chat.view = ChatView(await self._read(chat, stream, None))
            return chat.view

    def untold(self, shop: str, stream: str) -> None:
        if stream not in self._untold:
            self._untold.add(stream)
            self._tasks.spawn(self._tell(shop, stream), name="chat.tell")

    async def resumed(self, shop: str) -> None:
        """News may have been lost: reads again, and tells. Raises what redis-py does when Redis is away."""
        for stream, chat in list(self._chats.items()):
            if chat.shop == shop:
                async with chat.one_at_a_time:
                    await self._tell_news(chat, stream)

    def close(self) -> None:
        self._ticks.close()

    async def _on_chat(self, shop: str, news: dict[str, Any]) -> None:
        stream = news["stream"]
        if stream not in self._chats:
            if not self._realtime.anybody_in(self._host_room(stream)):
                return
            self._chats[stream] = _Chat(shop)
        self._ticks.offer(stream, None)

    async def _on_person(self, shop: str, news: dict[str, Any]) -> None:
        self._people.forget(shop, news["viewer"])

    async def _on_words(self, shop: str, _news: dict[str, Any]) -> None:
        self._people.forget_words(shop)

    async def _tell(self, shop: str, stream: str) -> None:
        await asyncio.sleep(TELL_S)
        self._untold.discard(stream)
        with contextlib.suppress(*AWAY):  # the next change tells
            await self._chat.tell(shop, stream)

    def _due(self, stream: str, _nothing: None) -> None:
        self._tasks.spawn(self._tick(stream), name="chat.tick")

    def _here(self, stream: str) -> bool:
        return self._realtime.anybody_in(chat_room(stream)) or self._realtime.anybody_in(
            self._host_room(stream)
        )

    def _sweep(self) -> None:
        for stream, chat in list(self._chats.items()):
            if not chat.one_at_a_time.locked() and not self._here(stream):
                del self._chats[stream]

    async def _read(self, chat: _Chat, stream: str, view: ChatView | None) -> Reading:
        seen = view.seen() if view is not None else Seen()
        return await self._chat.read(chat.shop, stream, seen, most=LAST_MESSAGES)

    async def _tick(self, stream: str) -> None:
        chat = self._chats.get(stream)
        if chat is None:
            return
        async with chat.one_at_a_time:
            with contextlib.suppress(*AWAY):  # when the news are back, all is read again
                await self._tell_news(chat, stream)

    async def _tell_news(self, chat: _Chat, stream: str) -> None:
        if not self._here(stream):
            chat.view = None  # nobody listens: who comes reads it anew
            return
        before = chat.view
        reading = await self._read(chat, stream, before)
        chat.view = ChatView(reading, before)
        if before is not None:
            for event in _changes(stream, before, reading):
                self._realtime.tell(chat_room(stream), event)
        if before is None or reading.waiting != before.waiting:
            waiting = ChatWaiting(stream=stream, messages=reading.waiting)
            self._realtime.tell(self._host_room(stream), waiting)


def _changes(stream: str, before: ChatView, now: Reading) -> list[Event]:
    """What leads from one to the other. A new epoch: whoever hears of it asks anew."""
    after = before.seq if before.epoch == now.epoch else 0
    found: list[Event] = []
    if now.removed and before.epoch == now.epoch:
        found.append(ChatRemoved(stream=stream, messages=now.removed))
    if now.seq > after or now.epoch != before.epoch:
        found.append(_said(stream, after, now))
    if now.questions != before.questions:
        found.append(ChatQuestions(stream=stream, questions=now.questions))
    if now.pinned != before.pinned:
        found.append(ChatPinned(stream=stream, message=now.pinned))
    if now.rules != before.rules:
        found.append(ChatRuled(stream=stream, rules=now.rules))
    return found


def _said(stream: str, after: int, now: Reading) -> ChatSaid:
    said: list[ChatMessage] = [message for _, message in now.messages[-MOST_SAID:]]
    if len(now.messages) > MOST_SAID:
        after = now.messages[-MOST_SAID - 1][0]
    return ChatSaid(stream=stream, epoch=now.epoch, after=after, seq=now.seq, messages=said)
