"""localstripe over HTTP. It reads JSON as well as forms, and JSON can say `null`, which we need."""

import re
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from standin.errors import StripeError

Json = dict[str, Any]

_PATH = re.compile(r"(/[A-Za-z0-9_]+)+")
"""Ids from outside become part of a path, so a path may hold nothing else."""


class Refused(Exception):
    """localstripe answered 402: the card was declined."""


class Backend:
    """A client of one localstripe. Errors are raised as Stripe's API words them."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def get(self, path: str, **query: str) -> Json:
        return await self._call("GET", path, None, query)

    async def post(self, path: str, body: Json | None = None) -> Json:
        return await self._call("POST", path, body or {}, {})

    async def forward(self, method: str, path: str, body: Json | None, query: dict[str, str]) -> Json:
        """What the proxy has no opinion of goes through as it is."""
        try:
            return await self._call(method, path, body, query)
        except Refused:
            raise StripeError(
                402, "Your card was declined.", kind="card_error", code="card_declined", executed=True
            ) from None

    async def _call(self, method: str, path: str, body: Json | None, query: dict[str, str]) -> Json:
        if not _PATH.fullmatch(path):
            raise StripeError(404, "Unrecognized request URL")
        try:
            async with self._session.request(
                method,
                self._address + path,
                json=body,
                params=query,
                headers={"Authorization": "Bearer sk_standin"},
                timeout=ClientTimeout(total=30),
            ) as response:
                is_json = response.content_type == "application/json"
                answer = await response.json() if is_json else {}
        except (ClientError, TimeoutError, ValueError) as error:
            raise StripeError(500, "localstripe does not answer", kind="api_error") from error
        if response.status == 402:
            raise Refused
        if response.status >= 400:
            inner = answer.get("error", {}) if isinstance(answer, dict) else {}
            if response.status == 404:
                raise StripeError(404, f"No such object at {path}", code="resource_missing")
            kind = "api_error" if response.status >= 500 else "invalid_request_error"
            message = inner.get("message", "An unknown error occurred")
            raise StripeError(response.status, message, kind=kind, code=inner.get("code"), executed=True)
        return answer if isinstance(answer, dict) else {}
