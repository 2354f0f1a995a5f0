"""The host panel and the report, in a real browser, with a viewer beside."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PHONE, Chromium
from tests.browser.conftest import Stage
from tests.infra.stripe import GOOD

pytestmark = pytest.mark.browser
DROP = "Cellar Batch, 40 numbered"


async def test_a_show_is_run_with_one_click_each(stage: Stage, browser: Chromium) -> None:
    host = await browser.open(stage.host)
    await browser.picture(host, "host-sign-in-desktop")
    await stage.sign_in(host)
    await expect(host.part(f"stream-{stage.stream.id}")).to_be_visible()
    await browser.picture(host, "host-streams-desktop")
    await host.page.goto(stage.panel)
    viewer = await browser.open(stage.watch)
    drop, pale = stage.products[DROP], stage.products["Pale Root"]
    await expect(host.part("number-viewers")).to_contain_text("1", timeout=10_000)
    await expect(host.part("audience")).to_have_text("peak 1")

    await host.part(f"pin-{drop.id}").click()
    await expect(viewer.part("name")).to_have_text(DROP)
    await host.part(f"pin-{pale.id}").click()
    await expect(viewer.part("name")).to_have_text("Pale Root")
    await viewer.part("buy").click()
    await expect(host.part("number-held")).to_contain_text("1")
    await browser.picture(host, "host-show-desktop")
    await expect(viewer.paying("buy-now")).to_be_visible(timeout=15_000)
    await viewer.fill_card(GOOD)
    await viewer.paying("buy-now").click()
    await expect(viewer.paying("paid")).to_be_visible(timeout=20_000)
    await expect(host.part("number-sold")).to_contain_text("1")
    await expect(host.part("number-revenue")).to_contain_text("€48.00")
    await expect(host.part(f"left-{pale.variants[0].id}").first).to_contain_text("35")

    pins = await stage.show.services.pins.shown(stage.show.shop, stage.stream.id)
    assert [pin.product.name for pin in pins] == ["Pale Root", DROP]
    await host.part(f"unpin-{pins[0].id}").first.click()
    await expect(host.part(f"pinned-{pins[0].id}")).to_be_hidden()
    await expect(host.part("toast")).to_contain_text("taken down")  # and not still the words about the pin
    await host.part("undo").click()
    await expect(host.part("pinned").get_by_text("Pale Root").first).to_be_visible()
    assert host.complaints == []


async def test_a_stream_is_created_started_and_ended(stage: Stage, browser: Chromium) -> None:
    host = await browser.open(stage.host)
    await stage.sign_in(host)
    await host.part("create-stream").click()
    await host.part("stream-title").fill("A second evaluation")
    await host.part("stream-source").fill("/media/clip.mp4")
    await browser.picture(host, "host-new-stream-desktop")
    await host.part("stream-save").click()
    await expect(host.page.get_by_text("A second evaluation").first).to_be_visible()
    streams = await stage.show.services.streams.of_shop(stage.show.shop)
    made = next(stream for stream in streams if stream.title == "A second evaluation")
    await host.page.goto(f"{stage.host}/streams/{made.id}")
    await host.part("go-live").click()
    await host.part("confirm").click()
    viewer = await browser.open(f"{stage.show.url}/watch/{made.id}", size=PHONE)
    await expect(viewer.part("live")).to_be_visible()
    await host.part("end-show").click()
    await host.part("confirm").click()
    await expect(viewer.page.get_by_text(re.compile("ended|over", re.IGNORECASE)).first).to_be_visible()
    await browser.picture(viewer, "ended-phone")
    assert (await stage.show.services.streams.of(stage.show.shop, made.id)).state == "ended"


async def test_the_panel_fits_a_phone(stage: Stage, browser: Chromium) -> None:
    host = await browser.open(stage.host, size=PHONE)
    await stage.sign_in(host)
    await expect(host.part(f"stream-{stage.stream.id}")).to_be_visible()
    await host.page.goto(stage.panel)
    await expect(host.part("pin-next")).to_be_visible()
    await browser.picture(host, "host-show-phone")
    width = await host.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


async def test_the_report_shows_what_happened(stage: Stage, browser: Chromium) -> None:
    await stage.pin(DROP)
    viewer = await browser.open(stage.watch)
    await viewer.part("buy").click()
    await expect(viewer.paying("buy-now")).to_be_visible(timeout=15_000)
    await viewer.fill_card(GOOD)
    await viewer.paying("buy-now").click()
    await expect(viewer.paying("paid")).to_be_visible(timeout=20_000)
    address = f"/api/v1/host/streams/{stage.stream.id}/report"
    async with asyncio.timeout(30):  # a view counts after three seconds of playing
        while (await stage.show.call("GET", address))["totals"]["views"] == 0:
            await asyncio.sleep(0.1)
    host = await browser.open(stage.host)
    await stage.sign_in(host)
    await expect(host.part(f"stream-{stage.stream.id}")).to_be_visible()
    await host.page.goto(f"{stage.panel}/report")
    await expect(host.part("report-total-revenue")).to_contain_text("€145.00", timeout=15_000)
    for name, count in (
        ("orders", "1"),
        ("holds", "1"),
        ("clicks", "1"),
        ("impressions", "1"),
        ("views", "1"),
    ):
        await expect(host.part(f"report-total-{name}")).to_contain_text(count)
    await expect(host.part("report-sentence")).to_contain_text("1 unit sold to 1 viewer for €145.00")
    await browser.picture(host, "report-desktop")
    phone = await browser.open(stage.host, size=PHONE)
    await stage.sign_in(phone)
    await expect(phone.part(f"stream-{stage.stream.id}")).to_be_visible()
    await phone.page.goto(f"{stage.panel}/report")
    await expect(phone.part("report-total-revenue")).to_be_visible()
    await browser.picture(phone, "report-phone")


async def test_the_dark_side(stage: Stage, browser: Chromium) -> None:
    """Nothing but pictures, and that no page of it complains."""
    await stage.pin(DROP)
    viewer = await browser.open(stage.watch, dark=True)
    await expect(viewer.part("buy")).to_be_visible()
    await browser.picture(viewer, "watch-dark")
    host = await browser.open(stage.host, dark=True)
    await stage.sign_in(host)
    await expect(host.part(f"stream-{stage.stream.id}")).to_be_visible()
    await host.page.goto(stage.panel)
    await expect(host.part("pin-next")).to_be_visible()
    await browser.picture(host, "host-show-dark")
    assert viewer.complaints == []
    assert host.complaints == []
