"""Goods that ship: where to, by which way, for how much; the payment follows, and nothing else decides it."""

import asyncio
from typing import Any

import msgspec
import pytest

from server.catalog.messages import CreateProduct, CreateVariant, ProductView
from server.checkout.countries import COUNTRIES
from server.checkout.delivery import options
from server.checkout.details import DetailsService
from server.checkout.messages import OrderDetails, SetDetails, ShopDelivery
from server.checkout.paying import Payer
from server.checkout.store import OrderStore
from server.core.auth import Grant
from tests.checkout.scene import SUCCEEDED, At, Crash, Sale, at_stripe, begin, die, row, settlement
from tests.infra.logs import Logs
from tests.infra.show import Json, Refused, Show
from tests.infra.stripe import ASKS, DECLINED, GOOD

POST = {"id": "post", "label": "Post", "price": 490, "free_from": 9000, "min_days": 2, "max_days": 3}
EXPRESS = {"id": "express", "label": "Express", "price": 1290}
FAR = {"id": "far", "label": "Air mail", "price": 2500}
SETTINGS: Json = {
    "zones": [
        {"name": "Home", "countries": ["DE"], "rates": [POST, EXPRESS]},
        {"name": "World", "countries": ["US"], "elsewhere": True, "rates": [FAR]},
    ],
    "home": "DE",
    "tax_inclusive": True,
    "taxes": [{"country": "DE", "rate": 1900}],
}
ULM = {"country": "DE", "line1": "Weg 1", "city": "Ulm", "postcode": "89073"}
ADA: Json = {"email": "ada@example.com", "name": "Ada", "address": ULM}


async def keep(show: Show, **changed: Any) -> None:
    await show.call("PUT", "/api/v1/host/delivery", {**SETTINGS, **changed})


async def details(sale: Sale, body: Json) -> Json:
    found: Json = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/details", body)
    return found


async def amount(sale: Sale, answer: Json) -> int:
    payment = answer["client_secret"].partition("_secret_")[0]
    found: int = (await sale.show.standin.call("GET", f"/v1/payment_intents/{payment}")).body["amount"]
    return found


async def test_until_it_is_known_where_to_nobody_can_pay(quiet: Show) -> None:
    await keep(quiet)
    sale = await begin(quiet, stock=9, quantity=1)
    assert sale.checkout["client_secret"] is None
    assert sale.checkout["delivery"]["home"] == "DE"
    assert "DE" in sale.checkout["delivery"]["countries"]
    assert (await row(quiet, sale.order))["payment"] is None
    answer = await details(sale, ADA)
    order = answer["order"]
    assert (order["subtotal"], order["shipping"], order["total"]) == (4800, 490, 5290)
    assert (order["tax"], order["tax_inclusive"]) == (845, True)  # 5290 * 19 / 119
    assert [(rate["id"], rate["price"]) for rate in answer["rates"]] == [("post", 490), ("express", 1290)]
    assert (answer["rate"], await amount(sale, answer)) == ("post", 5290)


async def test_another_way_changes_the_same_payment(quiet: Show) -> None:
    await keep(quiet)
    sale = await begin(quiet)
    first = await details(sale, ADA)
    for rate, total in (("express", 6090), ("post", 5290), ("express", 6090)):  # there and back again
        answer = await details(sale, {**ADA, "rate": rate})
        assert (answer["order"]["total"], await amount(sale, answer)) == (total, total)
        assert answer["client_secret"] == first["client_secret"]
    before = await row(quiet, sale.order)
    assert (await details(sale, {**ADA, "rate": "express"}))["order"]["total"] == 6090
    assert await row(quiet, sale.order) == before
    assert (await quiet.standin.confirm(first["client_secret"], GOOD)).body["status"] == "succeeded"
    sale.checkout["client_secret"] = first["client_secret"]
    assert await settlement(quiet).succeeded(await sale.event(SUCCEEDED)) == "paid"


