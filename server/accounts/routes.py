"""Signing in and out, and the shop's settings."""

from aiohttp import web

from server.accounts.guard import COOKIE, StaffGuard, same_site, session_token
from server.accounts.messages import ChangeShop, SignIn
from server.accounts.service import SESSION_MS, AccountService
from server.core.http import answer, read
from server.core.messages import Empty


def setup(app: web.Application, accounts: AccountService, guard: StaffGuard, *, secure: bool) -> None:
    """`secure`: the site is served over HTTPS, so the cookie goes nowhere else."""

    async def sign_in(request: web.Request) -> web.Response:
        same_site(request)
        body = await read(request, SignIn)
        token, staff = await accounts.sign_in(body.email, body.password)
        response = answer(staff)
        response.set_cookie(
            COOKIE, token, max_age=SESSION_MS // 1000, httponly=True, samesite="Lax", secure=secure, path="/"
        )
        return response

    async def who(request: web.Request) -> web.Response:
        return answer(await guard(request))

    async def sign_out(request: web.Request) -> web.Response:
        same_site(request)
        await accounts.sign_out(session_token(request))
        response = answer(Empty())
        response.del_cookie(COOKIE, path="/")
        return response

    async def show_shop(request: web.Request) -> web.Response:
        return answer((await guard(request)).shop)

    async def change_shop(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await accounts.change_shop(staff.shop.id, await read(request, ChangeShop)))

    async def socket_pass(request: web.Request) -> web.Response:
        return answer(accounts.staff_pass(await guard(request)))

    app.router.add_post("/api/v1/session", sign_in)
    app.router.add_get("/api/v1/session", who)
    app.router.add_delete("/api/v1/session", sign_out)
    app.router.add_get("/api/v1/host/shop", show_shop)
    app.router.add_patch("/api/v1/host/shop", change_shop)
    app.router.add_post("/api/v1/host/socket-pass", socket_pass)
