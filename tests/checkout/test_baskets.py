"""One hold of several things: gathered, changed, bundled, paid, and seen from two tabs."""

import asyncio
from typing import Any

import pytest

from server.catalog.messages import CreatePart, CreateProduct, CreateVariant, ProductView
from server.pins.messages import PinView
from tests.checkout.scene import Sale, begin, check_books, credited, row, settlement
from tests.infra.show import Json, Refused, Show, Viewer, fresh_key
from tests.stock import audit


def pick(pin: PinView, quantity: int = 1) -> Json:
    return {"pin": pin.id, "variant": pin.product.variants[0].id, "quantity": quantity}


async def tap(viewer: Viewer, pin: PinView, quantity: int = 1, **more: object) -> Json:
    body = {"key": fresh_key(), "stream": viewer.stream.id, **pick(pin, quantity), **more}
    found: Json = (await viewer.socket.ask("hold.create", body))["hold"]
    return found


async def change(viewer: Viewer, hold: Json, *picks: Json, key: str | None = None) -> Json:
    body = {"hold": hold["id"], "key": key or fresh_key(), "picks": list(picks)}
    found: Json = (await viewer.socket.ask("hold.change", body))["hold"]
    return found


async def mine(viewer: Viewer) -> list[Json]:
    found: list[Json] = (await viewer.socket.ask("hold.mine", {"stream": viewer.stream.id}))["holds"]
    return found


async def bundle(show: Show, *parts: tuple[ProductView, int]) -> ProductView:
    made = CreateVariant(
        sku=f"SET-{fresh_key()}",
        name="set",
        price=9900,
        parts=[CreatePart(variant=show.level(product), units=units) for product, units in parts],
    )
    return await show.services.catalog.create(
        show.shop.id, show.shop.currency, CreateProduct(name="Set", variants=[made])
    )


async def two_pins(show: Show, *, stock: int = 5) -> tuple[Viewer, PinView, PinView]:
    stream = await show.stream()
    pins = [await show.pin(stream, await show.product(stock=stock, price=price)) for price in (1000, 300)]
    return await show.viewer(stream), pins[0], pins[1]


async def test_taps_gather_in_one_hold_with_one_deadline(quiet: Show) -> None:
    viewer, bottle, sample = await two_pins(quiet)
    first = await tap(viewer, bottle, basket=True)
    second = await tap(viewer, sample, 2, basket=True)
    third = await tap(viewer, bottle, basket=True)
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert first["deadline"] == second["deadline"] == third["deadline"]
    assert third["picks"] == [pick(bottle, 2), pick(sample, 2)]
    assert await mine(viewer) == [third]
    assert await quiet.counts(bottle.product) == (3, 2, 0)
    assert await quiet.counts(sample.product) == (3, 2, 0)
    apart = await tap(viewer, bottle)  # as long as nobody asks for a basket, each tap is a hold
    assert [hold["id"] for hold in await mine(viewer)] == [third["id"], apart["id"]]
    await audit.check(quiet.services.redis, quiet.shop.id)


async def test_two_tabs_see_one_basket(quiet: Show) -> None:
    viewer, bottle, sample = await two_pins(quiet)
    await asyncio.gather(*(tap(viewer, pin, basket=True) for pin in (bottle, sample, bottle)))
    await tap(viewer, sample, basket=True)  # what came before there was a basket may lie beside it
    units = sum(p["quantity"] for hold in await mine(viewer) for p in hold["picks"])
    assert units == 4
    told = await viewer.socket.told("hold.changed")
    assert told["was"] != told["hold"]["id"]
    assert await quiet.counts(bottle.product) == (3, 2, 0)
    assert await quiet.counts(sample.product) == (3, 2, 0)


async def test_a_retried_tap_is_in_the_basket_once(quiet: Show) -> None:
    viewer, bottle, sample = await two_pins(quiet)
    await tap(viewer, bottle, basket=True)
    key = fresh_key()
    body = {"key": key, "stream": viewer.stream.id, **pick(sample), "basket": True}
    first = await viewer.socket.ask("hold.create", body)
    assert await viewer.socket.ask("hold.create", body) == first
    later = await tap(viewer, bottle, basket=True)
    with pytest.raises(Refused) as refused:  # its hold has become another one
        await viewer.socket.ask("hold.create", body)
    assert refused.value.code == "stock.hold_ended"
    assert await mine(viewer) == [later]


