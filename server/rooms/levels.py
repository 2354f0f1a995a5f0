"""What is left of a shop's variants, as this node was told: read once, then kept up to date by the news."""

from collections.abc import Sequence
from typing import Any

import msgspec

from server.core.cache import Fresh
from server.stock.messages import StockChanged, StockLevels
from server.stock.service import StockService

FRESH_S = 1.0
"""Read again after so long, where somebody asks: Redis may have been wiped without a word."""


class _Board:
    """Numbers of one epoch, each with the `seq` that told it. `seq`: the last one that was told."""

    __slots__ = ("_encoded", "_known", "epoch", "seq")

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.seq = 0
        self._known: dict[str, tuple[int, int]] = {}
        self._encoded: dict[tuple[str, ...] | None, msgspec.Raw] = {}

    def tell(self, seq: int, levels: dict[str, int]) -> None:
        """In any order: the later word wins."""
        self.seq = max(self.seq, seq)
        for variant, left in levels.items():
            if seq >= self._known.get(variant, (0, 0))[0]:
                self._known[variant] = (seq, left)
        self._encoded.clear()

    def encoded(self, variants: tuple[str, ...] | None) -> msgspec.Raw:
        found = self._encoded.get(variants)
        if found is None:
            names = self._known if variants is None else [name for name in variants if name in self._known]
            levels = {name: self._known[name][1] for name in names}
            shown = StockLevels(epoch=self.epoch, seq=self.seq, levels=levels)
            found = self._encoded[variants] = msgspec.Raw(msgspec.json.encode(shown))
        return found


class Levels:
    """Only of shops whose news are followed: `heard` must be called with each move."""

    def __init__(self, stock: StockService, *, fresh_s: float = FRESH_S) -> None:
        self._stock = stock
        self._boards: dict[str, _Board] = {}
        self._fresh: Fresh[str, _Board] = Fresh(self._load, fresh_s)

    async def of(self, shop: str, variants: Sequence[str] | None = None) -> msgspec.Raw:
        """`StockLevels` of these variants, or of all. Does not wait where it is known. Raises
        `StockNotLoaded`."""
        board = await self._fresh(shop)
        return board.encoded(None if variants is None else tuple(variants))

    def heard(self, shop: str, change: StockChanged) -> None:
        """To be called before the change is told to anybody."""
        board = self._boards.get(shop)
        if board is None:
            return
        if board.epoch != change.epoch:
            board = self._boards[shop] = _Board(change.epoch)
            self._fresh.forget(shop)
        elif change.seq > board.seq + 1:  # something is missing
            self._fresh.forget(shop)
        board.tell(change.seq, change.levels)

    def forget(self, shop: str) -> None:
        """News were lost, or nobody wants them any more."""
        self._boards.pop(shop, None)
        self._fresh.forget(shop)

    async def _load(self, shop: str) -> _Board:
        while True:
            # On the board before the stock is read: moves that are told meanwhile are not lost.
            before = self._boards.setdefault(shop, _Board(""))
            read = await self._stock.levels(shop)
            board: Any = self._boards.get(shop)
            if board is before and board.epoch != read.epoch:
                board = self._boards[shop] = _Board(read.epoch)
            if board is not None and board.epoch == read.epoch:
                board.tell(read.seq, read.levels)
                return board  # type: ignore[no-any-return]
