"""What comes after the tap: some of the winners pay, at the stand-in."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import aiohttp

from benchmarks.buyers import Tap
from benchmarks.stack import Stack

AT_ONCE = 8
CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": "4242424242424242",
    "payment_method_data[card][exp_month]": "12",
    "payment_method_data[card][exp_year]": "34",
    "payment_method_data[card][cvc]": "123",
}


async def pay(stack: Stack, winners: Sequence[Tap]) -> dict[str, object]:
    """All of `winners` pay. Returns when the last order is settled."""
    places = asyncio.Semaphore(AT_ONCE)
    began = time.monotonic()

    async def one(session: aiohttp.ClientSession, tap: Tap) -> None:
        async with places:
            checkout = await _json(
                session, "POST", f"{stack.url}/api/v1/checkouts", tap.token, json={"hold": tap.hold}
            )
            secret = checkout["client_secret"]
            payment = secret.partition("_secret_")[0]
            await _json(
                session,
                "POST",
                f"{stack.stripe}/v1/payment_intents/{payment}/confirm",
                "pk_test_standin",
                data={"client_secret": secret, **CARD},
            )
        order = f"{stack.url}/api/v1/orders/{checkout['order']['id']}"
        async with asyncio.timeout(120):
            while True:
                if (await _json(session, "GET", order, tap.token))["state"] == "paid":
                    return
                await asyncio.sleep(0.1)

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session, tap) for tap in winners))
    took = time.monotonic() - began
    return {"paid": len(winners), "paid_per_s": round(len(winners) / took, 1)}


async def _json(session: aiohttp.ClientSession, method: str, url: str, token: str, **more: Any) -> Any:
    async with session.request(method, url, headers={"Authorization": f"Bearer {token}"}, **more) as response:
        answer = await response.json()
        if response.status >= 400:
            raise RuntimeError(f"{url}: {answer}")
        return answer