async def test_several_at_once_are_taken_all_or_none(quiet: Show) -> None:
    viewer, bottle, sample = await two_pins(quiet)
    with pytest.raises(Refused) as refused:
        await tap(viewer, bottle, more=[pick(sample, 6)])
    assert refused.value.code in ("stock.limit", "stock.sold_out")
    assert await mine(viewer) == []
    bad: tuple[Any, ...] = (
        None,
        [{}],
        [{**pick(sample), "price": 1}],
        [pick(sample, 0)],
        10 * [pick(sample)],
    )
    for wrong in bad:
        with pytest.raises(Refused) as refused:
            await tap(viewer, bottle, more=wrong)
        assert refused.value.code == "request.invalid"
    hold = await tap(viewer, bottle, more=[pick(sample, 3)])
    assert hold["picks"] == [pick(bottle), pick(sample, 3)]


async def test_quantities_change_in_one_step(quiet: Show) -> None:
    viewer, bottle, sample = await two_pins(quiet)
    old = await tap(viewer, bottle, 5)
    with pytest.raises(Refused) as refused:
        await change(viewer, old, pick(bottle, 6))
    assert refused.value.code in ("stock.limit", "stock.sold_out")
    assert await mine(viewer) == [old]  # what was refused changed nothing
    key = fresh_key()
    new = await change(viewer, old, pick(bottle, 2), pick(sample, 1), key=key)
    assert new["deadline"] == old["deadline"]
    assert await change(viewer, old, pick(bottle, 2), pick(sample, 1), key=key) == new
    assert await quiet.counts(bottle.product) == (3, 2, 0)
    assert await quiet.counts(sample.product) == (4, 1, 0)
    with pytest.raises(Refused) as refused:
        await change(viewer, old, pick(bottle))
    assert refused.value.code == "stock.hold_ended"
    gone = await change(viewer, new)
    assert gone["state"] == "released"
    assert await mine(viewer) == []
    assert await quiet.counts(bottle.product) == (5, 0, 0)


async def test_nobody_changes_somebody_elses_hold(quiet: Show) -> None:
    viewer, bottle, _ = await two_pins(quiet)
    hold, stranger = await tap(viewer, bottle), await quiet.viewer(viewer.stream)
    with pytest.raises(Refused) as refused:
        await change(stranger, hold, pick(bottle, 2))
    assert refused.value.code == "stock.hold_not_found"
    assert await mine(stranger) == []


async def settled(show: Show, viewer: Viewer, hold: Json, pin: PinView) -> Sale:
    sale = Sale(show, pin.product, viewer.stream, pin, viewer, hold, await viewer.checkout(hold))
    await sale.pay()
    assert await settlement(show).succeeded(await sale.event()) == "paid"
    return sale


async def test_an_order_of_several_pins_is_credited_line_by_line(quiet: Show) -> None:
    viewer, bottle, sample = await two_pins(quiet)
    hold = await tap(viewer, bottle, more=[pick(sample, 2)])
    sale = await settled(quiet, viewer, hold, bottle)
    assert sale.checkout["order"]["total"] == 1600
    found = await row(quiet, sale.order)
    assert [(line["pin"], line["quantity"]) for line in found["lines"]] == [(bottle.id, 1), (sample.id, 2)]
    assert await credited(quiet, sale.order) == (3, 1600, 0)
    assert await quiet.counts(bottle.product) == (4, 0, 1)
    assert await quiet.counts(sample.product) == (3, 0, 2)
    await check_books(quiet)


