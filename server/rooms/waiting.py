"""News of the lines of those who wait: how each moves, to everybody; a turn, to the one whose turn it is."""

from collections.abc import Awaitable, Callable
from typing import Any

from server.core.coalescing import Coalescer
from server.core.realtime import Realtime
from server.rooms.names import shop_room, viewer_room
from server.stock.messages import WaitChanged, WaitEnded, WaitOffered
from server.stock.records import unpack_hold
from server.stock.service import StockService


class WaitFeed:
    def __init__(self, realtime: Realtime, stock: StockService) -> None:
        self._realtime = realtime
        self._stock = stock
        self._lines: Coalescer[tuple[str, str], WaitChanged] = Coalescer(self._tell)

    def handlers(self) -> dict[str, Callable[[str, dict[str, Any]], Awaitable[None]]]:
        return {"line": self._on_line, "offered": self._on_offered, "wait_ended": self._on_ended}

    async def _on_line(self, shop: str, news: dict[str, Any]) -> None:
        change = WaitChanged(variant=news["variant"], first=news["first"], waiting=news["waiting"])
        self._lines.offer((shop, change.variant), change)

    def _tell(self, key: tuple[str, str], change: WaitChanged) -> None:
        self._realtime.tell(shop_room(key[0]), change)

    async def _on_offered(self, _shop: str, news: dict[str, Any]) -> None:
        hold = self._stock.told(unpack_hold(news["hold"], news["record"]))
        self._realtime.tell(viewer_room(news["buyer"]), WaitOffered(hold=hold))

    async def _on_ended(self, _shop: str, news: dict[str, Any]) -> None:
        ended = WaitEnded(variant=news["variant"], reason=news["reason"])
        self._realtime.tell(viewer_room(news["buyer"]), ended)

    def close(self) -> None:
        self._lines.close()
