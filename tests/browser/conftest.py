"""The demo's shop on stage, and a browser to look at it with."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from demo import site
from demo.clip import build_clip
from demo.seed import add_product, copy_pictures
from demo.shop import SHOP
from server.accounts.messages import ChangeShop
from server.catalog.messages import ProductView
from server.core.settings import Settings
from server.pages.routes import STATIC
from server.pins.messages import PinView
from server.streams.messages import CreateStream, StreamView
from tests.browser.chromium import Chromium, Screen, chromium
from tests.infra.show import EMAIL, PASSWORD, Show, running_show
from tests.infra.stripe import StandIn


@dataclass
class Stage:
    """A live stream of the demo's shop."""

    show: Show
    stream: StreamView
    products: dict[str, ProductView]
    """By name."""

    @property
    def watch(self) -> str:
        return f"{self.show.url}/watch/{self.stream.id}"

    @property
    def host(self) -> str:
        return f"{self.show.url}/host"

    @property
    def panel(self) -> str:
        return f"{self.host}/streams/{self.stream.id}"

    async def pin(self, name: str) -> PinView:
        return await self.show.pin(self.stream, self.products[name])

    async def counts(self, name: str, variant: int = 0) -> tuple[int, int, int]:
        """available, held, sold"""
        book = await self.show.services.stock.book(self.show.shop.id)
        count = book[self.products[name].variants[variant].id]
        assert count.available + count.held + count.sold == count.stocked
        return count.available, count.held, count.sold

    async def sign_in(self, screen: Screen) -> None:
        await screen.part("sign-in-email").fill(EMAIL)
        await screen.part("sign-in-password").fill(PASSWORD)
        await screen.part("sign-in").click()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "clip.mp4"
    build_clip(path, seconds=8)
    return path


@pytest.fixture
async def stage(settings: Settings, shared_standin: StandIn, film: Path) -> AsyncIterator[Stage]:
    if not (STATIC / "build" / "stream.js").is_file():
        pytest.fail("the widgets are not built: run `make widgets`")
    settings = msgspec.structs.replace(settings, host="127.0.0.1")
    media = settings.data_dir / "media"
    copy_pictures(media)
    shutil.copyfile(film, media / "clip.mp4")
    async with running_show(settings, shared_standin) as show:
        shop = await show.services.accounts.change_shop(show.shop.id, ChangeShop(name=SHOP.name))
        show.shop = shop
        for product in SHOP.products:
            await add_product(show.services, shop, product)
        listed = await show.services.catalog.products(shop.id, shop.currency)
        stream = await show.services.streams.create(
            shop,
            CreateStream(
                title=SHOP.stream.title,
                source_url="/media/clip.mp4",
                disclosure=SHOP.stream.disclosure,
                poster_url=f"/media/{SHOP.stream.poster}",
            ),
        )
        await show.services.streams.set_line_up(stream.id, [product.id for product in listed])
        stream = await show.services.streams.start(shop, stream.id)
        yield Stage(show, stream, {product.name: product for product in listed})


@pytest.fixture
async def browser() -> AsyncIterator[Chromium]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def elsewhere(stage: Stage) -> AsyncIterator[str]:
    """Somebody else's page with the stream in it, on an origin that the shop does not know yet."""
    runner: web.AppRunner = await site.serve("127.0.0.1", 0, stage.show.url, stage.stream.id)
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
