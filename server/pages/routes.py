"""Shells with a JSON island; the widgets draw the rest."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from server.accounts.guard import session_token
from server.accounts.messages import StaffView
from server.accounts.service import AccountService
from server.checkout.confirmation import Confirmations
from server.checkout.countries import COUNTRIES
from server.checkout.messages import BrowserStripe
from server.core.errors import NotFound, Unauthorized
from server.core.http import own_origins
from server.core.settings import Settings
from server.pages.headers import page_policy, pay_policy
from server.pages.templates import render
from server.rooms.service import RoomService
from server.streams.service import StreamService

STATIC = Path(__file__).parents[2] / "static"


def setup(
    app: web.Application,
    accounts: AccountService,
    streams: StreamService,
    rooms: RoomService,
    stripe: BrowserStripe,
    confirmations: Confirmations,
    settings: Settings,
) -> None:
    async def home(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/host")

    async def watch(request: web.Request) -> web.Response:
        owned = await streams.get(request.match_info["stream"])
        response = render("watch.html", stream=owned.view, shop=owned.shop, public_url=settings.public_url)
        ancestors = " ".join(("'self'", *owned.shop.allowed_origins))
        response.headers["Content-Security-Policy"] = page_policy(frame_ancestors=ancestors)
        return response

    async def pay(request: web.Request) -> web.Response:
        owned = await streams.get(request.match_info["stream"])
        origins = sorted({*owned.shop.allowed_origins, *own_origins(request)})
        response = render(
            "pay.html",
            stream=owned.view,
            shop=owned.shop,
            data={"stream": owned.view.id, "allowed_origins": origins},
        )
        response.headers["Content-Security-Policy"] = pay_policy(
            stripe.script_url, owned.shop.allowed_origins
        )
        response.headers["Permissions-Policy"] = "payment=*"
        return response

    async def order(request: web.Request) -> web.Response:
        page = await confirmations.page(request.match_info["token"])
        address = page.details.address if page.details else None
        response = render(
            "order.html",
            shop=await accounts.shop(page.shop),
            page=page,
            country=COUNTRIES.get(address.country) if address else None,
        )
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    async def staff(request: web.Request) -> StaffView | None:
        try:
            return await accounts.staff(session_token(request))
        except Unauthorized:
            return None

    async def host(request: web.Request) -> web.StreamResponse:
        found = await staff(request)
        if found is None:
            return render("host_sign_in.html", data={"next": request.path})
        data: dict[str, Any] = {"base": settings.public_url, "staff": found}
        if "stream" not in request.match_info:
            return render("host.html", data=data)
        view = await streams.of(found.shop, request.match_info["stream"])
        name = "host_report.html" if request.path.endswith("/report") else "host_stream.html"
        return render(name, title=view.title, data={**data, "stream": view})

    async def embed(_request: web.Request) -> web.StreamResponse:
        path = STATIC / "build" / "embed.js"
        if not await asyncio.to_thread(path.is_file):
            raise NotFound("The widgets are not built yet: run `make widgets`.")
        return web.FileResponse(path, headers={"Cache-Control": "public, max-age=300"})

    app.router.add_get("/", home)
    app.router.add_get("/watch/{stream}", watch)
    app.router.add_get("/pay/{stream}", pay)
    app.router.add_get("/orders/{token}", order)
    app.router.add_get("/host", host)
    app.router.add_get("/host/streams/{stream}", host)
    app.router.add_get("/host/streams/{stream}/report", host)
    app.router.add_get("/embed.js", embed)
    app.router.add_static("/static/", STATIC, append_version=False)
    media = settings.data_dir / "media"
    media.mkdir(parents=True, exist_ok=True)
    app.router.add_static("/media/", media)
