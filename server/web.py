"""Serving the web application on one port: pages, API and sockets."""

import asyncio
import gc
import os
from collections.abc import Callable

from aiohttp import web

from server.app import HEALTH, METRICS, build
from server.core.http import SERVER_LOG
from server.core.log import logger
from server.core.monitoring import MetricsPort
from server.core.realtime import REALTIME, Realtime
from server.core.settings import Settings, SettingsError
from server.core.signals import Ending

_log = logger("web")

CLOSE_S = 15
"""What is left to do after the viewers were sent elsewhere, answers under way among it, takes no longer."""

BACKLOG = 4096
KEEP_ALIVE_S = 75
"""So long may an HTTP connection idle, and the head of a request take. Longer than with common proxies."""


class Listening:
    """An application that is served, until `close`."""

    def __init__(self, server: asyncio.Server, runner: web.AppRunner, realtime: Realtime) -> None:
        self._server = server
        self._runner = runner
        self._realtime = realtime
        self.port: int = server.sockets[0].getsockname()[1]

    @property
    def viewers(self) -> int:
        return self._realtime.engine.connections

    async def drain(self, window_s: float, hurry: asyncio.Event) -> None:
        """Takes nobody in any more, and sends the viewers elsewhere, spread over the window."""
        self._server.close()
        await self._realtime.drain(window_s, hurry)

    async def close(self) -> None:
        """Takes nobody in any more, lets running requests end, and closes what the application opened."""
        self._server.close()
        await self._runner.cleanup()


async def listen(
    app: web.Application,
    host: str,
    port: int,
    *,
    shared: bool = False,
    shutdown_timeout: float = 5,
) -> Listening:
    """Port 0 is any free one. `shared`: with other processes. Raises `OSError` when the port can't be had."""
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=SERVER_LOG,
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
            lambda: engine.front(http), host, port, backlog=BACKLOG, reuse_port=shared or None
        )
    except BaseException:
        await runner.cleanup()
        raise
    return Listening(server, runner, app[REALTIME])


def cannot_listen(settings: Settings, error: OSError) -> SettingsError:
    return SettingsError(
        f"port {settings.port} of {settings.host} can't be used ({error.strerror}): set PORT to a free one"
    )


async def serve(settings: Settings, ending: Ending, *, one_of_many: Callable[[], None] | None = None) -> None:
    """Listens until it is asked to end; then sends its viewers elsewhere, and lets running requests end.
    `one_of_many`: where the port is shared with other processes: called when this one listens."""
    app = build(settings)
    monitored = MetricsPort(app[METRICS], app[HEALTH], settings)
    try:
        listening = await listen(app, settings.host, settings.port, shared=one_of_many is not None)
    except OSError as error:
        raise cannot_listen(settings, error) from None
    # What lives now lives on; and a rush must not be stopped again and again to look through it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    try:
        await monitored.listen(patient=one_of_many is not None)
        _log.info("web is ready", address=settings.public_url, port=listening.port, pid=os.getpid())
        if one_of_many is not None:
            one_of_many()
        await ending.asked.wait()
        _log.info("web ends, its viewers go elsewhere", viewers=listening.viewers)
        await monitored.close()  # whoever takes this place needs it
        await listening.drain(settings.drain_seconds, ending.hurry)
    finally:
        await monitored.close()
        await listening.close()
