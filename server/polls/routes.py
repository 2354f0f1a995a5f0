"""Polls, from the host panel."""

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.core.http import answer, read
from server.core.messages import Empty
from server.polls.messages import PollDraft, PollList
from server.polls.service import PollService


def setup(app: web.Application, polls: PollService, guard: StaffGuard) -> None:
    def place(request: web.Request) -> tuple[str, str]:
        return request.match_info["stream"], request.match_info["poll"]

    async def listing(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(PollList(polls=await polls.of_stream(staff.shop, request.match_info["stream"])))

    async def create(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, PollDraft)
        return answer(await polls.create(staff.shop, request.match_info["stream"], body), status=201)

    async def change(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, PollDraft)
        return answer(await polls.change(staff.shop, *place(request), body))

    async def remove(request: web.Request) -> web.Response:
        staff = await guard(request)
        await polls.remove(staff.shop, *place(request))
        return answer(Empty())

    async def open_(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await polls.open(staff.shop, *place(request)))

    async def close(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await polls.close(staff.shop, *place(request)))

    async def hide(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await polls.hide(staff.shop, *place(request)))

    base = "/api/v1/host/streams/{stream}/polls"
    app.router.add_get(base, listing)
    app.router.add_post(base, create)
    app.router.add_put(base + "/{poll}", change)
    app.router.add_delete(base + "/{poll}", remove)
    app.router.add_post(base + "/{poll}/open", open_)
    app.router.add_post(base + "/{poll}/close", close)
    app.router.add_post(base + "/{poll}/hide", hide)
