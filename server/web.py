"""Serving the web application on one port."""

import asyncio

from aiohttp import web

from server.app import build
from server.core.http import SERVER_LOG
from server.core.log import logger
from server.core.settings import Settings

_log = logger("web")


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Listens until `stop` is set, then lets running requests end."""
    runner = web.AppRunner(
        build(settings), access_log=None, logger=SERVER_LOG, shutdown_timeout=5, handle_signals=False
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, backlog=4096)
        try:
            await site.start()
        except OSError as error:
            raise SystemExit(
                f"proofcast: port {settings.port} of {settings.host} can't be used ({error.strerror}): "
                "set PORT to a free one"
            ) from None
        _log.info("web is ready", address=settings.public_url)
        await stop.wait()
    finally:
        await runner.cleanup()
