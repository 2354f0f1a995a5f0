"""Paying, for pages of any origin that show a viewer's pass."""

from aiohttp import web

from server.accounts.service import AccountService
from server.checkout.messages import OpenCheckout
from server.checkout.service import CheckoutService
from server.core.auth import Grant
from server.core.http import answer, bearer, read
from server.core.tracing import note


def setup(app: web.Application, checkout: CheckoutService, accounts: AccountService) -> None:
    def viewer(request: web.Request) -> Grant:
        return accounts.viewer(bearer(request))

    async def open_checkout(request: web.Request) -> web.Response:
        grant = viewer(request)
        body = await read(request, OpenCheckout)
        opened = await checkout.open(grant, body)
        note({"proofcast.hold": body.hold or "", "proofcast.order": opened.order.id})
        return answer(opened, status=201)

    async def show(request: web.Request) -> web.Response:
        return answer(await checkout.order(viewer(request), request.match_info["order"]))

    async def reserve(request: web.Request) -> web.Response:
        return answer(await checkout.reserve(viewer(request), request.match_info["order"]))

    async def cancel(request: web.Request) -> web.Response:
        return answer(await checkout.cancel(viewer(request), request.match_info["order"]))

    app.router.add_post("/api/v1/checkouts", open_checkout)
    app.router.add_get("/api/v1/orders/{order}", show)
    app.router.add_post("/api/v1/orders/{order}/reserve", reserve)
    app.router.add_post("/api/v1/orders/{order}/cancel", cancel)
