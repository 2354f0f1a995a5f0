"""The stream on somebody else's page, on another origin."""

import re

import pytest
from playwright.async_api import expect

from server.accounts.messages import ChangeShop
from tests.browser.chromium import PHONE, Chromium
from tests.browser.conftest import Stage
from tests.infra.stripe import GOOD

pytestmark = pytest.mark.browser
DROP = "Cellar Batch, 40 numbered"


async def allow(stage: Stage, origin: str) -> None:
    await stage.show.services.accounts.change_shop(stage.show.shop.id, ChangeShop(allowed_origins=[origin]))


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
async def test_a_viewer_buys_on_an_allowed_origin(
    stage: Stage, browser: Chromium, elsewhere: str, size: dict[str, int] | None
) -> None:
    await allow(stage, elsewhere)
    await stage.pin(DROP)
    buyer = await (browser.open(elsewhere, size=size) if size else browser.open(elsewhere))
    await expect(buyer.part("buy")).to_be_visible(timeout=15_000)
    await browser.picture(buyer, f"embed-{'phone' if size else 'desktop'}")
    await buyer.part("buy").click()
    await expect(buyer.part("countdown")).to_have_text(re.compile(r"\d:\d\d"))
    await expect(buyer.paying("buy-now")).to_be_visible(timeout=15_000)
    await buyer.fill_card(GOOD)
    await buyer.paying("buy-now").click()
    await expect(buyer.paying("paid")).to_be_visible(timeout=20_000)
    assert await stage.counts(DROP) == (39, 0, 1)
    # Favicons are the page's own business.
    assert [text for text in buyer.complaints if "404" not in text] == []


async def test_an_origin_that_is_not_allowed_is_told_so(
    stage: Stage, browser: Chromium, elsewhere: str
) -> None:
    await stage.pin(DROP)
    visitor = await browser.open(elsewhere)
    await expect(visitor.page.get_by_text(re.compile("may not show", re.IGNORECASE)).first).to_be_visible(
        timeout=15_000
    )
    await expect(visitor.part("buy")).to_be_hidden()
    await browser.picture(visitor, "embed-not-allowed")
    assert any("embed.origin_not_allowed" in text for text in visitor.complaints)


async def test_an_unknown_stream_is_told_so(stage: Stage, browser: Chromium, elsewhere: str) -> None:
    await allow(stage, elsewhere)
    visitor = await browser.open(elsewhere)
    await visitor.page.evaluate(
        "() => document.querySelector('proofcast-stream').setAttribute('stream', 'stream_nowhere')"
    )
    await expect(visitor.part("trouble")).to_be_visible(timeout=15_000)