async def test_a_bundle_takes_its_parts_at_its_own_price(quiet: Show) -> None:
    bottle, sample = await quiet.product(stock=4), await quiet.product(stock=5)
    stream = await quiet.stream()
    pin = await quiet.pin(stream, await bundle(quiet, (bottle, 1), (sample, 2)))
    viewer = await quiet.viewer(stream)
    levels = viewer.joined["stock"]["levels"]
    assert (levels[quiet.level(bottle)], levels[quiet.level(sample)]) == (4, 5)
    with pytest.raises(Refused) as refused:
        await tap(viewer, pin, 3)  # six samples
    assert refused.value.code in ("stock.limit", "stock.sold_out")
    hold = await tap(viewer, pin, 2)
    assert {line["variant"]: line["quantity"] for line in hold["lines"]} == {
        quiet.level(bottle): 2,
        quiet.level(sample): 4,
    }
    assert hold["picks"] == [pick(pin, 2)]
    sale = await settled(quiet, viewer, hold, pin)
    assert sale.checkout["order"]["total"] == 2 * 9900
    assert len(sale.checkout["order"]["lines"]) == 1
    assert await quiet.counts(bottle) == (2, 0, 2)
    assert await quiet.counts(sample) == (1, 0, 4)
    assert await credited(quiet, sale.order) == (2, 19800, 0)
    await check_books(quiet)
    await quiet.services.redis.flushall()
    await quiet.services.recovery.open_stock(quiet.shop.id)
    assert await quiet.counts(bottle) == (2, 0, 2)
    assert await quiet.counts(sample) == (1, 0, 4)


async def test_a_bundle_has_no_stock_of_its_own(show: Show) -> None:
    bottle = await show.product()
    good = {"sku": "SET", "name": "set", "price": 100, "parts": [{"variant": show.level(bottle), "units": 2}]}
    made = await show.call("POST", "/api/v1/host/products", {"name": "Set", "variants": [good]})
    (variant,) = made["variants"]
    assert variant["parts"][0]["name"] == "30 ml"
    with pytest.raises(Refused) as refused:
        await show.call("PUT", f"/api/v1/host/variants/{variant['id']}/stock", {"stocked": 3})
    assert refused.value.code == "catalog.bundle"
    assert variant["id"] not in (await show.services.stock.book(show.shop.id))
    for parts, code in (
        ([{"variant": variant["id"]}], "request.invalid"),
        ([{"variant": show.level(bottle)}] * 2, "request.invalid"),
        ([{"variant": "var_unheard-of"}], "catalog.no_such_variant"),
        ([{"variant": show.level(bottle), "units": 0}], "request.invalid"),
        ([{"variant": show.level(bottle), "stocked": 1}], "request.invalid"),
        (None, "request.invalid"),
    ):
        body = {"name": "Set", "variants": [{**good, "sku": "SET-2", "parts": parts}]}
        with pytest.raises(Refused) as refused:
            await show.call("POST", "/api/v1/host/products", body)
        assert refused.value.code == code


async def test_a_changed_hold_ends_the_old_order_and_gets_its_own(show: Show) -> None:
    sale = await begin(show, stock=5)
    new = await change(sale.buyer, sale.hold, pick(sale.pin, 2))
    told = await sale.buyer.socket.told("order.changed")
    assert (told["order"]["id"], told["order"]["state"]) == (sale.order, "cancelled")
    checkout = await sale.buyer.checkout(new)
    assert (checkout["order"]["total"], checkout["deadline"]) == (9600, sale.hold["deadline"])
    assert (await sale.at_stripe())[0] == "canceled"
    await sale.buyer.pay(checkout)
    await sale.buyer.until_order(checkout, "paid")
    assert await show.counts(sale.product) == (3, 0, 2)


async def test_what_is_paid_is_not_changed_any_more(quiet: Show) -> None:
    sale = await begin(quiet, stock=5)
    await sale.pay()
    with pytest.raises(Refused) as refused:
        await change(sale.buyer, sale.hold, pick(sale.pin, 2))
    assert refused.value.code == "checkout.closed"
    assert await settlement(quiet).succeeded(await sale.event()) == "paid"
    assert await quiet.counts(sale.product) == (4, 0, 1)
    await check_books(quiet)


async def test_a_hold_with_a_checkout_is_no_basket_any_more(quiet: Show) -> None:
    sale = await begin(quiet, stock=5)
    await tap(sale.buyer, sale.pin, basket=True)
    assert len(await mine(sale.buyer)) == 2
    assert await sale.state() == ("pending", None)
