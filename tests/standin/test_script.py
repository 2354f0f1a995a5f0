"""The script in a real Chromium, in a page of another origin, typed and clicked as a person does."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.infra.stripe import ASKS, DECLINED, GOOD, StandIn

# One browser for all: they share its event loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

Opener = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("PROOFCAST_REQUIRE_ALL") == "1":
            pytest.fail("no chromium on the path")
        pytest.skip("no chromium on the path")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def opened(browser: Browser, shared_standin: StandIn) -> AsyncIterator[Opener]:
    """Opens the page for a new payment. Its policy allows no style of the script's but in sheets it makes."""
    await shared_standin.reset()
    gateway = shared_standin.gateway()
    page = await browser.new_page(viewport={"width": 420, "height": 640}, locale="en-GB")
    api = shared_standin.url
    policy = f"script-src 'unsafe-inline' {api}; connect-src {api}; style-src 'none'"
    html = (Path(__file__).parent / "page.html").read_text()

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", serve)
    async with TestServer(app, host="127.0.0.1") as server:

        async def open_page(**query: str) -> Page:
            key = f"script-{os.urandom(6).hex()}"
            payment = await gateway.create_payment("ord_1", 4800, "eur", "A bottle", {}, key)
            assert payment.client_secret
            asked = urlencode({"api": shared_standin.url, "secret": payment.client_secret, **query})
            await page.goto(f"http://localhost:{server.port}/?{asked}")
            await expect(page.get_by_role("status")).to_have_text("ready")
            return page

        yield open_page
    await page.close()
    await gateway.close()


async def type_card(page: Page, number: str, expiry: str = "1234", cvc: str = "123") -> None:
    """From the first field on, only with the keyboard: each field hands over to the next."""
    await page.get_by_label("Card number").click()
    await page.keyboard.type(number + expiry + cvc)


async def pay(page: Page) -> None:
    await page.get_by_role("button", name="Pay").click()


async def says(page: Page, text: str) -> None:
    await expect(page.get_by_role("status")).to_contain_text(text)


@pytest.mark.parametrize("kind", ["card", "payment"])
async def test_a_card_is_paid(opened: Opener, kind: str) -> None:
    page = await opened(type=kind)
    await type_card(page, GOOD)
    await expect(page.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    await expect(page.get_by_label("Expiry date")).to_have_value("12 / 34")
    await expect(page.get_by_label("Security code")).to_have_value("123")
    await pay(page)
    await says(page, "succeeded")


async def test_enter_pays_too(opened: Opener) -> None:
    page = await opened()
    await type_card(page, GOOD)
    await page.keyboard.press("Enter")
    await says(page, "succeeded")


async def test_declined_then_another_card(opened: Opener) -> None:
    page = await opened()
    await type_card(page, DECLINED)
    await pay(page)
    await says(page, "generic_decline: Your card was declined.")
    await page.get_by_label("Card number").fill("")
    await page.get_by_label("Card number").type(GOOD)
    await pay(page)
    await says(page, "succeeded")


@pytest.mark.parametrize("kind", ["card", "payment"])
async def test_three_d_secure(opened: Opener, kind: str) -> None:
    page = await opened(type=kind)
    await type_card(page, ASKS)
    await pay(page)
    await expect(page.get_by_role("dialog")).to_contain_text("€48.00")
    await page.get_by_role("button", name="Fail").click()
    await says(page, "payment_intent_authentication_failure")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await pay(page)
    await page.get_by_role("button", name="Complete").click()
    await says(page, "succeeded")


async def test_escape_is_no_agreement(opened: Opener) -> None:
    page = await opened()
    await type_card(page, ASKS)
    await pay(page)
    await expect(page.get_by_role("button", name="Complete")).to_be_focused()
    await page.keyboard.press("Escape")
    await says(page, "payment_intent_authentication_failure")


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "text"),
    [
        ("", "", "", "incomplete_number: Your card number is incomplete."),
        ("4242424242424241", "", "", "invalid_number: Your card number is invalid."),
        (GOOD, "1220", "123", "invalid_expiry_year_past"),
        (GOOD, "12", "", "incomplete_expiry"),
        (GOOD, "1234", "1", "incomplete_cvc"),
    ],
)
async def test_what_can_not_be_right_is_not_sent(
    opened: Opener, number: str, expiry: str, cvc: str, text: str
) -> None:
    page = await opened()
    await type_card(page, number, expiry, cvc)
    await pay(page)
    await says(page, text)


async def test_the_page_hears_what_is_typed(opened: Opener) -> None:
    page = await opened()
    await type_card(page, GOOD)
    changes = await page.evaluate("window.changes")
    assert (changes[0]["empty"], changes[0]["complete"]) == (False, False)
    assert (changes[-1]["complete"], changes[-1]["brand"], changes[-1].get("error")) == (True, "visa", None)
    await expect(page.locator("#card")).to_contain_class("StripeElement--complete StripeElement--focus")


async def test_correcting_in_the_middle_and_backwards(opened: Opener) -> None:
    page = await opened()
    await type_card(page, "424242424242", "", "")
    for _ in range(6):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.type("9")
    await expect(page.get_by_label("Card number")).to_have_value("4242 4249 2424 2")
    await page.keyboard.press("Backspace")
    await page.keyboard.press("End")
    await page.keyboard.type("42424")
    await expect(page.get_by_label("Expiry date")).to_have_value("04 / ")
    for _ in range(4):
        await page.keyboard.press("Backspace")
    await expect(page.get_by_label("Card number")).to_be_focused()


async def test_amex_is_grouped_its_own_way(opened: Opener) -> None:
    page = await opened()
    await type_card(page, "378282246310005", "1234", "1234")
    await expect(page.get_by_label("Card number")).to_have_value("3782 822463 10005")
    await pay(page)
    await says(page, "succeeded")


async def test_stripe_away(opened: Opener, shared_standin: StandIn) -> None:
    page = await opened()
    await type_card(page, GOOD)
    await shared_standin.fault("/confirm$", "drop")
    await pay(page)
    await says(page, "api_connection_error")
    await pay(page)
    await says(page, "succeeded")
