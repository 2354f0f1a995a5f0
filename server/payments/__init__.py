"""Payments: Stripe behind one gateway, and the inbox of its webhooks. Nothing of orders is known here."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from server.payments.gateway import StripeGateway
from server.payments.routes import webhook_route
from server.payments.store import PaymentEventStore

__all__ = ["setup_routes"]


def setup_routes(
    app: web.Application,
    inbox: PaymentEventStore,
    gateway: StripeGateway,
    wake: Callable[[], Awaitable[None]],
) -> None:
    """Adds `POST /webhooks/stripe`. `wake` is awaited after an event was stored, to rouse the workers."""
    app.router.add_routes([webhook_route(inbox, gateway, wake)])
