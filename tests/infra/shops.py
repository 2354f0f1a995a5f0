"""A second shop beside the show's own, with its own staff: what is one's must stay hidden from the other."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

from server.accounts.messages import ShopView
from tests.infra.show import PASSWORD, Show, call


@dataclass
class Neighbour:
    """Signed in at the same server, for another shop."""

    url: str
    shop: ShopView
    http: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer's JSON. Raises `Refused`."""
        return await call(self.http, method, self.url + path, body, **more)


@contextlib.asynccontextmanager
async def neighbour(show: Show) -> AsyncIterator[Neighbour]:
    accounts = show.services.accounts
    shop = await accounts.found_shop(slug="next-door", name="Next door", currency="usd", allowed_origins=[])
    email = "next-door@example.com"
    await accounts.add_staff(shop.id, email=email, name="Neighbour", password=PASSWORD)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        found = Neighbour(show.url, shop, http)
        await found.call("POST", "/api/v1/session", {"email": email, "password": PASSWORD})
        yield found
