"""The other slices' stores, on each database that we run on. Their rules are tested beside them."""

import asyncio
from typing import Any

import pytest

from server.checkout.receipt_store import ReceiptStore
from server.checkout.store import OrderStore
from server.conversions.store import ConversionStore, TouchQueue
from server.core.db import Database
from server.core.redis import RedisClient
from server.stock.ledger import StockLedger
from server.stock.records import Movement, Units
from tests.infra.rows import scene

# checkout


def order(number: int, hold: str | None = None, **changed: Any) -> dict[str, Any]:
    return {
        "id": f"order_{number}",
        "number": f"N{number}",
        "shop": "shop_a",
        "stream": "stream_a",
        "viewer": "viewer_a",
        "hold": hold or f"hold_{number}",
        "pin": "pin_a",
        "channel": "live",
        "state": "pending",
        "reason": None,
        "currency": "eur",
        "total": 9600,
        "email": None,
        "payment": None,
        "created_at": 1,
        "paid_at": None,
        "check_at": number,
        **changed,
    }


def lines() -> list[dict[str, Any]]:
    return [
        {
            "line": number,
            "product": "prod_a",
            "variant": variant,
            "sku": variant,
            "name": "Pale Root",
            "variant_name": "30 ml",
            "image_url": None,
            "quantity": 2,
            "unit_price": 4800,
        }
        for number, variant in enumerate(("var_a", "var_b"))
    ]


def units(quantity: int = 2) -> list[Units]:
    return [Units("var_a", quantity), Units("var_b", quantity)]


@pytest.fixture
async def orders(database: Database) -> OrderStore:
    await scene(database, "shop_a", "shop_b")
    return OrderStore(database)


async def test_a_hold_has_one_order_however_many_open_it_at_once(orders: OrderStore) -> None:
    opened = await asyncio.gather(*(orders.open(order(n, "hold_1"), lines(), units()) for n in range(6)))
    assert len({row["id"] for row in opened}) == 1
    assert [len(row["lines"]) for row in opened] == [2] * 6
    assert await orders.by_hold("shop_a", "hold_1") == await orders.get(opened[0]["id"]) == opened[0]
    assert await orders.by_hold("shop_b", "hold_1") is None


async def test_of_many_who_move_an_order_one_does(orders: OrderStore) -> None:
    await orders.open(order(1), lines(), units())
    moved = await asyncio.gather(
        *(orders.move("order_1", "pending", {"state": "paid", "paid_at": n}) for n in range(5))
    )
    assert sorted(moved) == [False] * 4 + [True]
    assert not await orders.move("order_1", "pending", {"state": "cancelled"})


async def test_orders_that_are_due_come_first_come_first(orders: OrderStore) -> None:
    for number in (3, 1, 2):
        await orders.open(order(number, check_at=number * 10), lines(), units())
    await orders.open(order(4, check_at=None), lines(), units())
    assert {row["id"] for row in await orders.due(20, 10)} == {"order_1", "order_2"}
    assert [row["id"] for row in await orders.due(99, 1)] == ["order_1"]
    await orders.change("order_1", {"check_at": 100, "payment": "pi_1"})
    assert [row["id"] for row in await orders.due(20, 10)] == ["order_2"]


async def test_units_sold_and_the_orders_that_sold_them(orders: OrderStore) -> None:
    states = ("paid", "pending", "cancelled", "refunded", "paid")
    for number, state in enumerate(states):
        reason = "sold_out" if state == "refunded" else None
        await orders.open(
            order(number, state=state, reason=reason, paid_at=number), lines(), units(number + 1)
        )
    await orders.open(order(8, state="refunded", reason="host", paid_at=8), lines(), units(10))
    await orders.open(order(9, shop="shop_b", state="paid", paid_at=9), lines(), units())
    sold = await orders.sold("shop_a", 0)
    assert (sold.units, sorted(sold.orders)) == (
        {"var_a": 16, "var_b": 16},
        ["order_0", "order_4", "order_8"],
    )
    assert set(sold.orders.values()) == {"hold_0", "hold_4", "hold_8"}
    assert sorted(sold.bought) == [
        ("viewer_a", variant, units, at)
        for variant in ("var_a", "var_b")
        for units, at in ((1, 0), (5, 4), (10, 8))
    ]
    assert sorted((await orders.sold("shop_a", 4)).orders) == ["order_4", "order_8"]
    assert await orders.sold("shop_a", 9) == (sold.units, {}, sold.bought)
    assert await orders.sold("shop_none", 0) == ({}, {}, [])


# conversions


def conversion(order: str, line: int = 0, **changed: Any) -> dict[str, Any]:
    return {
        "order_id": order,
        "line": line,
        "shop": "shop_a",
        "stream": "stream_a",
        "pin": "pin_a",
        "product": "prod_a",
        "variant": "var_a",
        "viewer": "viewer_a",
        "channel": "live",
        "touch": "hold_a",
        "rule": "pin-1",
        "units": 2,
        "revenue": 9600,
        "refunded": 0,
        "at": 60_000,
        **changed,
    }


