"""The commands. Each imports what it needs when it runs, so that `types` starts without a database driver."""

import argparse
import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from server import __version__
from server.core.errors import NotFound
from server.core.log import configure
from server.core.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from server.composition import Services


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="proofcast", description="A live product evaluation, made shoppable."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("web", help="serve pages, API and sockets")
    commands.add_parser("worker", help="settle payments, end holds, write the ledger")
    commands.add_parser("migrate", help="bring the database to this version's tables")
    commands.add_parser("types", help="print the wire's TypeScript types")
    password = commands.add_parser("password", help="set a staff member's password, read from standard input")
    password.add_argument("email")
    found = commands.add_parser(
        "found", help="make a shop and its first sign-in, password from standard input"
    )
    found.add_argument("--slug", required=True, help="short name, such as atelier-vetiver")
    found.add_argument("--name", required=True, help="the name that viewers see")
    found.add_argument("--currency", required=True, help="three letters, such as eur")
    found.add_argument("--email", required=True, help="who signs in")
    demo = commands.add_parser("demo", help="everything on this machine, with a demo shop")
    demo.add_argument("--port", type=int, default=8080)
    demo.add_argument("--data", type=Path, default=Path(".data/demo"))
    demo.add_argument("--reset", action="store_true", help="throw away the demo's data first")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except SettingsError as error:
        print(f"proofcast: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "types":
            from server.core.typescript import typescript
            from server.wire import messages

            print(typescript(messages()), end="")
            return 0
        case "demo":
            from demo.run import demo

            return asyncio.run(demo(options.data, options.port, reset=options.reset))
    settings = load_settings(os.environ)
    configure(settings.log_level, settings.log_format)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    match options.command:
        case "migrate":
            from server.migrations import upgrade

            upgrade(settings.database_url)
        case "password":
            asyncio.run(_set_password(settings, options.email, sys.stdin.readline().rstrip("\n")))
        case "found":
            asyncio.run(_found(settings, options, sys.stdin.readline().rstrip("\n")))
        case "web":
            from server.web import serve

            return _serve(settings, serve)
        case "worker":
            from server.worker import run

            return _serve(settings, run)
    return 0


def _serve(settings: Settings, run: Callable[[Settings, asyncio.Event], Awaitable[None]]) -> int:
    """Runs until SIGINT or SIGTERM."""
    from server.migrations import require_current

    require_current(settings.database_url)

    async def until_stopped() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, stop.set)
        await run(settings, stop)

    try:
        import uvloop

        uvloop.run(until_stopped())
    except ImportError:  # not on every platform
        asyncio.run(until_stopped())
    return 0


async def _set_password(settings: Settings, email: str, password: str) -> None:
    _require_password(password)
    async with _services(settings) as services:
        try:
            await services.accounts.set_password(email, password)
        except NotFound as error:
            raise SettingsError(f"the password was not set: {error.message}") from None


async def _found(settings: Settings, options: argparse.Namespace, password: str) -> None:
    _require_password(password)
    if not re.fullmatch(r"[a-z]{3}", options.currency.lower()):
        raise SettingsError("the currency can't be used: give three letters, such as eur")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,60}", options.slug):
        raise SettingsError("the slug can't be used: give small letters, digits and hyphens")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", options.email):
        raise SettingsError("the e-mail address can't be used: give one such as host@example.com")
    async with _services(settings) as services:
        if await services.accounts.has_staff(options.email):
            raise SettingsError("somebody signs in with that e-mail address already: give another --email")
        if await services.accounts.shop_by_slug(options.slug) is not None:
            raise SettingsError(f"there is a shop {options.slug} already: give another --slug")
        shop = await services.accounts.found_shop(
            slug=options.slug, name=options.name, currency=options.currency.lower(), allowed_origins=[]
        )
        await services.accounts.add_staff(
            shop.id, email=options.email, name=options.email.partition("@")[0], password=password
        )
        await services.settlement.rebuild_stock(
            shop.id
        )  # an empty book, so that the panel can be used at once
    print(f"{options.name} stands. Sign in at {settings.public_url}/host as {options.email}.")


def _require_password(password: str) -> None:
    if len(password) < 12:
        raise SettingsError("the password can't be used (too short): give at least 12 characters")


@contextlib.asynccontextmanager
async def _services(settings: Settings) -> "AsyncIterator[Services]":
    from server.composition import Services

    services = Services(settings)
    try:
        yield services
    finally:
        await services.close()
