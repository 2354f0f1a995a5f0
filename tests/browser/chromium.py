"""A real Chromium, found on the path, driven over its own protocol."""

import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Locator,
    Page,
    async_playwright,
)

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def chromium_path() -> str:
    """Skips the test where there is none, with the reason; where all are required, fails it."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    reason = f"no Chromium on the path (looked for {', '.join(_NAMES)})"
    if os.environ.get("PROOFCAST_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Screen:
    """One window. `complaints`: what its pages said on the console that they should not have."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def part(self, name: str) -> Locator:
        """By its `data-pc` mark, also inside open shadow roots."""
        return self.page.locator(f'[data-pc="{name}"]')

    def payment(self) -> FrameLocator:
        return self.page.frame_locator('[data-pc="pay-frame"]')

    def paying(self, name: str) -> Locator:
        return self.payment().locator(f'[data-pc="{name}"]')

    async def fill_card(self, number: str, *, email: str = "ada@example.com") -> None:
        """As a person types it: the number, then date and code, into Stripe's fields."""
        await self.paying("email").fill(email)
        await self.fill_number(number)

    async def fill_number(self, number: str) -> None:
        frame = self.payment()
        await frame.get_by_label(re.compile("card number", re.IGNORECASE)).fill(number)
        await frame.get_by_label(re.compile("expir", re.IGNORECASE)).fill("12 / 34")
        await frame.get_by_label(re.compile("cvc|security", re.IGNORECASE)).fill("123")

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@dataclass
class Chromium:
    """Opens windows, and keeps pictures where `PROOFCAST_SCREENSHOTS` says so."""

    browser: Browser
    screens: list[Screen] = field(default_factory=list)

    async def open(self, address: str, *, size: dict[str, int] = DESKTOP, dark: bool = False) -> Screen:
        phone = size is PHONE
        context = await self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if dark else "light",
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=2 if phone else 1,
            reduced_motion="reduce",
            locale="en-GB",
        )
        page = await context.new_page()
        screen = Screen(page, context)
        page.on("console", screen.heard)
        page.on("pageerror", lambda error: screen.complaints.append(str(error)))
        self.screens.append(screen)
        await page.goto(address)
        return screen

    @staticmethod
    async def picture(screen: Screen, name: str) -> None:
        folder = os.environ.get("PROOFCAST_SCREENSHOTS")
        if not folder:
            return
        path = Path(folder) / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        await screen.page.wait_for_timeout(400)  # what slides in has arrived
        await screen.page.screenshot(path=path, type="jpeg", quality=82)


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield Chromium(browser)
        finally:
            await browser.close()
