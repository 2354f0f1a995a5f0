"""A scene with one of everything, and a look at all that a request may have changed."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from server.catalog.messages import ProductView
from server.core.auth import Grant, Passes
from server.core.clock import Clock
from server.core.db import metadata
from server.core.redis import shop_key
from server.pins.messages import PinView
from server.streams.messages import CreateStream, StreamView
from tests.infra.show import Json, Show, Viewer

FAR = 4_000_000_000_000
PAST = 1_000


@dataclass
class Stage:
    """`stranger`: the id of a stream that another shop owns. `poll` is open, `draft` was
    not yet, `old_poll` is the ended stream's. The viewer is the chat's
    `person`, said `message` and asked `question` in the live stream's."""

    show: Show
    product: ProductView
    live: StreamView
    ended: StreamView
    stranger: str
    pin: PinView
    old_pin: PinView
    viewer: Viewer
    hold: Json
    order: str
    poll: str
    draft: str
    old_poll: str
    message: str
    question: str
    person: str

    async def everything(self) -> dict[str, Any]:
        """All rows of all tables, the stock, and how long each room's story is."""
        found: dict[str, Any] = {}
        async with self.show.services.db.read() as connection:
            for table in metadata.sorted_tables:
                rows = (await connection.execute(select(table))).mappings()
                found[table.name] = sorted(str(sorted(row.items())) for row in rows)
        redis, shop = self.show.services.redis, self.show.shop.id
        found["stock"] = await self.show.services.stock.book(shop)
        found["holds"] = await redis.hgetall(shop_key(shop, "stock", "holds"))
        for poll in (self.poll, self.old_poll):
            for part in ("poll", "votes"):
                found[f"{part} {poll}"] = await redis.hgetall(shop_key(shop, part, poll))
        for part in ("messages", "counts", "voted", "waiting"):
            found[f"chat {part}"] = await redis.hgetall(shop_key(shop, "chat", self.live.id, part))
        for key in sorted([key async for key in redis.scan_iter("*")]):
            if await redis.type(key) == "stream":
                found[key] = await redis.xlen(key)
        return found

    def token(self, **changed: Any) -> str:
        """A genuine pass, of whom the test likes."""
        grant = Grant(kind="viewer", shop=self.show.shop.id, viewer=self.viewer.id, expires_at=FAR)
        return self.passes().sign(msgspec.structs.replace(grant, **changed))

    def passes(self, secret: str | None = None) -> Passes:
        return Passes(secret or self.show.services.settings.secret_key, Clock())

    def bad_tokens(self) -> dict[str, str | None]:
        """None of them lets anybody in as a viewer of this shop."""
        good = self.token()
        return {
            "absent": None,
            "empty": "",
            "garbage": "x",
            "forged": self.passes("another secret, as long as the right one").sign(
                Grant(kind="viewer", shop=self.show.shop.id, viewer=self.viewer.id, expires_at=FAR)
            ),
            "damaged": good[:-3] + ("AAA" if not good.endswith("AAA") else "BBB"),
            "expired": self.token(expires_at=PAST),
            "too long": "x" * 3000,
        }


async def set_up(show: Show) -> Stage:
    product = await show.product(stock=10)
    live = await show.stream()
    ended = await show.stream()
    old_pin = await show.pin(ended, product)
    old_poll = await show.poll(ended)
    await show.call("POST", f"/api/v1/host/streams/{ended.id}/end")
    other = await show.services.accounts.found_shop(
        slug="other", name="Other", currency="eur", allowed_origins=[]
    )
    stranger = await show.services.streams.create(other, CreateStream(title="x", source_url="/x.mp4"))
    pin = await show.pin(live, product)
    poll, draft = await show.poll(live), await show.poll(live, opened=False)
    viewer = await show.viewer(live)
    hold = await viewer.hold(pin)
    checkout = await viewer.checkout(hold)
    order = checkout["order"]["id"]
    await viewer.take_name("Ada")
    return Stage(
        show, product, live, ended, stranger.id, pin, old_pin, viewer, hold, order, poll, draft, old_poll,
        message=(await viewer.say("Hi"))["id"],
        question=(await viewer.say("Why?", kind="question"))["id"],
        person=(await viewer.socket.ask("chat.open", {"stream": live.id}))["me"]["person"],
    )  # fmt: skip
