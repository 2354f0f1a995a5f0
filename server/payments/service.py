"""Draining the inbox: what an event says, who handles it, what becomes of it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec

from server.core.db import AWAY as SQL_AWAY
from server.core.errors import ProofcastError, Unavailable
from server.core.log import logger
from server.core.redis import AWAY as REDIS_AWAY
from server.core.tracing import OFF, Tracing, note
from server.payments.errors import UnreadableEvent
from server.payments.messages import (
    BrowserConfig,
    EventSetAside,
    Payment,
    PaymentEvent,
    Refund,
    StripeCharge,
    StripeEvent,
    StripeFailure,
    StripeIntent,
)
from server.payments.store import SET_ASIDE, ClaimedEvent, InboxCounts, PaymentEventStore

Handler = Callable[[PaymentEvent], Awaitable[str]]
"""Settles one event and returns its outcome, a short word. It may be called twice for the same event, or
late, or out of order: it must change nothing the second time. A retryable error brings the event back;
any other ProofcastError sets it aside for good."""


class Gateway(Protocol):
    """What other slices may ask of Stripe. `StripeGateway` is the one; it says what each call raises."""

    async def create_payment(
        self,
        order: str,
        amount: int,
        currency: str,
        description: str,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> Payment: ...

    async def get_payment(self, payment: str) -> Payment: ...

    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment: ...

    async def refund(self, payment: str, amount: int, reason: str, idempotency_key: str) -> Refund: ...

    def browser_config(self) -> BrowserConfig: ...


IGNORED = "ignored"
_LEASE_MS = 60_000
_log = logger("payments")


class PaymentInbox:
    """Decides nothing about orders: the handlers do."""

    def __init__(
        self, store: PaymentEventStore, *, lease_ms: int = _LEASE_MS, tracing: Tracing = OFF
    ) -> None:
        """`lease_ms`: how long a handler may take before another worker may have the event."""
        self._store = store
        self._lease_ms = lease_ms
        self._tracing = tracing
        self.settled: Counter[str] = Counter()
        """Attempts, by outcome: a handler's word, or `retry`, `set_aside`."""

    async def run_once(self, handlers: Mapping[str, Handler], most: int = 16) -> int:
        """Handles up to `most` events that are due, side by side, by the type of each. Returns how many it
        took on; 0 means that nothing is due."""
        claimed = await self._store.claim(most, self._lease_ms)
        async with asyncio.TaskGroup() as group:
            for event in claimed:
                group.create_task(self._handle(event, handlers))
        return len(claimed)

    async def next_due(self) -> int | None:
        """When there will be work (ms since the epoch, maybe past); None when all is handled."""
        return await self._store.next_due()

    async def backlog(self) -> tuple[int, int | None]:
        """How many events are not handled yet, and since when (ms) the oldest of them waits."""
        return await self._store.backlog()

    async def counts(self) -> InboxCounts:
        return await self._store.counts()

    async def list_set_aside(self, most: int = 100) -> list[EventSetAside]:
        """What was not settled and waits for a person, newest first."""
        return await self._store.list_set_aside(most)

    async def _handle(self, event: ClaimedEvent, handlers: Mapping[str, Handler]) -> None:
        try:
            await self._settle(event, handlers)
        except SQL_AWAY:  # not even the outcome can be written: the lease ends, and the event comes again
            _log.warning("payment event left for later", payment_event=event.id)

    async def _settle(self, event: ClaimedEvent, handlers: Mapping[str, Handler]) -> None:
        handler = handlers.get(event.type)
        if handler is None:
            self.settled[IGNORED] += 1
            await self._store.done(event.id, IGNORED)
            return
        log = _log.bind(payment_event=event.id, type=event.type, attempt=event.attempts)
        try:
            async with asyncio.timeout(self._lease_ms / 1000):
                with self._tracing.span(f"settle {event.type}", {"proofcast.payment_event": event.id}):
                    payment = decode(event.payload)
                    if payment.order is not None:
                        note({"proofcast.order": payment.order})
                    outcome = await handler(payment)
        except ProofcastError as error:
            self.settled["retry" if error.retryable else SET_ASIDE] += 1
            if error.retryable:
                log.warning("payment event failed, will be tried again", code=error.code)
                await self._store.retry_later(event.id, error.code)
            else:
                log.error("payment event set aside", code=error.code)
                await self._store.set_aside(event.id, error.code)
        except (*SQL_AWAY, *REDIS_AWAY, TimeoutError) as error:
            self.settled["retry"] += 1
            log.warning("payment event failed, will be tried again", error=type(error).__name__)
            await self._store.retry_later(event.id, Unavailable.code)
        except Exception as error:  # a bug must not lose a payment: keep it, say so, try again
            self.settled["retry"] += 1
            log.error("payment event crashed", exc_info=error)
            await self._store.retry_later(event.id, type(error).__name__)
        else:
            self.settled[outcome] += 1
            await self._store.done(event.id, outcome)


def decode(payload: str) -> PaymentEvent:
    """What an event of type `payment_intent.*` or `charge.*` says. Raises UnreadableEvent."""
    try:
        event = msgspec.json.decode(payload, type=StripeEvent)
        if event.type.startswith("charge."):
            return _of_charge(event, msgspec.convert(event.data.object, StripeCharge))
        return _of_intent(event, msgspec.convert(event.data.object, StripeIntent))
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise UnreadableEvent("The event lacks what its type promises.") from None


def _of_intent(event: StripeEvent, intent: StripeIntent) -> PaymentEvent:
    failure = intent.last_payment_error or StripeFailure()
    return PaymentEvent(
        payment=intent.id,
        received=intent.amount_received,
        refunded=0,
        error_code=failure.decline_code or failure.code,
        **_common(event, intent),
    )


def _of_charge(event: StripeEvent, charge: StripeCharge) -> PaymentEvent:
    return PaymentEvent(
        payment=charge.payment_intent,
        received=charge.amount_captured,
        refunded=charge.amount_refunded,
        error_code=charge.failure_code,
        **_common(event, charge),
    )


def _common(event: StripeEvent, subject: StripeIntent | StripeCharge) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "created": event.created * 1000,
        "order": subject.metadata.get("order"),
        "status": subject.status,
        "amount": subject.amount,
        "currency": subject.currency,
        "metadata": subject.metadata,
    }
