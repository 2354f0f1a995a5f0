"""A viewer buys, in a real browser, while another one watches."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage
from tests.infra.stripe import ASKS, DECLINED, GOOD

pytestmark = pytest.mark.browser
DROP = "Cellar Batch, 40 numbered"


async def hold_and_open(screen: Screen) -> None:
    await screen.part("buy").click()
    await expect(screen.part("countdown")).to_have_text(re.compile(r"\d:\d\d"))
    await expect(screen.paying("buy-now")).to_be_visible(timeout=15_000)


async def test_a_card_is_paid_and_every_screen_knows(stage: Stage, browser: Chromium) -> None:
    buyer, other = await browser.open(stage.watch), await browser.open(stage.watch, size=PHONE)
    await stage.pin(DROP)
    await expect(buyer.part("buy")).to_have_text(re.compile("Hold one . €145"))
    await expect(other.part("buy")).to_be_visible()
    await browser.picture(buyer, "watch-desktop")
    await browser.picture(other, "watch-phone")

    await buyer.part("buy").click()
    await expect(buyer.part("countdown")).to_have_text(re.compile(r"\d:\d\d"))
    assert await stage.counts(DROP) == (39, 1, 0)
    await expect(buyer.paying("buy-now")).to_have_text(re.compile("Buy now, pay €145.00"), timeout=15_000)
    await buyer.fill_card(GOOD)
    await browser.picture(buyer, "payment-desktop")
    playing = await buyer.page.evaluate(VIDEO_TIME)
    await buyer.paying("buy-now").click()
    await expect(buyer.paying("paid")).to_be_visible(timeout=20_000)
    await expect(buyer.paying("order-number")).to_have_text(re.compile(r"[2-9A-Z]{8}"))
    await browser.picture(buyer, "paid-desktop")
    assert await stage.counts(DROP) == (39, 0, 1)
    assert await buyer.page.evaluate(VIDEO_TIME) != playing, "the picture stood still under the sheet"
    assert buyer.complaints == []
    assert other.complaints == []


VIDEO_TIME = """() => {
  const find = (root) => root.querySelector("video")
    ?? [...root.querySelectorAll("*")].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
  return find(document).currentTime;
}"""


async def test_the_other_viewer_sees_the_stock_move(stage: Stage, browser: Chromium) -> None:
    refill = "Refill flask"  # 22 of its first variant: exact below twenty
    variant = stage.products[refill].variants[0].id
    await stage.show.services.stock.set_stock(stage.show.shop.id, {variant: 12})
    buyer, other = await browser.open(stage.watch), await browser.open(stage.watch)
    await stage.pin(refill)
    await expect(other.part("stock")).to_have_text("12 left")
    await buyer.part("buy").click()
    await expect(other.part("stock")).to_have_text("11 left")
    await buyer.part("close-sheet").click()
    await expect(other.part("stock")).to_have_text("12 left")


async def test_a_declined_card_keeps_the_hold_and_another_card_pays(stage: Stage, browser: Chromium) -> None:
    await stage.pin(DROP)
    buyer = await browser.open(stage.watch, size=PHONE)
    await hold_and_open(buyer)
    await browser.picture(buyer, "payment-phone")
    await buyer.fill_card(DECLINED)
    await buyer.paying("buy-now").click()
    await expect(buyer.paying("declined")).to_be_visible(timeout=15_000)
    await browser.picture(buyer, "declined-phone")
    assert await stage.counts(DROP) == (39, 1, 0)
    await buyer.fill_card(GOOD)
    await buyer.paying("buy-now").click()
    await expect(buyer.paying("paid")).to_be_visible(timeout=20_000)
    await browser.picture(buyer, "paid-phone")
    assert await stage.counts(DROP) == (39, 0, 1)


@pytest.mark.parametrize("agrees", [True, False])
async def test_three_d_secure(stage: Stage, browser: Chromium, agrees: bool) -> None:
    await stage.pin(DROP)
    buyer = await browser.open(stage.watch)
    await hold_and_open(buyer)
    await buyer.fill_card(ASKS)
    await buyer.paying("buy-now").click()
    answer = buyer.payment().get_by_role("button", name="Complete" if agrees else "Fail")
    await expect(answer).to_be_visible(timeout=15_000)
    if agrees:
        await browser.picture(buyer, "three-d-secure-desktop")
    await answer.click()
    if agrees:
        await expect(buyer.paying("paid")).to_be_visible(timeout=20_000)
        assert await stage.counts(DROP) == (39, 0, 1)
    else:
        await expect(buyer.paying("declined")).to_be_visible(timeout=15_000)
        assert await stage.counts(DROP) == (39, 1, 0)


async def test_closing_the_sheet_gives_the_unit_back(stage: Stage, browser: Chromium) -> None:
    await stage.pin(DROP)
    buyer = await browser.open(stage.watch)
    await hold_and_open(buyer)
    await buyer.paying("email").fill("ada@example.com")
    await buyer.part("close-sheet").click()
    await expect(buyer.part("leave-question")).to_be_visible()  # something was typed: it asks, once
    await buyer.part("leave").click()
    await expect(buyer.part("buy")).to_be_visible(timeout=15_000)
    assert await stage.counts(DROP) == (40, 0, 0)


async def test_a_hold_that_runs_out_is_given_back(stage: Stage, browser: Chromium) -> None:
    from server.accounts.messages import ChangeShop

    await stage.show.services.accounts.change_shop(stage.show.shop.id, ChangeShop(hold_seconds=6))
    await stage.pin(DROP)
    buyer = await browser.open(stage.watch)
    await buyer.part("buy").click()
    await expect(buyer.part("more-time")).to_be_visible(timeout=20_000)
    await browser.picture(buyer, "more-time-desktop")
    await expect(buyer.part("hold")).to_be_hidden(timeout=40_000)
    await expect(buyer.part("buy")).to_be_visible(timeout=20_000)
    assert await stage.counts(DROP) == (40, 0, 0)


async def test_sold_out_says_so_and_holds_nothing(stage: Stage, browser: Chromium) -> None:
    variant = stage.products[DROP].variants[0].id
    await stage.show.services.stock.set_stock(stage.show.shop.id, {variant: 1})
    await stage.pin(DROP)
    first, second = await browser.open(stage.watch), await browser.open(stage.watch)
    await expect(second.part("stock")).to_have_text(re.compile("last one", re.IGNORECASE))
    await first.part("buy").click()
    await expect(first.part("hold")).to_be_visible()
    await expect(second.part("sold-out")).to_be_visible()
    await expect(second.part("buy")).to_be_hidden()
    await browser.picture(second, "sold-out-desktop")


async def test_a_reload_finds_the_hold_again(stage: Stage, browser: Chromium) -> None:
    await stage.pin(DROP)
    buyer = await browser.open(stage.watch)
    await buyer.part("buy").click()
    await expect(buyer.part("hold")).to_be_visible()
    await buyer.page.reload()
    await expect(buyer.part("hold")).to_be_visible(timeout=10_000)
    await browser.picture(buyer, "held-desktop")
    assert await stage.counts(DROP) == (39, 1, 0)
    await buyer.part("let-go").click()
    await expect(buyer.part("buy")).to_be_visible()
    assert await stage.counts(DROP) == (40, 0, 0)
