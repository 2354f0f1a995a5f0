"""What a machine asks a process: is it alive, is it ready, what does it count."""

import asyncio
import hmac

from aiohttp import web

from server.core.addresses import is_loopback
from server.core.errors import Forbidden, NotFound
from server.core.health import Health
from server.core.http import SERVER_LOG, answer, bearer, error_middleware
from server.core.log import logger
from server.core.messages import Empty
from server.core.metrics import CONTENT_TYPE, Metrics
from server.core.settings import Settings, SettingsError
from server.core.tasks import TaskSet

_log = logger("metrics")

_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
"""Any of these: a proxy stands between, and the address that we see says nothing of who asks."""


def setup(app: web.Application, metrics: Metrics, health: Health, token: str) -> None:
    """`token`: who may read the figures says it. Without one, only this machine itself may."""

    async def alive(_request: web.Request) -> web.Response:
        return answer(Empty())

    async def ready(_request: web.Request) -> web.Response:
        await health.require()
        return answer(Empty())

    async def figures(request: web.Request) -> web.Response:
        if not token and not _from_here(request):
            raise NotFound("There is nothing at this address.")
        if token and not hmac.compare_digest((bearer(request) or "").encode(), token.encode()):
            raise Forbidden("The figures are for who has the token.")
        return web.Response(
            body=await metrics.text(), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
        )

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", figures)


def _from_here(request: web.Request) -> bool:
    """A proxy that adds none of these headers keeps `Host`, which then is not ours."""
    if any(header in request.headers for header in _FORWARDED):
        return False
    host = request.url.host or ""
    return is_loopback(request.remote or "") and (host == "localhost" or is_loopback(host))


class MetricsPort:
    """A port for these alone: for a process that has no other, or that shares its own with others."""

    PAUSE_S = 0.25

    def __init__(self, metrics: Metrics, health: Health, settings: Settings) -> None:
        app = web.Application(middlewares=[error_middleware(lambda _request, _error: None)])
        setup(app, metrics, health, settings.metrics_token)
        self._host, self._port = settings.metrics_host, settings.metrics_port
        self._runner = web.AppRunner(app, access_log=None, logger=SERVER_LOG, shutdown_timeout=1)
        self._tasks = TaskSet()

    async def listen(self, *, patient: bool = False) -> None:
        """Does nothing where none is wanted. Raises `SettingsError` when the port can't be had; `patient`:
        tries on meanwhile, as who takes the place of another has to."""
        if not self._port:
            return
        await self._runner.setup()
        try:
            await self._open()
        except OSError as error:
            if patient:
                self._tasks.spawn(self._wait_for_it(), name="metrics port")
                return
            await self.close()
            raise SettingsError(
                f"METRICS_PORT can't be used ({self._port} of {self._host}: {error.strerror}): "
                "give a free one, to each process its own"
            ) from None

    async def _open(self) -> None:
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await site.stop()
            raise

    async def _wait_for_it(self) -> None:
        said = False
        while True:
            await asyncio.sleep(self.PAUSE_S)
            try:
                return await self._open()
            except OSError:
                if not said:
                    _log.info("the port for figures is taken still", port=self._port)
                said = True

    async def close(self) -> None:
        await self._tasks.close()
        await self._runner.cleanup()
