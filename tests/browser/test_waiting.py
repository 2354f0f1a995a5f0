"""What is sold out, in a real browser: a viewer waits in line, and is offered what another one lets go."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage
from tests.infra.stripe import GOOD

pytestmark = pytest.mark.browser
DROP = "Cellar Batch, 40 numbered"


async def taken(stage: Stage, browser: Chromium) -> Screen:
    """The screen of a viewer who holds the last one."""
    variant = stage.products[DROP].variants[0].id
    await stage.show.services.stock.set_stock(stage.show.shop.id, {variant: 1})
    await stage.pin(DROP)
    first = await browser.open(stage.watch)
    await first.part("buy").click()
    await expect(first.part("hold")).to_be_visible()
    return first


async def let_go(screen: Screen) -> None:
    """Closing the payment gives the unit back."""
    await expect(screen.paying("buy-now")).to_be_visible(timeout=15_000)
    await screen.part("close-sheet").click()


async def test_who_waits_is_offered_what_comes_back_and_pays_for_it(stage: Stage, browser: Chromium) -> None:
    first = await taken(stage, browser)
    waits, behind = await browser.open(stage.watch, size=PHONE), await browser.open(stage.watch)
    await expect(waits.part("wait")).to_have_text(re.compile("Wait for one"))
    await browser.picture(waits, "sold-out-phone")
    await waits.part("wait").click()
    await expect(waits.part("place")).to_have_text("You are next in line")
    await behind.part("wait").click()
    await expect(behind.part("place")).to_have_text("You are 2nd in line")
    await browser.picture(behind, "in-line-desktop")
    await browser.picture(waits, "in-line-phone")

    await let_go(first)
    await expect(waits.part("held-words")).to_have_text(re.compile(r"One is yours until \d\d:\d\d"))
    await expect(waits.part("announcer")).to_contain_text("One is yours until")
    await expect(behind.part("place")).to_have_text("You are next in line")
    await browser.picture(waits, "offered-phone")
    assert await stage.counts(DROP) == (0, 1, 0)

    await waits.part("pay").click()
    await expect(waits.paying("buy-now")).to_be_visible(timeout=15_000)
    await waits.fill_card(GOOD)
    await waits.paying("buy-now").click()
    await expect(waits.paying("paid")).to_be_visible(timeout=20_000)
    assert await stage.counts(DROP) == (0, 0, 1)

    await behind.part("leave-line").click()
    await expect(behind.part("notice")).to_contain_text("left the line")
    await expect(behind.part("wait")).to_be_visible()
    assert waits.complaints == []
    assert behind.complaints == []


async def test_a_reload_and_a_second_tab_have_place_and_offer(stage: Stage, browser: Chromium) -> None:
    first = await taken(stage, browser)
    waits = await browser.open(stage.watch)
    await waits.part("wait").click()
    await expect(waits.part("place")).to_have_text("You are next in line")
    await waits.page.reload()
    await expect(waits.part("place")).to_have_text("You are next in line")
    tab = Screen(await waits.context.new_page(), waits.context)
    await tab.page.goto(stage.watch)
    await expect(tab.part("place")).to_have_text("You are next in line")

    await let_go(first)
    for screen in (waits, tab):
        await expect(screen.part("hold")).to_be_visible()
        await expect(screen.part("held-words")).to_contain_text("One is yours until")
    await tab.page.reload()
    await expect(tab.part("held-words")).to_contain_text("One is yours until")
    await tab.part("let-go").click()
    for screen in (waits, tab):
        await expect(screen.part("hold")).to_be_hidden()
        await expect(screen.part("buy")).to_be_visible()
    assert await stage.counts(DROP) == (1, 0, 0)


async def test_a_tap_in_one_tab_is_held_in_the_other(stage: Stage, browser: Chromium) -> None:
    await stage.pin(DROP)
    one = await browser.open(stage.watch)
    await expect(one.part("buy")).to_be_visible()
    other = Screen(await one.context.new_page(), one.context)
    await other.page.goto(stage.watch)
    await expect(other.part("buy")).to_be_visible()
    await one.part("buy").click()
    await expect(other.part("hold")).to_be_visible()
    await other.part("let-go").click()
    await expect(other.part("buy")).to_be_visible()
    assert await stage.counts(DROP) == (40, 0, 0)
