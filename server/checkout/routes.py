"""Paying, for pages of any origin that show a viewer's pass; the shop's delivery, for the host."""

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.accounts.service import AccountService
from server.checkout.delivery import DeliveryService
from server.checkout.details import DetailsService
from server.checkout.messages import OpenCheckout, SetDetails, ShopDelivery
from server.checkout.service import CheckoutService
from server.core.auth import Grant
from server.core.http import answer, bearer, read
from server.core.tracing import note


def setup(
    app: web.Application,
    checkout: CheckoutService,
    details: DetailsService,
    delivery: DeliveryService,
    accounts: AccountService,
    guard: StaffGuard,
) -> None:
    def viewer(request: web.Request) -> Grant:
        return accounts.viewer(bearer(request))

    async def open_checkout(request: web.Request) -> web.Response:
        grant = viewer(request)
        body = await read(request, OpenCheckout)
        opened = await checkout.open(grant, body)
        note({"proofcast.hold": body.hold or "", "proofcast.order": opened.order.id})
        return answer(opened, status=201)

    async def set_details(request: web.Request) -> web.Response:
        grant = viewer(request)
        body = await read(request, SetDetails)
        return answer(await details.set(grant, request.match_info["order"], body))

    async def show_delivery(request: web.Request) -> web.Response:
        return answer(await delivery.read((await guard(request)).shop.id))

    async def change_delivery(request: web.Request) -> web.Response:
        shop = (await guard(request)).shop.id
        return answer(await delivery.change(shop, await read(request, ShopDelivery)))

    async def show(request: web.Request) -> web.Response:
        return answer(await checkout.order(viewer(request), request.match_info["order"]))

    async def reserve(request: web.Request) -> web.Response:
        return answer(await checkout.reserve(viewer(request), request.match_info["order"]))

    async def cancel(request: web.Request) -> web.Response:
        return answer(await checkout.cancel(viewer(request), request.match_info["order"]))

    app.router.add_post("/api/v1/checkouts", open_checkout)
    app.router.add_get("/api/v1/orders/{order}", show)
    app.router.add_post("/api/v1/orders/{order}/details", set_details)
    app.router.add_post("/api/v1/orders/{order}/reserve", reserve)
    app.router.add_post("/api/v1/orders/{order}/cancel", cancel)
    app.router.add_get("/api/v1/host/delivery", show_delivery)
    app.router.add_put("/api/v1/host/delivery", change_delivery)
