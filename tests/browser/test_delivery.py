"""Goods that ship: address, way of delivery, card, in one sheet over the stream."""

import re
from typing import Any

import msgspec
import pytest
from playwright.async_api import Locator, expect

from demo.delivery import DELIVERY
from server.checkout.messages import OrderDetails
from server.checkout.store import OrderStore
from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage
from tests.infra.stripe import GOOD

pytestmark = pytest.mark.browser
SAMPLES = "Three Vetivers, sample set"  # €18.00


async def begin(stage: Stage, screen: Screen) -> None:
    await stage.pin(SAMPLES)
    await screen.part("buy").click()
    await expect(screen.paying("to-card")).to_be_visible(timeout=15_000)


async def type_address(screen: Screen) -> None:
    for name, words in (
        ("email", "ada@example.com"),
        ("name", "Ada Byron"),
        ("line1", "Weg 1"),
        ("postcode", "8907"),
        ("city", "Ulm"),
    ):
        await details(screen, name).fill(words)


def details(screen: Screen, name: str) -> Locator:
    return screen.payment().locator(f'[data-pc="details-form"] [data-pc="{name}"]')


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
async def test_address_way_and_card_in_one_sheet(
    stage: Stage, browser: Chromium, size: dict[str, int] | None
) -> None:
    await stage.show.services.delivery.change(stage.show.shop.id, DELIVERY)
    name = "phone" if size else "desktop"
    buyer = await (browser.open(stage.watch, size=size) if size else browser.open(stage.watch))
    await begin(stage, buyer)
    await buyer.paying("to-card").click()
    await expect(details(buyer, "email-wrong")).to_be_visible()
    await expect(details(buyer, "email")).to_be_focused()
    await type_address(buyer)
    await details(buyer, "remember").check()
    await browser.picture(buyer, f"delivery-address-{name}")
    await buyer.paying("to-card").click()
    await expect(details(buyer, "postcode-wrong")).to_be_visible(timeout=15_000)  # the server knows better
    await details(buyer, "postcode").fill("89073")
    await details(buyer, "postcode").press("Enter")
    await expect(buyer.paying("buy-now")).to_have_text(re.compile("Buy now, pay €22.90"), timeout=15_000)
    await buyer.paying("way-de-express").check()
    await expect(buyer.paying("buy-now")).to_have_text(re.compile("Buy now, pay €30.90"), timeout=15_000)
    await expect(buyer.paying("tax")).to_have_text("€4.93")
    await buyer.fill_number(GOOD)
    await browser.picture(buyer, f"delivery-payment-{name}")
    await buyer.paying("buy-now").click()
    await expect(buyer.paying("paid")).to_be_visible(timeout=20_000)
    number = await buyer.paying("order-number").inner_text()
    row = await of_number(stage, number)
    assert (row["state"], row["total"], row["email"]) == ("paid", 3090, "ada@example.com")
    kept = msgspec.json.decode(row["details"], type=OrderDetails)
    assert (kept.name, kept.address and kept.address.postcode) == ("Ada Byron", "89073")
    assert [said for said in buyer.complaints if "422" not in said] == []


async def of_number(stage: Stage, number: str) -> dict[str, Any]:
    store = OrderStore(stage.show.services.db)
    for _viewer, order in await stage.show.services.checkout.changed_since(stage.show.shop.id, 0):
        if order.number == number:
            found = await store.get(order.id)
            assert found is not None
            return found
    raise AssertionError("no such order")


async def test_what_was_typed_is_there_again_only_where_it_was_ticked(
    stage: Stage, browser: Chromium
) -> None:
    await stage.show.services.delivery.change(stage.show.shop.id, DELIVERY)
    buyer = await browser.open(stage.watch)
    await begin(stage, buyer)
    await expect(details(buyer, "country")).to_have_value("DE")
    await type_address(buyer)
    await details(buyer, "postcode").fill("89073")
    await buyer.paying("to-card").click()
    await expect(buyer.paying("goes-to")).to_have_text(re.compile("Ada Byron, Weg 1, 89073 Ulm"))
    kept = "() => localStorage.getItem('proofcast.buyer')"
    assert await buyer.page.evaluate(kept) is None
    await buyer.paying("edit-details").click()
    await expect(details(buyer, "name")).to_have_value("Ada Byron")
    await details(buyer, "remember").check()
    await buyer.paying("to-card").click()
    await expect(buyer.paying("goes-to")).to_be_visible()
    assert "Ada Byron" in await buyer.page.evaluate(kept)


async def test_the_host_sets_zones_and_tax(stage: Stage, browser: Chromium) -> None:
    host = await browser.open(f"{stage.host}#shop")
    await stage.sign_in(host)
    await host.part("section-shop").click()
    await expect(host.part("delivery-empty")).to_be_visible(timeout=15_000)
    await host.part("delivery-add-zone").click()
    await host.part("delivery-save").click()
    await expect(host.part("delivery-0.name")).to_be_focused()
    for name, words in (
        ("0.name", "Home"),
        ("0.countries", "de, at"),
        ("0.0.label", "Post"),
        ("0.0.price", "4.90"),
        ("0.0.free", "90"),
        ("home", "de"),
    ):
        await host.part(f"delivery-{name}").fill(words)
    await host.part("delivery-add-tax").click()
    await host.part("delivery-tax.0.country").fill("DE")
    await host.part("delivery-tax.0.percent").fill("19")
    await browser.picture(host, "host-delivery-desktop")
    await host.part("delivery-save").click()
    await expect(host.page.get_by_text("Delivery and tax are kept.")).to_be_visible()
    kept = await stage.show.services.delivery.read(stage.show.shop.id)
    (zone,) = kept.zones
    assert (zone.countries, zone.rates[0].price, zone.rates[0].free_from) == (["DE", "AT"], 490, 9000)
    assert (kept.home, kept.taxes[0].rate) == ("DE", 1900)
    assert host.complaints == []
