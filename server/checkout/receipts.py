"""Receipts by e-mail: written down with the sale, sent by the worker, tried again, in the end given up."""

from email.message import EmailMessage
from typing import Any, Protocol

from server.accounts.service import AccountService
from server.checkout.confirmation import Confirmations
from server.checkout.letter import compose
from server.checkout.mail import MailRefused
from server.core.clock import Clock
from server.core.errors import Unavailable
from server.core.log import logger

MOST_TRIES = 8
LEASE_MS = 2 * 60_000
"""How long one worker has to send one: a mail server that is slow is given up on before."""
FIRST_PAUSE_MS = 60_000
"""Doubled with each try: the last one is two hours after the first."""

_log = logger("receipts")


class Store(Protocol):
    async def add(self, order: str, now_ms: int) -> None: ...
    async def take(self, now_ms: int, until_ms: int, most: int) -> list[tuple[str, int]]: ...
    async def done(self, order: str, now_ms: int) -> None: ...
    async def again(self, order: str, at_ms: int | None, error: str) -> None: ...


class Orders(Protocol):
    async def get(self, order: str) -> dict[str, Any] | None: ...


class Mailer(Protocol):
    @property
    def sender(self) -> str: ...
    async def send(self, message: EmailMessage) -> None: ...


class ReceiptService:
    """Without a mailer none are written down, and none sent."""

    def __init__(
        self,
        store: Store,
        orders: Orders,
        mailer: Mailer | None,
        accounts: AccountService,
        confirmations: Confirmations,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._orders = orders
        self._mailer = mailer
        self._accounts = accounts
        self._confirmations = confirmations
        self._public_url = public_url
        self._clock = clock

    async def queue(self, row: dict[str, Any]) -> None:
        """Of an order that was paid. The same order again changes nothing."""
        if self._mailer is not None and row["email"]:
            await self._store.add(row["id"], self._clock.now_ms())

    async def send_due(self, most: int = 5) -> int:
        """Answers how many were tried. One that was sent when the process died is sent again, with the same
        Message-ID."""
        if self._mailer is None:
            return 0
        now = self._clock.now_ms()
        due = await self._store.take(now, now + LEASE_MS, most)
        for order, tries in due:
            await self._send(self._mailer, order, tries)
        return len(due)

    async def _send(self, mailer: Mailer, order: str, tries: int) -> None:
        row = await self._orders.get(order)
        if row is None:
            return
        shop = await self._accounts.shop(row["shop"])
        address = self._public_url + self._confirmations.path(order)
        try:
            await mailer.send(compose(row, shop.name, address, mailer.sender))
        except (MailRefused, ValueError) as error:  # ValueError: nothing that mail can go to
            _log.error("receipt was given up", order=order, why=type(error).__name__)
            await self._store.again(order, None, type(error).__name__)
        except Unavailable as error:
            last = tries + 1 >= MOST_TRIES
            at = None if last else self._clock.now_ms() + FIRST_PAUSE_MS * 2**tries
            (_log.error if last else _log.info)("receipt was not sent", order=order, given_up=last)
            await self._store.again(order, at, error.code)
        else:
            await self._store.done(order, self._clock.now_ms())
