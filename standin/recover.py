"""After a crash between a payment and its event: tell it again. What was told before is not sent twice."""

from collections.abc import AsyncIterator

from standin.backend import Backend, Json
from standin.intents import Intents
from standin.refunds import Refunds

_PAGE = 100


async def tell_again(backend: Backend, intents: Intents, refunds: Refunds) -> None:
    async for raw in _all(backend, "/v1/payment_intents"):
        intents.announce(raw)
    async for raw in _all(backend, "/v1/refunds"):
        await refunds.announce(raw)


async def _all(backend: Backend, path: str) -> AsyncIterator[Json]:
    query = {"limit": str(_PAGE)}
    while True:
        page = await backend.get(path, **query)
        for raw in page["data"]:
            yield raw
        if not page["has_more"]:
            return
        query["starting_after"] = page["data"][-1]["id"]
