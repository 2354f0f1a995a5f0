"""Faults on purpose: what a network or Stripe itself may do on a bad day. Only with `--fault-control`."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from standin.errors import StripeError

MODES = ("status", "drop", "timeout", "delay")


@dataclass
class Fault:
    """For the next `times` requests whose path matches `path` (a regular expression, searched for):

    `status` answers that status, `drop` closes the connection, `timeout` says nothing for `delay_ms` and
    then closes, `delay` only waits. `when` is `before` or `after` the request was carried out: after,
    the money has moved and the caller does not know."""

    path: str
    mode: str
    times: int = 1
    when: str = "before"
    method: str | None = None
    status: int = 500
    delay_ms: int = 60_000
    hits: int = 0

    def __post_init__(self) -> None:
        if self.mode not in MODES or self.when not in ("before", "after"):
            raise StripeError(400, f"Unknown fault: {self.mode} {self.when}")
        re.compile(self.path)

    def matches(self, request: web.Request) -> bool:
        if self.hits >= self.times or request.method == "OPTIONS":
            return False
        return self.method in (None, request.method) and re.search(self.path, request.path) is not None


class Faults:
    def __init__(self) -> None:
        self.list: list[Fault] = []

    async def run(
        self, request: web.Request, carry_out: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        fault = next((fault for fault in self.list if fault.matches(request)), None)
        if fault is None:
            return await carry_out()
        fault.hits += 1
        if fault.when == "after":
            answer = await carry_out()
            return await self._harm(fault, request) or answer
        return await self._harm(fault, request) or await carry_out()

    async def _harm(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        if fault.mode == "status":
            error = {"error": {"type": "api_error", "message": "An injected fault"}}
            return web.json_response(error, status=fault.status)
        if fault.mode in ("timeout", "delay"):
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.mode == "delay":
            return None
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