async def test_free_from_and_tax_on_top(quiet: Show) -> None:
    await keep(quiet, tax_inclusive=False)
    sale = await begin(quiet, stock=9, quantity=2)
    order = (await details(sale, ADA))["order"]
    assert (order["subtotal"], order["shipping"], order["tax"], order["total"]) == (9600, 0, 1824, 11424)
    abroad = {"country": "NO", "line1": "Vei 1", "city": "Oslo", "postcode": "0150"}
    order = (await details(sale, {**ADA, "address": abroad}))["order"]
    assert (order["shipping"], order["tax"], order["total"]) == (2500, 0, 12100)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"address": None}, "checkout.bad_address"),
        ({"address": {**ULM, "postcode": "8907"}}, "checkout.bad_address"),
        ({"address": {**ULM, "postcode": "٨٩٠٧٣"}}, "checkout.bad_address"),
        ({"address": {**ULM, "city": " "}}, "checkout.bad_address"),
        ({"address": {**ULM, "country": "US", "postcode": "10001"}}, "checkout.bad_address"),
        ({"address": {**ULM, "country": "XX"}}, "checkout.not_delivered"),
        ({"rate": "far"}, "checkout.no_such_rate"),
        ({"total": 1}, "request.invalid"),
        ({"shipping": 0}, "request.invalid"),
        ({"address": {**ULM, "price": 0}}, "request.invalid"),
    ],
)
async def test_what_does_not_fit_changes_nothing(quiet: Show, change: Json, code: str) -> None:
    await keep(quiet)
    sale = await begin(quiet)
    await details(sale, ADA)
    before = await row(quiet, sale.order)
    with pytest.raises(Refused, match=code):
        await details(sale, {**ADA, **change})
    assert await row(quiet, sale.order) == before
    assert (await at_stripe(quiet, before["payment"]))[0] == "requires_payment_method"


async def test_a_payment_that_is_being_confirmed_is_not_changed(quiet: Show) -> None:
    await keep(quiet)
    sale = await begin(quiet)
    answer = await details(sale, ADA)
    await quiet.standin.confirm(answer["client_secret"], DECLINED)
    assert (await details(sale, {**ADA, "rate": "express"}))["order"][
        "total"
    ] == 6090  # a bank's no is no end
    await quiet.standin.confirm(answer["client_secret"], ASKS)
    with pytest.raises(Refused, match="being_paid"):
        await details(sale, {**ADA, "rate": "post"})
    assert (await row(quiet, sale.order))["total"] == await amount(sale, answer) == 6090


async def test_a_payment_confirmed_at_the_last_moment_is_not_changed(quiet: Show) -> None:
    """Between our look at it and our change."""
    await keep(quiet)
    sale = await begin(quiet)
    answer = await details(sale, ADA)

    async def confirm() -> None:
        await quiet.standin.confirm(answer["client_secret"], GOOD)

    gateway = At(quiet.services.gateway, "change_amount", confirm, before=True)
    with pytest.raises(Exception, match="being paid"):
        await service(quiet, gateway=gateway).set(grant(sale), sale.order, body(rate="express"))
    assert (await row(quiet, sale.order))["total"] == 5290
    sale.checkout["client_secret"] = answer["client_secret"]
    assert await settlement(quiet).succeeded(await sale.event(SUCCEEDED)) == "paid"


async def test_dying_between_stripe_and_sql_is_mended_before_the_next_try(quiet: Show) -> None:
    await keep(quiet)
    sale = await begin(quiet)
    answer = await details(sale, ADA)
    store = At(OrderStore(quiet.services.db), "set_details", die, before=True)
    with pytest.raises(Crash):
        await service(quiet, store=store).set(grant(sale), sale.order, body(rate="express"))
    assert await amount(sale, answer) == 6090
    assert (await row(quiet, sale.order))["total"] == 5290
    assert (await sale.buyer.checkout(sale.hold))["client_secret"] == answer["client_secret"]
    assert await amount(sale, answer) == 5290


