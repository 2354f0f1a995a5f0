"""Every HTTP request: its id, its line in the log, its figures, its span."""

import re
import time
from collections import Counter, defaultdict

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from server.core import ids
from server.core.http import REQUEST_ID, as_text
from server.core.log import logger
from server.core.metrics import Histogram
from server.core.tracing import OFF, Tracing, note

_log = logger("http")

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

UPGRADED = web.RequestKey("upgraded", bool)
"""Set on a request that became a socket, which is counted as that: it may last for hours."""


class Requests:
    """`answered`: how many by (method, route, status); `times`: how long by (method, route)."""

    def __init__(self, tracing: Tracing = OFF) -> None:
        self.answered: Counter[tuple[str, str, str]] = Counter()
        self.times: defaultdict[tuple[str, str], Histogram] = defaultdict(Histogram)
        self._tracing = tracing

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The outermost one."""
        given = as_text(request.headers.get(HEADER, ""))
        identifier = request[REQUEST_ID] = given if _SANE.fullmatch(given) else ids.new_id("req")
        method = request.method if request.method in _METHODS else "other"
        route = route_of(request)
        began = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(request=identifier),
            self._tracing.span(
                f"{method} {route}",
                {"http.request.method": method, "http.route": route, "request.id": identifier},
                kind="server",
                parent=request.headers,
            ),
        ):
            status = 500
            try:
                response = await handler(request)
                status = response.status
                if not response.prepared:
                    response.headers[HEADER] = identifier
                return response
            except web.HTTPException as error:
                status = error.status
                error.headers[HEADER] = identifier
                raise
            finally:
                if UPGRADED not in request:
                    took = time.perf_counter() - began
                    self.answered[method, route, str(status)] += 1
                    self.times[method, route].observe(took)
                    note({"http.response.status_code": status})
                    _log.debug("request", method=method, route=route, status=status, ms=round(took * 1000, 1))


def route_of(request: web.Request) -> str:
    """With names in place of what they stand for: there are as many as we wrote."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"
