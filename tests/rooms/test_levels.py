"""What is left, as a node was told: no move is lost, whether it comes before, during or after a reading."""

import asyncio
from typing import Any, cast

import msgspec

from server.rooms.levels import Levels
from server.stock.messages import StockChanged, StockLevels


class Stock:
    """What Redis says, and how often it was asked. A reading waits for `go_on`."""

    def __init__(self) -> None:
        self.says = StockLevels(epoch="e", seq=5, levels={"v": 5, "w": 5})
        self.reads = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def levels(self, _shop: str) -> StockLevels:
        self.reads += 1
        read = self.says
        await self.go_on.wait()
        return read


def moved(seq: int, epoch: str = "e", **levels: int) -> StockChanged:
    return StockChanged(epoch=epoch, seq=seq, levels=levels)


class Node:
    def __init__(self) -> None:
        self.stock = Stock()
        self.levels = Levels(cast(Any, self.stock), fresh_s=3600)

    async def seen(self) -> tuple[str, int, dict[str, int]]:
        found = msgspec.json.decode(await self.levels.of("shop"), type=StockLevels)
        return found.epoch, found.seq, found.levels


async def test_moves_are_applied_without_a_reading() -> None:
    node = Node()
    assert await node.seen() == ("e", 5, {"v": 5, "w": 5})
    node.levels.heard("shop", moved(6, v=4))
    node.levels.heard("shop", moved(7, v=3, w=1))
    node.levels.heard("shop", moved(6, v=4))  # again, and late
    assert await node.seen() == ("e", 7, {"v": 3, "w": 1})
    assert node.stock.reads == 1


async def test_a_gap_is_read_again() -> None:
    node = Node()
    await node.seen()
    node.stock.says = StockLevels(epoch="e", seq=7, levels={"v": 4, "w": 0})
    node.levels.heard("shop", moved(7, w=0))
    assert await node.seen() == ("e", 7, {"v": 4, "w": 0})
    assert node.stock.reads == 2


async def test_moves_during_a_reading_are_kept() -> None:
    node = Node()
    node.stock.go_on.clear()
    reading = asyncio.create_task(node.seen())
    await asyncio.sleep(0)
    while not node.stock.reads:
        await asyncio.sleep(0)
    node.levels.heard("shop", moved(6, v=4))
    node.stock.go_on.set()
    assert await reading == ("e", 6, {"v": 4, "w": 5})


async def test_a_rebuilt_stock_voids_all_numbers_of_the_old_one() -> None:
    node = Node()
    await node.seen()
    node.stock.says = StockLevels(epoch="f", seq=1, levels={"v": 9})
    node.levels.heard("shop", moved(1, epoch="f", v=9))
    assert await node.seen() == ("f", 1, {"v": 9})


async def test_a_break_during_a_reading_makes_it_read_again() -> None:
    node = Node()
    node.stock.go_on.clear()
    reading = asyncio.create_task(node.seen())
    while not node.stock.reads:
        await asyncio.sleep(0)
    node.levels.forget("shop")
    node.stock.says = StockLevels(epoch="e", seq=9, levels={"v": 1, "w": 1})
    node.stock.go_on.set()
    assert await reading == ("e", 9, {"v": 1, "w": 1})
