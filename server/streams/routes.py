"""A stream's life, from the host panel."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.core.http import answer, read
from server.streams.messages import ChangeStream, CreateStream, LineUp, StreamList
from server.streams.service import StreamService


def setup(
    app: web.Application,
    streams: StreamService,
    guard: StaffGuard,
    *,
    require_products: Callable[[str, list[str]], Awaitable[None]],
    ending: Callable[[str], Awaitable[None]],
    ended: Callable[[str], Awaitable[None]],
) -> None:
    """`require_products(shop, products)` raises for one that the shop does not have; `ending(stream)` is
    called before a stream ends, and `ended(stream)` after it has, each time that it is asked to."""

    async def listing(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(StreamList(streams=await streams.of_shop(staff.shop)))

    async def create(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await streams.create(staff.shop, await read(request, CreateStream)), status=201)

    async def show(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await streams.of(staff.shop, request.match_info["stream"]))

    async def change(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, ChangeStream)
        return answer(await streams.change(staff.shop, request.match_info["stream"], body))

    async def start(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await streams.start(staff.shop, request.match_info["stream"]))

    async def end(request: web.Request) -> web.Response:
        staff = await guard(request)
        await ending((await streams.of(staff.shop, request.match_info["stream"])).id)
        view = await streams.end(staff.shop, request.match_info["stream"])
        await ended(view.id)
        return answer(view)

    async def line_up(request: web.Request) -> web.Response:
        staff = await guard(request)
        view = await streams.of(staff.shop, request.match_info["stream"])
        return answer(LineUp(products=await streams.line_up(view.id)))

    async def set_line_up(request: web.Request) -> web.Response:
        staff = await guard(request)
        view = await streams.of(staff.shop, request.match_info["stream"])
        body = await read(request, LineUp)
        await require_products(staff.shop.id, body.products)
        return answer(LineUp(products=await streams.set_line_up(view.id, body.products)))

    base = "/api/v1/host/streams"
    app.router.add_get(base, listing)
    app.router.add_post(base, create)
    app.router.add_get(base + "/{stream}", show)
    app.router.add_patch(base + "/{stream}", change)
    app.router.add_post(base + "/{stream}/start", start)
    app.router.add_post(base + "/{stream}/end", end)
    app.router.add_get(base + "/{stream}/line-up", line_up)
    app.router.add_put(base + "/{stream}/line-up", set_line_up)