async def test_two_tabs_at_once_end_with_one_payment_at_the_orders_total(quiet: Show) -> None:
    await keep(quiet)
    sale = await begin(quiet)
    bodies = [{**ADA, "rate": rate} for rate in ("post", "express")] * 3
    answers = await asyncio.gather(*(details(sale, one) for one in bodies), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert all(isinstance(one, Refused) and one.body["retryable"] for one in refused)
    found = [answer["client_secret"] for answer in answers if not isinstance(answer, BaseException)]
    assert len(set(found)) == 1
    last = await details(sale, {**ADA, "rate": "express"})
    assert await amount(sale, last) == (await row(quiet, sale.order))["total"] == 6090


async def test_what_is_digital_asks_for_no_address(quiet: Show) -> None:
    await keep(quiet, tax_inclusive=False)
    stream = await quiet.stream()
    pin, buyer = await quiet.pin(stream, await digital(quiet)), await quiet.viewer(stream)
    checkout = await buyer.checkout(await buyer.hold(pin))
    assert checkout["delivery"] is None
    assert (checkout["order"]["total"], checkout["order"]["tax"]) == (1190, 190)  # taxed as at home
    assert checkout["client_secret"]


async def digital(show: Show) -> ProductView:
    made = CreateProduct(
        name="A file", digital=True, variants=[CreateVariant(sku="FILE", name="one", price=1000, stocked=3)]
    )
    product = await show.services.catalog.create(show.shop.id, "eur", made)
    await show.services.stock.set_stock(show.shop.id, {product.variants[0].id: 3})
    return product


async def test_nobody_else_sets_or_sees_it_and_no_log_has_it(quiet: Show, logs: Logs) -> None:
    await keep(quiet)
    sale = await begin(quiet)
    await details(sale, ADA)
    kept = msgspec.json.decode((await row(quiet, sale.order))["details"], type=OrderDetails)
    assert kept.address is not None
    assert kept.address.line1 == "Weg 1"
    other = await quiet.viewer(sale.stream)
    with pytest.raises(Refused, match="no_such_order"):
        await other.call("POST", f"/api/v1/orders/{sale.order}/details", ADA)
    assert "Weg 1" not in str(await sale.buyer.call("GET", f"/api/v1/orders/{sale.order}"))
    assert not any(word in logs.text() for word in ("Weg 1", "ada@example.com", "89073"))


@pytest.mark.parametrize(
    "change",
    [
        {"home": "XX"},
        {"taxes": [{"country": "DE", "rate": 1}, {"country": "DE", "rate": 2}]},
        {"taxes": [{"country": "DE", "rate": 10001}]},
        {"zones": [{"name": "A", "countries": ["DE", "DE"], "rates": [POST]}]},
        {"zones": [{"name": "A", "countries": ["DE"], "rates": [POST, POST]}]},
        {"zones": [{"name": "A", "countries": [], "rates": [POST]}]},
        {"zones": [{"name": "A", "countries": ["DE"], "rates": []}]},
        {"zones": [{"name": "A", "elsewhere": True, "rates": [POST]}] * 2},
        {"zones": [{"name": "A", "countries": ["DE"], "rates": [{**POST, "min_days": 4}]}]},
    ],
)
async def test_settings_that_contradict_themselves_are_refused(quiet: Show, change: Json) -> None:
    await keep(quiet)
    with pytest.raises(Refused, match="invalid"):
        await keep(quiet, **change)
    assert (await quiet.call("GET", "/api/v1/host/delivery"))["zones"][0]["rates"][0]["id"] == "post"


def test_everywhere_else_is_every_country() -> None:
    settings = msgspec.convert(SETTINGS, ShopDelivery)
    assert options(settings).countries == sorted(COUNTRIES)
    assert len(COUNTRIES) == 249
    only_home = msgspec.convert({**SETTINGS, "zones": SETTINGS["zones"][:1]}, ShopDelivery)
    assert options(only_home).countries == ["DE"]


def grant(sale: Sale) -> Grant:
    return Grant(kind="viewer", shop=sale.show.shop.id, viewer=sale.buyer.id, expires_at=4_000_000_000_000)


def body(**changed: Any) -> SetDetails:
    return msgspec.convert({**ADA, **changed}, SetDetails)


def service(show: Show, store: Any = None, gateway: Any = None) -> DetailsService:
    store = store or OrderStore(show.services.db)
    payer = Payer(store, gateway or show.services.gateway)
    return DetailsService(store, payer, show.services.delivery)