def touch(name: str, kind: str = "view", viewer: str = "viewer_a", **changed: Any) -> dict[str, Any]:
    return {
        "viewer": viewer,
        "id": name,
        "shop": "shop_a",
        "stream": "stream_a",
        "kind": kind,
        "channel": "live",
        "origin": "",
        "pin": None,
        "product": None,
        "media_time": None,
        "at": 1,
        "received_at": 1,
        **changed,
    }


async def test_a_line_is_credited_once(database: Database) -> None:
    store = ConversionStore(database)
    assert await store.sales("stream_a") == {"orders": 0, "units": 0, "revenue": 0, "refunded": 0}
    await store.add([conversion("order_1"), conversion("order_1", 1)])
    await store.add([conversion("order_1", units=99), conversion("order_2")])
    await store.add([conversion("order_3", stream="stream_b")])
    assert await store.sales("stream_a") == {"orders": 2, "units": 6, "revenue": 28_800, "refunded": 0}
    await store.refund("order_1")
    await store.refund("order_1")
    assert (await store.sales("stream_a"))["refunded"] == 19_200


async def test_a_touch_is_kept_once_and_counted(database: Database, redis: RedisClient) -> None:
    queue, store = TouchQueue(redis, database), ConversionStore(database)
    await queue.add("shop_a", [touch("t1"), touch("t2", "impression", product="prod_a")])
    await queue.add("shop_a", [touch("t1"), touch("t1", viewer="viewer_b"), touch("t3", "click")])
    assert await queue.drain("shop_a") == 2
    assert await queue.drain("shop_a") == 0
    await queue.add("shop_a", [touch("t1")])
    await queue.drain("shop_a")
    await store.add([conversion("order_1")])
    report = await store.report("stream_a")
    assert sorted((row["kind"], row["product"], row["n"]) for row in report["touched"]) == [
        ("click", None, 1),
        ("impression", "prod_a", 1),
        ("view", None, 2),
    ]
    assert report["viewers"] == [{"n": 2}]
    assert report["product_viewers"] == [{"product": "prod_a", "n": 1}]
    assert report["moments"] == [{"at": 60_000, "units": 2, "revenue": 9600}]
    assert [(row["product"], row["orders"], int(row["units"])) for row in report["sold"]] == [
        ("prod_a", 1, 2)
    ]


# stock


def movement(entry: int, variant: str = "var_a", **changed: Any) -> Movement:
    return Movement(f"e:{entry}-0", 0, entry, "held", variant, 1, **changed)


async def test_a_movement_is_written_once(database: Database) -> None:
    ledger = StockLedger(database)
    assert await ledger.write("shop_a", [movement(1), movement(2)]) == 2
    assert await ledger.write("shop_a", [movement(2), movement(3)]) == 1
    assert await ledger.write("shop_b", [movement(1)]) == 1
    assert await ledger.write("shop_a", []) == 0


async def test_a_late_setting_does_not_undo_a_later_one(database: Database) -> None:
    ledger = StockLedger(database)
    assert await ledger.stocked("shop_a") == ({}, 0)
    await ledger.set_stocked("shop_a", {"var_a": (10, 1), "var_b": (5, 2)})
    await ledger.set_stocked("shop_a", {"var_a": (20, 4)})
    await ledger.write("shop_a", [movement(1, stocked=15, revision=3)])
    assert await ledger.stocked("shop_a") == ({"var_a": 20, "var_b": 5}, 4)


async def test_writers_of_many_variants_do_not_wait_for_each_other(database: Database) -> None:
    ledger = StockLedger(database)
    variants = [f"var_{n}" for n in range(40)]
    async with asyncio.timeout(30):
        await asyncio.gather(
            *(
                ledger.set_stocked("shop_a", dict.fromkeys(variants if n % 2 else variants[::-1], (n, n + 1)))
                for n in range(6)
            )
        )
    assert await ledger.stocked("shop_a") == (dict.fromkeys(variants, 5), 6)


async def test_a_receipt_is_taken_by_one_worker(database: Database) -> None:
    await scene(database)
    await OrderStore(database).open(order(1), lines(), units())
    store = ReceiptStore(database)
    await store.add("order_1", 5)
    await store.add("order_1", 6)
    taken = await asyncio.gather(*(store.take(10, 100, 5) for _ in range(8)))
    assert [one for some in taken for one in some] == [("order_1", 0)]
    await store.again("order_1", 20, "unavailable")
    assert await store.take(30, 100, 5) == [("order_1", 1)]
    await store.done("order_1", 31)
    assert await store.take(1000, 2000, 5) == []
