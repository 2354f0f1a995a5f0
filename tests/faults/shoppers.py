"""Who buys in a drop: a light socket, the same key for the same intention, and patience."""

import asyncio
import functools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from benchmarks.buyers import CouldNotJoin, Orders, Visitor
from tests.infra.stripe import DECLINED, GOOD, StandIn

Json = dict[str, Any]
MOODS = ("pay", "pay", "pay", "pay", "press twice", "decline", "let go", "leave")
"""One after the other: each is there in any crowd, and there are as many of each in every run."""
OVER = {"stock.sold_out", "stock.limit", "stock.hold_ended", "stock.hold_not_found", "checkout.closed"}
"""What a buyer may be told on such a night, and goes. Anything else is a bug."""
AGAIN = (aiohttp.ClientError, ConnectionError, CouldNotJoin, TimeoutError)
ANSWER_S = 10.0
PATIENCE_S = 120.0
TAPS = 3


class Caller(Visitor):
    async def ask(self, name: str, body: Json) -> Json:
        answer: Json = await self._ask(name, body)
        return answer


class Over(Exception):
    """There is nothing to be had here."""


class Shopper:
    def __init__(
        self,
        visit: Orders,
        number: int,
        session: aiohttp.ClientSession,
        standin: StandIn,
        doors: asyncio.Semaphore,
    ) -> None:
        self._visit, self._number, self._session, self._standin = visit, number, session, standin
        self._doors = doors
        self._mood = MOODS[number % len(MOODS)]
        self._dice = random.Random(number)
        self._listeners: set[asyncio.Task[None]] = set()
        self._caller: Caller | None = None
        self._token = ""
        self.paid = False
        self.arrivals = 0
        self.told: Counter[str] = Counter()
        """Answers that were no success, by their code."""

    async def shop(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._buy()
        except Over:
            pass
        finally:
            await self._hang_up()

    async def _buy(self) -> None:
        hold = await self._hold()
        checkout = await self._patiently(
            lambda: self._call("POST", "/api/v1/checkouts", {"hold": hold["id"]})
        )
        secret = checkout["client_secret"]
        if self._mood == "leave":
            return
        if self._mood == "let go":
            path = f"/api/v1/orders/{checkout['order']['id']}/cancel"
            await self._patiently(lambda: self._call("POST", path))
            return
        await asyncio.sleep(self._dice.random())
        if self._mood == "decline":
            await self._patiently(lambda: self._confirm(secret, DECLINED))
        presses = 2 if self._mood == "press twice" else 1
        await asyncio.gather(*(self._patiently(lambda: self._confirm(secret, GOOD)) for _ in range(presses)))

    async def _hold(self) -> Json:
        """Who hears that all is gone asks again a little later: others let go, and lose what they held."""
        visit = self._visit
        quantity = 1 + self._number % 3 // 2  # every third wants two
        body = {"stream": visit.stream, "pin": visit.pin, "variant": visit.variant, "quantity": quantity}
        for tap in range(TAPS):
            tapped = {**body, "key": f"drop-{self._number:06d}-{tap}"}
            try:
                answer = await self._patiently(functools.partial(self._ask, "hold.create", tapped))
                found: Json = answer["hold"]
                return found
            except Over:
                await asyncio.sleep(1)
        raise Over

    async def _patiently(self, ask: Callable[[], Awaitable[Json]]) -> Json:
        """The same again, until somebody says what came of it. Raises `Over`."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_S):
                    answer = await ask()
            except AGAIN as error:
                self.told[type(error).__name__] += 1
            else:
                if answer.get("ok", True):
                    return answer
                refused = answer["error"]
                self.told[refused["code"]] += 1
                if refused["code"] in OVER:
                    raise Over
                assert refused["retryable"], refused
            await asyncio.sleep(0.1 + self._dice.random() * 0.3)

    async def _ask(self, name: str, body: Json) -> Json:
        """Over the socket, that is opened anew when it broke."""
        try:
            if self._caller is None:
                async with self._doors:
                    caller = Caller(self._visit, self._number)
                    caller.token = self._token
                    await caller.arrive(self._session, self._listeners)
                    self._caller, self._token = caller, caller.token
                    self.arrivals += 1
            answer = await self._caller.ask(name, body)
        except BaseException:
            await self._hang_up()
            raise
        return {"ok": True, **answer["data"]} if answer["ok"] else answer

    async def _hang_up(self) -> None:
        caller, self._caller = self._caller, None
        if caller is not None:
            await caller.leave()

    async def _call(self, method: str, path: str, body: Any = None) -> Json:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._session.request(
            method, self._visit.url + path, json=body, headers=headers
        ) as response:
            answer: Json = await response.json(content_type=None)
            return answer if response.status < 400 else {"ok": False, "error": answer["error"]}

    async def _confirm(self, secret: str, card: str) -> Json:
        """What Stripe.js does: 400 says that the payment moved on already, 402 that the card was refused."""
        payment = secret.partition("_secret_")[0]
        form = {
            "client_secret": secret,
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": card,
            "payment_method_data[card][exp_month]": "12",
            "payment_method_data[card][exp_year]": "34",
            "payment_method_data[card][cvc]": "123",
        }
        headers = {"Authorization": f"Bearer {self._standin.publishable_key}"}
        url = f"{self._standin.url}/v1/payment_intents/{payment}/confirm"
        async with self._session.post(url, data=form, headers=headers) as response:
            answer: Json = await response.json()
            if response.status >= 500 or response.status == 409:
                raise ConnectionError
            inner = answer.get("error", {}).get("payment_intent", answer)
            self.paid |= inner.get("status") == "succeeded"
            assert response.status in (200, 400, 402), answer
            return {}
