"""Pinning, from the host panel."""

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.core.http import answer, read
from server.pins.messages import OrderPins, PinList, ShowPin
from server.pins.service import PinService


def setup(app: web.Application, pins: PinService, guard: StaffGuard) -> None:
    async def shown(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(PinList(pins=await pins.shown(staff.shop, request.match_info["stream"])))

    async def show(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, ShowPin)
        return answer(PinList(pins=await pins.show(staff.shop, request.match_info["stream"], body)))

    async def hide(request: web.Request) -> web.Response:
        staff = await guard(request)
        stream, pin = request.match_info["stream"], request.match_info["pin"]
        return answer(PinList(pins=await pins.hide(staff.shop, stream, pin)))

    async def order(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, OrderPins)
        return answer(PinList(pins=await pins.order(staff.shop, request.match_info["stream"], body.pins)))

    base = "/api/v1/host/streams/{stream}/pins"
    app.router.add_get(base, shown)
    app.router.add_post(base, show)
    app.router.add_put(base, order)
    app.router.add_delete(base + "/{pin}", hide)
