"""What viewers do in a chat: read, take a name, speak, vote for questions."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from server.chat.errors import Banned, ChatBusy, NameNeeded, NothingSaid, ReadOnly
from server.chat.messages import ChatKind, ChatMe, ChatMessage, Person, Reply, Say, Upvote
from server.chat.people import People, author
from server.chat.records import Known, Line, NoChat, Reading, Rules, Said, Seen, Vote
from server.chat.text import clean, fold
from server.chat.verdicts import refuse, spoken
from server.core.auth import Grant
from server.core.batching import Batchers
from server.core.clock import Clock
from server.core.ids import keyed_id, new_id
from server.streams.service import Owned, StreamService

T = TypeVar("T")
Place = tuple[str, str]
"""A shop and one of its streams."""

TOP_QUESTIONS = 20
_TRIES = 3


class Store(Protocol):
    async def open(self, shop: str, stream: str, epoch: str, rules: Rules) -> None: ...
    async def say(self, shop: str, stream: str, lines: Sequence[Line]) -> tuple[bool, list[Said]]: ...
    async def vote(self, shop: str, stream: str, votes: Sequence[Vote]) -> tuple[bool, list[Said]]: ...
    async def close(self, shop: str, stream: str) -> None: ...
    async def tell(self, shop: str, stream: str) -> None: ...
    async def renew(self, shop: str, stream: str, before: str, epoch: str) -> None: ...
    async def read(self, shop: str, stream: str, seen: Seen, *, most: int, questions: int) -> Reading: ...
    async def voted(self, shop: str, stream: str, viewers: Sequence[str]) -> list[list[str]]: ...


class RuleBook(Protocol):
    async def rules(self, stream: str) -> dict[str, Any] | None: ...


class ChatService:
    """A chat is there as soon as somebody looks: where Redis has none, one is made with the rules of SQL."""

    def __init__(
        self, store: Store, rules: RuleBook, people: People, streams: StreamService, clock: Clock
    ) -> None:
        self._store = store
        self._rules = rules
        self._people = people
        self._streams = streams
        self._clock = clock
        self._says: Batchers[Place, Line, Said] = Batchers(self._say_all)
        self._votes: Batchers[Place, Vote, Said] = Batchers(self._vote_all)
        self._voted: Batchers[Place, str, list[str]] = Batchers(self._voted_all)
        self.untold: Callable[[str, str], None] = lambda _shop, _stream: None
        """Called when the news of a chat wait for somebody who tells them."""

    async def read(self, shop: str, stream: str, seen: Seen, *, most: int) -> Reading:
        async def read() -> Reading:
            return await self._store.read(shop, stream, seen, most=most, questions=TOP_QUESTIONS)

        found = await self.carried_out(shop, stream, read)
        if found.older:  # what was told is not there any more, and its numbers are given away again
            await self._store.renew(shop, stream, seen.epoch, new_id("epoch"))
            found = await read()
        return found

    async def make(self, shop: str, stream: str) -> None:
        """A chat where Redis has none: empty, in a new epoch."""
        ended = (await self._streams.get(stream)).view.state == "ended"
        await self._store.open(
            shop, stream, new_id("epoch"), rules_of(await self._rules.rules(stream), ended)
        )

    async def me(self, grant: Grant, owned: Owned) -> ChatMe:
        if grant.kind == "staff":
            person = self._people.id_of(grant.shop, grant.viewer)
            return ChatMe(person=person, name=None, muted_until=None, banned=False, voted=[])
        known = await self._people.known(grant.shop, grant.viewer)
        voted = await self._voted.ask((owned.shop.id, owned.view.id), grant.viewer)
        return me_of(known, voted, self._clock.now_ms())

    async def choose_name(self, grant: Grant, owned: Owned, name: str) -> ChatMe:
        """A name stands for all chats of the shop, and is chosen once."""
        require_speaker(grant)
        await self._people.choose(owned.shop, grant.viewer, name)
        return await self.me(grant, owned)

    async def say(self, grant: Grant, owned: Owned, body: Say, address: str = "") -> ChatMessage:
        """The message as it stands: shown, or held for the host. Raises what is against it. `address`: of the
        connection, where it is known."""
        require_speaker(grant)
        text = clean(body.text)
        if not text:
            raise NothingSaid("There is nothing in this text to be seen.", at="$.text")
        shop, stream = owned.shop.id, owned.view.id
        identity = keyed_id("say", stream, grant.viewer, body.key)
        for _ in range(_TRIES):
            known = await self._people.known(shop, grant.viewer)
            if known.name is None:
                if known.banned:
                    raise Banned("You can't take part in this shop's chats.")
                raise NameNeeded("Choose a name first.")
            hold = (await self._people.words(shop)).hits(text)
            said = message(identity, self._clock.now_ms(), author(known), body.kind, text)
            line = Line(
                id=identity,
                viewer=grant.viewer,
                message=said,
                print=_print(text),
                hold=hold,
                address=self._people.print_of(shop, address),
            )
            answer = await self._says.ask((shop, stream), line)
            if answer.outcome != "unknown":
                return spoken(answer)
            self._people.forget(shop, grant.viewer)  # Redis forgot: the next look tells it again
        raise ChatBusy("Try again in a moment.")

    async def say_as_staff(self, owned: Owned, line: Line) -> ChatMessage:
        return spoken(await self._says.ask((owned.shop.id, owned.view.id), line))

    async def upvote(self, grant: Grant, owned: Owned, body: Upvote) -> None:
        require_speaker(grant)
        shop = owned.shop.id
        vote = Vote(viewer=grant.viewer, question=body.question, up=body.up)
        for _ in range(_TRIES):
            await self._people.known(shop, grant.viewer)
            answer = await self._votes.ask((shop, owned.view.id), vote)
            if answer.outcome != "unknown":
                refuse(answer)
                return
            self._people.forget(shop, grant.viewer)
        raise ChatBusy("Try again in a moment.")

    async def may_react(self, grant: Grant) -> None:
        require_speaker(grant)
        if (await self._people.known(grant.shop, grant.viewer)).banned:
            raise Banned("You can't take part in this shop's chats.")

    async def stream_ended(self, stream: str) -> None:
        """Nobody writes any more; what was said is kept for a day."""
        shop = (await self._streams.get(stream)).shop.id
        await self.carried_out(shop, stream, lambda: self._store.close(shop, stream))

    async def tell(self, shop: str, stream: str) -> None:
        """Tells the nodes of what they were not told yet."""
        await self._store.tell(shop, stream)

    async def close(self) -> None:
        """Answers those who wait, and takes no more."""
        await self._says.close()
        await self._votes.close()
        await self._voted.close()
        await self._people.close()

    async def carried_out(self, shop: str, stream: str, step: Callable[[], Awaitable[T]]) -> T:
        """A step of the store, on a chat that is made first where Redis has none."""
        try:
            return await step()
        except NoChat:
            await self.make(shop, stream)
            return await step()

    async def _say_all(self, place: Place, lines: Sequence[Line]) -> Sequence[Said]:
        return self._heard(place, *await self.carried_out(*place, lambda: self._store.say(*place, lines)))

    async def _vote_all(self, place: Place, votes: Sequence[Vote]) -> Sequence[Said]:
        return self._heard(place, *await self.carried_out(*place, lambda: self._store.vote(*place, votes)))

    async def _voted_all(self, place: Place, viewers: Sequence[str]) -> Sequence[list[str]]:
        return await self._store.voted(*place, viewers)

    def _heard(self, place: Place, untold: bool, answers: list[Said]) -> list[Said]:
        if untold:
            self.untold(*place)
        return answers


def require_speaker(grant: Grant) -> None:
    if grant.kind != "viewer" or grant.preview:
        raise ReadOnly("A preview reads only. Staff speak from the host panel.")


def message(
    identity: str, at: int, by: Person, kind: ChatKind, text: str, reply_to: Reply | None = None
) -> ChatMessage:
    return ChatMessage(
        id=identity,
        at=at,
        author=by,
        kind=kind,
        text=text,
        state="shown",
        reply_to=reply_to,
        votes=0,
        answered=False,
    )


def me_of(known: Known, voted: list[str], now: int) -> ChatMe:
    return ChatMe(
        person=known.person,
        name=known.name,
        muted_until=known.muted_until if known.muted_until > now else None,
        banned=known.banned,
        voted=voted,
    )


def rules_of(row: dict[str, Any] | None, ended: bool) -> Rules:
    """A chat is open until somebody closes it."""
    if row is None:
        return Rules(ended=ended)
    return Rules(
        open=row["open"], slow_s=row["slow_s"], approve=row["approve"], revision=row["revision"], ended=ended
    )


def _print(text: str) -> str:
    return hashlib.sha256(fold(text).encode()).hexdigest()[:16]
