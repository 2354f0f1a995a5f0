"""Serving the web application on one port: pages, API and sockets."""

import asyncio
import gc
from logging import Logger

from aiohttp import web
from aiohttp.log import server_logger

from server.app import build
from server.core.log import logger
from server.core.realtime import REALTIME
from server.core.settings import Settings

_log = logger("web")

BACKLOG = 4096
KEEP_ALIVE_S = 75
"""So long may an HTTP connection idle, and the head of a request take. Longer than with common proxies."""


class Listening:
    """An application that is served, until `close`."""

    def __init__(self, server: asyncio.Server, runner: web.AppRunner) -> None:
        self._server = server
        self._runner = runner
        self.port: int = server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Takes nobody in any more, lets running requests end, and closes what the application opened."""
        self._server.close()
        await self._runner.cleanup()


async def listen(
    app: web.Application,
    host: str,
    port: int,
    *,
    shutdown_timeout: float = 5,
    log: Logger = server_logger,
) -> Listening:
    """Port 0 is any free one. Raises `OSError` when the port can't be had."""
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=log,
        shutdown_timeout=shutdown_timeout,
        handle_signals=False,
        keepalive_timeout=KEEP_ALIVE_S,
    )
    await runner.setup()
    try:
        http, engine = runner.server, app[REALTIME].engine
        if http is None:
            raise RuntimeError("the runner has no server")
        server = await asyncio.get_running_loop().create_server(
            lambda: engine.front(http), host, port, backlog=BACKLOG
        )
    except BaseException:
        await runner.cleanup()
        raise
    return Listening(server, runner)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Listens until `stop` is set, then lets running requests end."""
    try:
        listening = await listen(build(settings), settings.host, settings.port)
    except OSError as error:
        raise SystemExit(
            f"proofcast: port {settings.port} of {settings.host} can't be used ({error.strerror}): "
            "set PORT to a free one"
        ) from None
    # What lives now lives on; and a rush must not be stopped again and again to look through it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    try:
        _log.info("web is ready", address=settings.public_url)
        await stop.wait()
    finally:
        await listening.close()
