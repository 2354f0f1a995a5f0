"""Stripe, or the stand-in, over the official SDK. Nothing else here imports it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import msgspec
import stripe

from server.core.errors import Unavailable
from server.core.metrics import Histogram
from server.core.tracing import OFF, Tracing
from server.payments.errors import (
    AlreadyRefunded,
    BadSignature,
    KeyReused,
    Misconfigured,
    PaymentRefused,
    PaymentUnknown,
)
from server.payments.messages import BrowserConfig, IncomingEvent, Payment, PaymentStatus, Refund, StripeEvent

# The SDK's telemetry reads and writes a file in the home folder, in the middle of an asynchronous call.
stripe.enable_telemetry = False

STRIPE_API = "https://api.stripe.com"
STRIPE_SCRIPT = "https://js.stripe.com/v3/"

_CONNECT_S, _TOTAL_S, _RETRIES = 3.0, 10.0, 2
_TOLERANCE_S = 300
_PAGE = 100
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


class StripeGateway:
    """Every method raises `Unavailable` when Stripe is away, slow or busy: nothing was changed, or the same
    call with the same idempotency key is safe. `Misconfigured`: Stripe refuses our key."""

    def __init__(
        self,
        *,
        secret_key: str,
        publishable_key: str,
        webhook_secret: str,
        api_base: str = STRIPE_API,
        script: str = STRIPE_SCRIPT,
        tracing: Tracing = OFF,
    ) -> None:
        """`api_base` and `script` (what a page loads) differ from the defaults for a stand-in only."""
        # The SDK's other client, over httpx, makes a deprecated call for each request.
        http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=_TOTAL_S, connect=_CONNECT_S))
        self._http = http
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base},
            http_client=http,
            max_network_retries=_RETRIES,
        )
        self._publishable_key = publishable_key
        self._webhook_secret = webhook_secret
        self._script = script
        self._tracing = tracing
        self.times: defaultdict[str, Histogram] = defaultdict(Histogram)
        """How long Stripe took, by what it was asked for; retries are in it."""

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    def browser_config(self) -> BrowserConfig:
        parts = urlsplit(self._script)
        own = None if self._script == STRIPE_SCRIPT else f"{parts.scheme}://{parts.netloc}"
        return BrowserConfig(publishable_key=self._publishable_key, script=self._script, api=own)

    @asynccontextmanager
    async def _asking(self, what: str) -> AsyncIterator[None]:
        began = time.perf_counter()
        try:
            with self._tracing.span(f"stripe {what}", kind="client"):
                async with _our_errors():
                    yield
        finally:
            self.times[what].observe(time.perf_counter() - began)

    async def create_payment(
        self,
        order: str,
        amount: int,
        currency: str,
        description: str,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> Payment:
        """A payment for the buyer's browser to confirm. Ways to pay that leave the page are not offered:
        a purchase stays inside the stream. Raises PaymentRefused, e.g. for an amount below the smallest."""
        async with self._asking("create_payment"):
            return _payment(
                await self._client.v1.payment_intents.create_async(
                    {
                        "amount": amount,
                        "currency": currency,
                        "description": description,
                        "metadata": {**metadata, "order": order},
                        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                    },
                    {"idempotency_key": idempotency_key},
                )
            )

    async def change_amount(self, payment: str, amount: int, idempotency_key: str) -> Payment:
        """Of a payment that nobody has confirmed. Raises PaymentRefused with the reason
        `payment_intent_unexpected_state` for any other, PaymentUnknown."""
        async with self._asking("change_amount"):
            return _payment(
                await self._client.v1.payment_intents.update_async(
                    payment, {"amount": amount}, {"idempotency_key": idempotency_key}
                )
            )

    async def get_payment(self, payment: str) -> Payment:
        """As Stripe knows it now. Raises PaymentUnknown."""
        async with self._asking("get_payment"):
            return _payment(await self._client.v1.payment_intents.retrieve_async(payment))

    async def payments_since(self, since_ms: int) -> list[Payment]:
        """All that were made then or later, the newest first, each with what of it was given back."""
        found: list[Payment] = []
        after: str | None = None
        while True:
            async with self._asking("list_payments"):
                asked: Any = {
                    "created": {"gte": since_ms // 1000},
                    "limit": _PAGE,
                    "expand": ["data.latest_charge"],
                }
                if after is not None:
                    asked["starting_after"] = after
                page = await self._client.v1.payment_intents.list_async(asked)
                found += [_payment(intent) for intent in page.data]
            if not page.has_more or not page.data:
                return found
            after = page.data[-1].id

    async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment:
        """The payment afterwards: `canceled`, or what it had become before (`succeeded`: the money is there).
        Raises PaymentUnknown."""
        try:
            async with self._asking("cancel_payment"):
                return _payment(
                    await self._client.v1.payment_intents.cancel_async(
                        payment, options={"idempotency_key": idempotency_key}
                    )
                )
        except PaymentRefused as error:
            if error.details.get("reason") != "payment_intent_unexpected_state":
                raise
            return await self.get_payment(payment)

    async def refund(self, payment: str, amount: int, reason: str, idempotency_key: str) -> Refund:
        """Gives `amount` back. `reason` is Stripe's word or ours; ours is kept as metadata. Raises
        AlreadyRefunded when nothing is left, PaymentRefused when less is left or nothing was paid."""
        async with self._asking("refund"):
            made = await self._client.v1.refunds.create_async(
                {
                    "payment_intent": payment,
                    "amount": amount,
                    "reason": reason if reason in _REASONS else "requested_by_customer",
                    "metadata": {"reason": reason},
                },
                {"idempotency_key": idempotency_key},
            )
            return Refund(
                id=made.id,
                payment=payment,
                amount=made.amount,
                currency=made.currency,
                status=made.status or "pending",
            )

    def verified(self, body: bytes, signature: str | None) -> IncomingEvent:
        """The event of a webhook. Raises BadSignature for all that Stripe did not send, and send just now."""
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret, _TOLERANCE_S)
            event = msgspec.json.decode(body, type=StripeEvent)
        # ValueError and TypeError: bytes or a header that are no text. DecodeError: not an event at all.
        except (stripe.SignatureVerificationError, msgspec.DecodeError, ValueError, TypeError):
            raise BadSignature("This webhook was not signed by Stripe for us, or is too old.") from None
        return IncomingEvent(id=event.id, type=event.type, payload=body.decode())


def _payment(intent: stripe.PaymentIntent) -> Payment:
    failure, metadata = _fields(intent.last_payment_error), _fields(intent.metadata)
    charge = intent.latest_charge
    return Payment(
        id=intent.id,
        status=cast(PaymentStatus, intent.status),
        client_secret=intent.client_secret,
        amount=intent.amount,
        received=intent.amount_received,
        currency=intent.currency,
        order=metadata.get("order"),
        error_code=failure.get("decline_code") or failure.get("code"),
        shop=metadata.get("shop"),
        refunded=charge.amount_refunded if isinstance(charge, stripe.Charge) else None,
    )


def _fields(part: stripe.StripeObject | None) -> dict[str, Any]:
    return part.to_dict() if part is not None else {}


@asynccontextmanager
async def _our_errors() -> AsyncIterator[None]:
    """The SDK's errors as ours. `from None`: theirs quote the key, or what the buyer typed."""
    try:
        async with asyncio.timeout(_TOTAL_S):
            yield
    except (stripe.AuthenticationError, stripe.PermissionError):
        raise Misconfigured("Stripe does not accept the configured secret key.") from None
    except stripe.IdempotencyError as error:
        if error.http_status == 409:
            raise Unavailable("The same request is still under way at Stripe.") from None
        raise KeyReused("This idempotency key was used for another request.") from None
    except stripe.RateLimitError:
        raise Unavailable("Stripe is busy; nothing was changed.") from None
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if error.code == "resource_missing":
            raise PaymentUnknown("Stripe knows no such payment.") from None
        if error.code == "charge_already_refunded":
            raise AlreadyRefunded("This payment was refunded already.") from None
        reason = _decline_code(error) or error.code or "invalid"
        raise PaymentRefused("Stripe refused the payment.", reason=reason) from None
    except (stripe.StripeError, aiohttp.ClientError, TimeoutError):
        raise Unavailable("Stripe can't be reached; the same request may be sent again.") from None


def _decline_code(error: stripe.StripeError) -> str | None:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    inner = body.get("error")
    return inner.get("decline_code") if isinstance(inner, dict) else None
