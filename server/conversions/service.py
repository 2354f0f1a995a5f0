"""Taking touches in, crediting sales, and reading both."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from server.catalog.service import CatalogService
from server.conversions.errors import NoTouches
from server.conversions.messages import Numbers, Report, Touch
from server.conversions.report import build_report
from server.core.auth import Grant
from server.core.clock import Clock
from server.core.errors import Forbidden
from server.pins.service import PinService
from server.rooms.messages import Audience
from server.stock.service import StockService
from server.streams.service import Owned

RULE = "pin-1"
"""First rule: a line belongs to the pin that its unit was held from."""
SKEW_MS = 10 * 60 * 1000
"""A touch's own time is believed within this of the server's, else the server's is written."""


class Queue(Protocol):
    async def add(self, shop: str, rows: Sequence[dict[str, Any]]) -> None: ...
    async def drain(self, shop: str) -> int: ...
    async def backlog(self, shops: Sequence[str]) -> tuple[int, int | None]: ...


class Store(Protocol):
    async def add(self, rows: Sequence[dict[str, Any]]) -> None: ...
    async def refund(self, order: str) -> None: ...
    async def sales(self, stream: str) -> dict[str, int]: ...
    async def report(self, stream: str) -> dict[str, list[dict[str, Any]]]: ...


class CreditedLine(msgspec.Struct, frozen=True):
    """A paid order line, and the hold whose pin sold it. `revenue`: minor units."""

    order: str
    line: int
    shop: str
    stream: str
    pin: str
    product: str
    variant: str
    viewer: str
    channel: str
    hold: str
    units: int
    revenue: int
    at: int


class ConversionService:
    def __init__(
        self,
        queue: Queue,
        store: Store,
        stock: StockService,
        catalog: CatalogService,
        pins: PinService,
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._store = store
        self._stock = stock
        self._catalog = catalog
        self._pins = pins
        self._clock = clock

    async def accept(self, grant: Grant, owned: Owned, touches: Sequence[Touch]) -> int:
        """Answers when they are written down. The same touch again counts once."""
        if grant.kind != "viewer" or grant.preview:
            raise NoTouches("A preview is not counted.")
        if grant.shop != owned.shop.id:
            raise Forbidden("This pass is for another shop.")
        now = self._clock.now_ms()
        rows = [
            _row(grant, owned, now)
            | {
                "id": touch.id,
                "kind": touch.kind,
                "channel": touch.channel,
                "pin": touch.pin,
                "product": touch.product,
                "media_time": touch.media_time,
                "at": touch.at if abs(touch.at - now) <= SKEW_MS else now,
            }
            for touch in touches
        ]
        await self._queue.add(owned.shop.id, rows)
        return len(rows)

    async def held(
        self, grant: Grant, owned: Owned, *, hold: str, pin: str, product: str, channel: str
    ) -> None:
        """Writes the touch of a hold, under the hold's own id."""
        now = self._clock.now_ms()
        row = {"id": hold, "kind": "hold", "channel": channel, "pin": pin, "product": product}
        await self._queue.add(
            owned.shop.id, [_row(grant, owned, now) | row | {"media_time": None, "at": now}]
        )

    async def drain(self, shop: str) -> int:
        return await self._queue.drain(shop)

    async def backlog(self, shops: Sequence[str]) -> tuple[int, int | None]:
        """How many entries of touches are not in SQL yet, and since when (ms) the oldest waits."""
        return await self._queue.backlog(shops)

    async def credit(self, lines: Sequence[CreditedLine]) -> None:
        await self._store.add(
            [
                {
                    "order_id": line.order,
                    "line": line.line,
                    "shop": line.shop,
                    "stream": line.stream,
                    "pin": line.pin,
                    "product": line.product,
                    "variant": line.variant,
                    "viewer": line.viewer,
                    "channel": line.channel,
                    "touch": line.hold,
                    "rule": RULE,
                    "units": line.units,
                    "revenue": line.revenue,
                    "refunded": 0,
                    "at": line.at,
                }
                for line in lines
            ]
        )

    async def refund(self, order: str) -> None:
        await self._store.refund(order)

    async def numbers(self, owned: Owned, viewers: int, audience: Audience) -> Numbers:
        """`held` counts units of everything that was pinned on the stream."""
        sales = await self._store.sales(owned.view.id)
        history = await self._pins.history(owned.view.id)
        products = await self._catalog.products(owned.shop.id, owned.shop.currency)
        pinned = {row["product"] for row in history}
        variants = {
            name
            for product in products
            if product.id in pinned
            for variant in product.variants
            for name in variant.stock()
        }
        book = await self._stock.book(owned.shop.id)
        return Numbers(
            stream=owned.view.id,
            at=self._clock.now_ms(),
            viewers=viewers,
            audience=audience,
            held=sum(count.held for variant, count in book.items() if variant in variants),
            orders=sales["orders"],
            units=sales["units"],
            revenue=sales["revenue"],
            currency=owned.shop.currency,
        )

    async def report(self, owned: Owned) -> Report:
        now = self._clock.now_ms()
        products = await self._catalog.products(owned.shop.id, owned.shop.currency)
        pinned: dict[str, int] = {}
        for row in await self._pins.history(owned.view.id):
            shown = (row["hidden_at"] or now) - row["shown_at"]
            pinned[row["product"]] = pinned.get(row["product"], 0) + shown
        return build_report(
            owned.view,
            await self._store.report(owned.view.id),
            {product.id: product for product in products},
            pinned,
            await self._store.sales(owned.view.id),
            now,
        )


def _row(grant: Grant, owned: Owned, now: int) -> dict[str, Any]:
    return {
        "viewer": grant.viewer,
        "shop": owned.shop.id,
        "stream": owned.view.id,
        "origin": grant.origin[:200],
        "received_at": now,
    }
