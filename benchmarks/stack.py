"""A whole shop on this machine for one measurement: embedded Redis, stand-in, worker, web, each a process."""

import asyncio
import contextlib
import os
import resource
import secrets
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from server.accounts.messages import ShopView
from server.catalog.messages import CreateProduct, CreateVariant
from server.composition import Services
from server.core.processes import Child
from server.core.redis_server import RedisServer
from server.core.settings import Settings, load_settings
from server.migrations import upgrade
from server.pins.messages import ShowPin
from server.streams.messages import CreateStream


@dataclass(frozen=True)
class Stack:
    """`services` reach behind the server's edges: for setting the scene, and for counting afterwards."""

    url: str
    stripe: str
    redis: RedisServer
    services: Services
    shop: ShopView
    stream: str
    variant: str
    product: str
    web: int
    """The process id of the one that serves."""


@contextlib.asynccontextmanager
async def running(stock: int, **changed: str) -> AsyncIterator[Stack]:
    """Started as the demo starts it, in a folder of its own, and ended with the block. One live stream shows
    one product: `stock` units, one to a buyer. `changed`: settings."""
    many_files()
    async with contextlib.AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="proofcast-bench-")))
        redis = await stack.enter_async_context(RedisServer(data / "redis"))
        port, webhook = _free_port(), "whsec_" + secrets.token_hex(16)
        python = [sys.executable, "-m"]
        standin = await _child(
            stack,
            "standin",
            [
                *(*python, "standin", "--port", "0", "--data", str(data / "stripe"), "--secret", webhook),
                *("--webhook", f"http://127.0.0.1:{port}/webhooks/stripe"),
            ],
            dict(os.environ),
            data,
        )
        stripe = (await standin.line()).removeprefix("ready ")
        environ = {
            **os.environ,
            "REDIS_URL": redis.url,
            "DATABASE_URL": "",
            "DATA_DIR": str(data),
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "DRAIN_SECONDS": "0",
            "MAX_SOCKETS_PER_ADDRESS": "100000",  # all buyers come from here
            "MAX_CONNECTS_PER_SECOND": "100000",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": secrets.token_hex(32),
            "STRIPE_API_BASE": stripe,
            "STRIPE_JS_URL": f"{stripe}/js.stripe.com/v3/",
            "STRIPE_SECRET_KEY": "sk_test_standin",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_standin",
            "STRIPE_WEBHOOK_SECRET": webhook,
            **changed,
        }
        settings = load_settings(environ)
        await asyncio.to_thread(upgrade, settings.database_url)
        services, shop, stream, product, variant = await _scene(settings, stock)
        stack.push_async_callback(services.close)
        await _child(stack, "worker", [*python, "server", "worker"], environ, data)
        web = await _child(stack, "web", [*python, "server", "serve"], environ, data)
        url = f"http://127.0.0.1:{port}"
        await _ready(url, data)
        yield Stack(url, stripe, redis, services, shop, stream, variant, product, web.pid)


async def _scene(settings: Settings, stock: int) -> tuple[Services, ShopView, str, str, str]:
    services = Services(settings)
    shop = await services.accounts.found_shop(
        slug="drop", name="Drop", currency="eur", allowed_origins=[], hold_seconds=900
    )
    body = CreateProduct(
        name="Cellar Batch",
        variants=[CreateVariant(sku="DROP", name="50 ml", price=14500, stocked=stock, limit=1)],
    )
    product = await services.catalog.create(shop.id, shop.currency, body)
    variant = product.variants[0].id
    await services.stock.set_stock(shop.id, {variant: stock})
    stream = await services.streams.create(shop, CreateStream(title="Drop", source_url="/media/clip.mp4"))
    await services.streams.start(shop, stream.id)
    await services.pins.show(shop, stream.id, ShowPin(product=product.id, key="the-drop"))
    return services, shop, stream.id, product.id, variant


async def _child(
    stack: contextlib.AsyncExitStack, name: str, command: list[str], environ: dict[str, str], data: Path
) -> Child:
    child = await Child.start(name, command, environ, data / f"{name}.log")
    stack.push_async_callback(child.stop)
    return child


async def _ready(url: str, data: Path) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"{url}/readyz") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.05)
    raise SystemExit(f"the server did not get ready: {(data / 'web.log').read_text()[-500:]}")


def many_files() -> None:
    """A socket is a file: as many as the system lets us have, for us and for what we start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
