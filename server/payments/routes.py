"""Where Stripe calls: verify, store, answer. The work is the worker's."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from server.core import http
from server.core.errors import ProofcastError
from server.core.log import logger
from server.core.redis import AWAY
from server.core.tracing import note
from server.payments.gateway import StripeGateway
from server.payments.store import PaymentEventStore

MOST_BYTES = 512 * 1024
"""Stripe's events are some kB; the bound keeps a stranger from filling our memory before the signature."""

_log = logger("payments")


def webhook_route(
    inbox: PaymentEventStore, gateway: StripeGateway, wake: Callable[[], Awaitable[None]]
) -> web.RouteDef:
    """`wake` tells the workers that there is something to do. It may fail: they look by themselves too."""

    async def receive(request: web.Request) -> web.Response:
        # Whatever is raised here is answered with another status than 2xx, so Stripe sends it again.
        body = await http.limited_body(request, MOST_BYTES)
        event = gateway.verified(body, request.headers.get("Stripe-Signature"))
        note({"proofcast.payment_event": event.id})
        if await inbox.put(event):
            try:
                await wake()
            except (ProofcastError, *AWAY) as error:  # it is stored, which is all that Stripe has to know
                _log.warning("workers not woken", error=type(error).__name__)
        return http.answer({"received": True})

    return web.post("/webhooks/stripe", receive)
