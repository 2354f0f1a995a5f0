"""Who may not speak, or not for now; and what the staff did. Every act is written down with who did it."""

from collections.abc import Sequence
from typing import Any, Protocol

from server.accounts.messages import ShopView, StaffView
from server.chat.acts import act, restrained_of
from server.chat.errors import NoSuchPerson
from server.chat.messages import ChatAct, ChatMe, ChatMeChanged, Person, Restrain, Restrained
from server.chat.people import People
from server.chat.records import Known
from server.chat.service import ChatService, me_of
from server.core.clock import Clock
from server.core.errors import BadRequest
from server.streams.service import StreamService

ACTS = 200
SHUN_MS = 24 * 3600 * 1000
"""A new pass is easily had: who comes from the address of somebody who was muted or banned is looked at."""


class Store(Protocol):
    async def remove(self, shop: str, stream: str, *, person: str = "") -> tuple[int, bool]: ...
    async def voted(self, shop: str, stream: str, viewers: Sequence[str]) -> list[list[str]]: ...
    async def shun(self, shop: str, viewer: str, until: int) -> None: ...


class Register(Protocol):
    async def person(self, shop: str, person: str) -> dict[str, Any] | None: ...
    async def restrain(
        self, row: dict[str, Any], changes: dict[str, Any], act: dict[str, Any]
    ) -> dict[str, Any]: ...
    async def restrained(self, shop: str, now: int) -> list[dict[str, Any]]: ...
    async def restrained_since(self, shop: str, since_ms: int) -> list[dict[str, Any]]: ...
    async def add_act(self, act: dict[str, Any]) -> None: ...
    async def acts(self, shop: str, most: int) -> list[dict[str, Any]]: ...


class News(Protocol):
    async def announce(self, shop: str, message: dict[str, Any]) -> None: ...


class RestraintService:
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

    async def restrain(self, staff: StaffView, person: str, body: Restrain) -> Restrained:
        """Mutes, bans or frees the account, wherever it is. A mute counts from now."""
        if (body.what == "mute") != (body.seconds is not None):
            raise BadRequest("A mute, and only a mute, needs its time.", at="$.seconds")
        row = await self._register.person(staff.shop.id, person)
        if row is None:
            raise NoSuchPerson("Nobody of that id has taken a name in this shop.", person=person[:64])
        now = self._clock.now_ms()
        acts: dict[str, dict[str, Any]] = {
            "mute": {"muted_until": now + (body.seconds or 0) * 1000},
            "ban": {"banned": True},
            "free": {"muted_until": None, "banned": False},
        }
        changes = acts[body.what] | {"reason": body.reason, "restrained_by": staff.name, "restrained_at": now}
        who = Person(id=person, name=row["name"] or "", staff=False)
        text = f"{body.seconds} s. {body.reason}" if body.what == "mute" else body.reason
        note = act(staff, body.what, now, None, person=who, text=text.strip())
        row = await self._register.restrain(row, changes, note)
        [known] = await self._people.learn(staff.shop.id, [row])
        until = 0 if body.what == "free" else now + SHUN_MS
        await self._store.shun(staff.shop.id, known.viewer, until)
        running = await self._running(staff.shop)
        if body.remove:
            for stream in running:
                await self._remove_all(staff, stream, who)
        await self._news.announce(staff.shop.id, {"kind": "chat_person", "viewer": known.viewer})
        [me] = await self._mine(staff.shop.id, running, [known])
        told = {"kind": "viewer", "viewer": known.viewer, "event": ChatMeChanged.name}
        await self._news.announce(staff.shop.id, {**told, "data": ChatMeChanged(me=me)})
        return restrained_of(row, now)

    async def restrained(self, staff: StaffView) -> list[Restrained]:
        now = self._clock.now_ms()
        return [restrained_of(row, now) for row in await self._register.restrained(staff.shop.id, now)]

    async def changed_since(self, shop: ShopView, since_ms: int) -> list[tuple[str, ChatMe]]:
        """Viewers who were muted, banned or freed then or later, as they are now."""
        rows = await self._register.restrained_since(shop.id, since_ms)
        if not rows:
            return []
        known = await self._people.learn(shop.id, rows)
        mine = await self._mine(shop.id, await self._running(shop), known)
        return [(each.viewer, me) for each, me in zip(known, mine, strict=True)]

    async def _running(self, shop: ShopView) -> list[str]:
        return [each.id for each in await self._streams.of_shop(shop) if each.state == "live"]

    async def _mine(self, shop: str, streams: Sequence[str], people: Sequence[Known]) -> list[ChatMe]:
        """What each is told of itself."""
        voted: list[list[str]] = [[] for _ in people]
        for stream in streams:
            found = await self._store.voted(shop, stream, [each.viewer for each in people])
            voted = [[*before, *more] for before, more in zip(voted, found, strict=True)]
        now = self._clock.now_ms()
        return [me_of(known, votes, now) for known, votes in zip(people, voted, strict=True)]

    async def audit(self, staff: StaffView) -> list[ChatAct]:
        return [
            ChatAct(
                at=row["at"],
                by=row["by_name"],
                what=row["what"],
                person=Person(id=row["person"], name=row["person_name"], staff=row["person_staff"])
                if row["person"]
                else None,
                text=row["text"],
            )
            for row in await self._register.acts(staff.shop.id, ACTS)
        ]

    async def _remove_all(self, staff: StaffView, stream: str, who: Person) -> None:
        note = act(staff, "remove_all", self._clock.now_ms(), stream, person=who)
        await self._register.add_act(note)
        await self._chat.carried_out(
            staff.shop.id, stream, lambda: self._store.remove(staff.shop.id, stream, person=who.id)
        )
