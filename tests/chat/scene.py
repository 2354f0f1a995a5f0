"""A live stream of a shop, and people who talk: behind no web server yet."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

from server.accounts.messages import ShopView, StaffView
from server.accounts.store import AccountStore
from server.chat.messages import ChatKind, ChatMessage, Person, Say
from server.chat.records import Known, Line, Said
from server.chat.service import message
from server.chat.store import ChatStore
from server.composition import Services
from server.core.auth import Grant, Passes
from server.core.db import metadata
from server.core.settings import Settings
from server.core.tasks import TaskSet
from server.streams.messages import CreateStream
from server.streams.service import Owned
from tests.infra.clock import HeldClock
from tests.infra.rows import staff_row
from tests.infra.show import fresh_key

FAR = 4_000_000_000_000
_viewers = itertools.count(1)


@dataclass
class Scene:
    services: Services
    settings: Settings
    clock: HeldClock
    owned: Owned
    staff: StaffView

    @property
    def shop(self) -> ShopView:
        return self.owned.shop

    @property
    def stream(self) -> str:
        return self.owned.view.id

    @property
    def store(self) -> ChatStore:
        return ChatStore(self.services.redis, self.clock)

    def grant(self, *, kind: str = "viewer", preview: bool = False) -> Grant:
        return Grant(
            kind="viewer" if kind == "viewer" else "staff",
            shop=self.shop.id,
            viewer=f"viewer_{next(_viewers)}",
            expires_at=FAR,
            preview=preview,
        )

    def token(self, grant: Grant) -> str:
        return Passes(self.settings.secret_key, self.services.clock).sign(grant)

    async def named(self, name: str) -> Grant:
        grant = self.grant()
        await self.services.chat.choose_name(grant, self.owned, name)
        return grant

    async def say(
        self, grant: Grant, text: str, *, kind: ChatKind = "message", key: str = "", address: str = ""
    ) -> ChatMessage:
        body = Say(stream=self.stream, key=key or fresh_key(), text=text, kind=kind)
        return await self.services.chat.say(grant, self.owned, body, address)

    def person(self, grant: Grant) -> str:
        return self.services.chat_people.id_of(self.shop.id, grant.viewer)

    async def seen(self) -> list[str]:
        """The texts of the log, as the host reads it."""
        found = await self.services.moderation.look(self.staff, self.stream)
        return [each.text for each in found.log.messages]


class Talk:
    """The scripts alone: a chat with nothing behind it."""

    shop, stream = "shop", "stream"

    def __init__(self, store: ChatStore, clock: HeldClock) -> None:
        self.store = store
        self.clock = clock
        self._lines = itertools.count(1)

    async def learn(
        self, *viewers: str, muted_until: int = 0, banned: bool = False, revision: int = 0
    ) -> None:
        await self.store.learn(
            self.shop,
            [Known(viewer, f"person_{viewer}", viewer, muted_until, banned, revision) for viewer in viewers],
        )

    def line(
        self,
        viewer: str,
        text: str = "",
        *,
        id: str = "",
        kind: ChatKind = "message",
        hold: bool = False,
        address: str = "",
    ) -> Line:
        id = id or f"say_{next(self._lines)}"
        by = Person(id=f"person_{viewer}" if viewer else "person_staff", name=viewer, staff=not viewer)
        said = message(id, self.clock.now_ms(), by, kind, text or f"text of {id}")
        return Line(id, viewer, said, said.text, hold, address)

    async def say(self, *lines: Line) -> list[Said]:
        return (await self.store.say(self.shop, self.stream, lines))[1]

    async def staff_says(self, count: int, *, kind: ChatKind = "message") -> list[str]:
        """Nobody's patience is asked for: the ids, in order."""
        said = await self.say(*(self.line("", kind=kind) for _ in range(count)))
        return [each.message.id for each in said if each.message]


@contextlib.asynccontextmanager
async def scene_of(settings: Settings, clock: HeldClock) -> AsyncIterator[Scene]:
    services, tasks = Services(settings, clock), TaskSet()

    def untold(shop: str, stream: str) -> None:
        tasks.spawn(services.chat.tell(shop, stream), name="tell")

    services.chat.untold = untold  # in place of a node's feed
    async with services.db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    shop = await services.accounts.found_shop(
        slug="a", name="Atelier Vetiver", currency="eur", allowed_origins=[]
    )
    await AccountStore(services.db).add_staff(staff_row(shop.id, id="staff_a", name="Mara Host"))
    staff = StaffView(id="staff_a", name="Mara Host", email="a@example.com", shop=shop)
    made = await services.streams.create(shop, CreateStream(title="T", source_url="/x.mp4"))
    view = await services.streams.start(shop, made.id)
    try:
        yield Scene(services, settings, clock, Owned(shop=shop, view=view), staff)
    finally:
        await tasks.close()
        await services.close()
