"""Products with their stock, over HTTP."""

from typing import Any

import pytest

from tests.infra.shops import neighbour
from tests.infra.show import Json, Refused, Show, fresh_key

PRODUCTS = "/api/v1/host/products"


def variant(sku: str, **changed: Any) -> Json:
    return {"sku": sku, "name": "30 ml", "price": 4800, "stocked": 10, **changed}


async def test_a_product_is_listed_with_its_stock(show: Show) -> None:
    body = {
        "name": "Pale Root",
        "description": "Iris, vetiver.\nA long evening.",
        "image_url": "/media/pale-root.svg",
        "variants": [variant("S", stocked=3, was_price=5200, limit=2), variant("L", price=50, stocked=0)],
    }
    made = await show.call("POST", PRODUCTS, body)
    assert (made["name"], made["currency"], made["description"]) == ("Pale Root", "eur", body["description"])
    small, large = made["variants"]
    assert (small["price"], small["was_price"], small["limit"]) == (4800, 5200, 2)
    assert (large["price"], large["was_price"], large["limit"]) == (50, None, 5)
    listed = await show.call("GET", PRODUCTS)
    assert listed["products"] == [made]
    assert listed["stock"]["variants"] == {
        small["id"]: {"stocked": 3, "available": 3, "held": 0, "sold": 0},
        large["id"]: {"stocked": 0, "available": 0, "held": 0, "sold": 0},
    }


@pytest.mark.parametrize("price", [0, 1, 49])
async def test_a_price_that_stripe_would_refuse_is_refused_at_once(show: Show, price: int) -> None:
    body = {"name": "A", "variants": [variant("S"), variant("L", price=price)]}
    with pytest.raises(Refused, match="price_too_low") as refused:
        await show.call("POST", PRODUCTS, body)
    assert refused.value.body["details"] == {"minimum": 50, "currency": "eur"}
    assert await show.services.catalog.products(show.shop.id, "eur") == []


async def test_a_sku_is_a_shops_once(show: Show) -> None:
    await show.call("POST", PRODUCTS, {"name": "A", "variants": [variant("S")]})
    before = await show.call("GET", PRODUCTS)
    for code, variants in (
        ("catalog.sku_taken", [variant("L"), variant("S")]),
        ("request.invalid", [variant("L"), variant("L")]),
        ("request.invalid", []),
    ):
        with pytest.raises(Refused, match=code):
            await show.call("POST", PRODUCTS, {"name": "B", "variants": variants})
    assert await show.call("GET", PRODUCTS) == before
    async with neighbour(show) as other:
        made = await other.call("POST", PRODUCTS, {"name": "A", "variants": [variant("S")]})
        assert made["currency"] == "usd"


async def test_stock_is_set_to_what_there_is_in_all(show: Show) -> None:
    product = await show.product(stock=5)
    stream = await show.stream()
    pin, viewer = await show.pin(stream, product), await show.viewer(stream)
    await viewer.hold(pin, quantity=2)
    where = f"/api/v1/host/variants/{product.variants[0].id}/stock"
    book = await show.call("PUT", where, {"stocked": 8})
    assert book["variants"][product.variants[0].id] == {"stocked": 8, "available": 6, "held": 2, "sold": 0}
    assert await show.call("PUT", where, {"stocked": 8}) is not None
    with pytest.raises(Refused) as refused:
        await show.call("PUT", where, {"stocked": 1})
    assert (refused.value.status, refused.value.code) == (409, "stock.below_committed")
    assert await show.counts(product) == (6, 2, 0)
    await show.call("PUT", where, {"stocked": 2})
    assert await show.counts(product) == (0, 2, 0)


async def test_another_shops_variant_is_unknown(show: Show) -> None:
    product = await show.product(stock=5)
    async with neighbour(show) as other:
        for unknown in (product.variants[0].id, "var_unknown"):
            with pytest.raises(Refused) as refused:
                await other.call("PUT", f"/api/v1/host/variants/{unknown}/stock", {"stocked": 0})
            assert (refused.value.status, refused.value.code) == (404, "catalog.no_such_variant")
        theirs = await other.call("POST", PRODUCTS, {"name": "A", "variants": [variant("S")]})
        listed = await other.call("GET", PRODUCTS)
        assert listed["products"] == [theirs]
        assert list(listed["stock"]["variants"]) == [theirs["variants"][0]["id"]]
    assert await show.counts(product) == (5, 0, 0)


async def test_addresses_of_pictures_are_addresses(show: Show) -> None:
    wrong = ("javascript:alert(1)", "data:image/svg+xml,x", "//x y", "x.jpg", "/a'b", '/a"b', "/a<b", "/a\n")
    for address in wrong:
        body = {"name": "A", "image_url": address, "variants": [variant("S")]}
        with pytest.raises(Refused, match=r"request\.invalid"):
            await show.call("POST", PRODUCTS, body)
    assert await show.services.catalog.products(show.shop.id, "eur") == []


async def test_the_same_key_makes_a_product_once_and_leaves_its_stock(show: Show) -> None:
    body = {"name": "A", "variants": [variant("S", stocked=10)], "key": fresh_key()}
    made = await show.call("POST", PRODUCTS, body)
    where = f"/api/v1/host/variants/{made['variants'][0]['id']}/stock"
    await show.call("PUT", where, {"stocked": 20})
    again = body | {"name": "Another name", "variants": [variant("T"), variant("S", stocked=1)]}
    for copy in (body, again):
        assert await show.call("POST", PRODUCTS, copy) == made
    listed = await show.call("GET", PRODUCTS)
    assert listed["products"] == [made]
    assert [count["stocked"] for count in listed["stock"]["variants"].values()] == [20]
    async with neighbour(show) as other:  # a key is of one shop
        assert (await other.call("POST", PRODUCTS, body))["id"] != made["id"]
