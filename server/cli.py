"""The commands. Each imports what it needs when it runs, so that `types` starts without a database driver."""

import argparse
import asyncio
import contextlib
import functools
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from server import __version__
from server.core.errors import NotFound, Unavailable
from server.core.log import configure, logger
from server.core.settings import Settings, SettingsError, load_settings
from server.core.signals import Ending

if TYPE_CHECKING:
    from server.composition import Services

MOST_WORKERS = 256


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="proofcast", description="A live product evaluation, made shoppable."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve pages, API and sockets")
    serve.add_argument("--workers", type=_count, default=1, help="how many processes, on one port")
    serve.add_argument("--one-of-many", action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("worker", help="settle payments, end holds, write the ledger")
    commands.add_parser("migrate", help="bring the database to this version's tables")
    commands.add_parser("types", help="print the wire's TypeScript types")
    compare = commands.add_parser(
        "reconcile", help="compare Redis, SQL and Stripe, mend what is safe, say what is not"
    )
    compare.add_argument("--shop", help="its short name; all shops without it")
    compare.add_argument("--days", type=_count, default=7, help="payments of the last days (7)")
    compare.add_argument("--dry-run", action="store_true", help="mend nothing")
    commands.add_parser("openapi", help="print the HTTP API's OpenAPI description")
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
        case "openapi":
            from server.openapi import described

            print(described())
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
        case "reconcile":
            return asyncio.run(_reconcile(settings, options))
        case "serve":
            return _serve(settings, options.workers, one_of_many=options.one_of_many)
        case "worker":
            from server.worker import run

            _require_tables(settings)
            _run_until_asked(lambda ending: run(settings, ending))
    return 0


def _serve(settings: Settings, workers: int, *, one_of_many: bool) -> int:
    from server.core.processes import open_files
    from server.core.supervisor import READY

    _require_tables(settings)
    files = open_files()
    if workers > 1:
        from server.serving import serve_many

        logger("serve").info("web processes are started", processes=workers, open_files_each=files)
        return asyncio.run(serve_many(settings, workers))
    from server.web import serve

    logger("web").info("web is started", open_files=files)
    ready = functools.partial(print, READY, flush=True) if one_of_many else None
    _run_until_asked(lambda ending: serve(settings, ending, one_of_many=ready))
    return 0


def _require_tables(settings: Settings) -> None:
    from server.migrations import require_current

    require_current(settings.database_url)


def _run_until_asked(run: Callable[[Ending], Awaitable[None]]) -> None:
    """Runs until SIGINT or SIGTERM."""

    async def until_asked() -> None:
        ending = Ending()
        ending.listen()
        await run(ending)

    try:
        import uvloop

        uvloop.run(until_asked())
    except ImportError:  # not on every platform
        asyncio.run(until_asked())


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_WORKERS}")
    return int(text)


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
        await services.recovery.open_stock(shop.id)  # an empty book: the panel can be used at once
    print(f"{options.name} stands. Sign in at {settings.public_url}/host as {options.email}.")


async def _reconcile(settings: Settings, options: argparse.Namespace) -> int:
    """0 when all is well or was mended; 1 when a person is needed, or something was left as it is."""
    _require_tables(settings)
    left = 0
    async with _services(settings) as services:
        shops = await services.accounts.shop_ids()
        if options.shop is not None:
            shop = await services.accounts.shop_by_slug(options.shop)
            if shop is None:
                raise SettingsError(f"there is no shop {options.shop}: give its short name")
            shops = [shop.id]
        for identifier in shops:
            try:
                found = await services.reconciliation.run(
                    identifier, days=options.days, fix=not options.dry_run
                )
            except Unavailable as error:
                print(f"{identifier}: not compared: {error.message}")
                left += 1
                continue
            for finding in found:
                print(f"{identifier}: {_SAID[finding.state]} {finding.text}")
            left += sum(finding.state != "mended" for finding in found)
            if not found:
                print(f"{identifier}: Redis, SQL and Stripe agree.")
    return 1 if left else 0


_SAID = {"mended": "mended:", "open": "to be mended:", "person": "needs you:"}


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
