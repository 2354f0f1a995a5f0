"""A viewer's pass, and the room as it is before any socket is open. For pages of any origin."""

from aiohttp import web

from server.accounts.messages import AskPass
from server.accounts.service import AccountService
from server.core.cache import Fresh
from server.core.http import answer, as_text, own_origins, read
from server.rooms.service import RoomService
from server.streams.service import Owned, StreamService

FRESH_S = 1.0
"""How long a rush of viewers may go by what one of them read of stream and shop."""


def setup(app: web.Application, rooms: RoomService, streams: StreamService, accounts: AccountService) -> None:
    owned_by: Fresh[str, Owned] = Fresh(streams.get, FRESH_S)

    async def look(request: web.Request) -> web.Response:
        owned = await owned_by(request.match_info["stream"])
        accounts.require_origin(
            owned.shop, origin=as_text(request.headers.get("Origin", "")), own_origins=own_origins(request)
        )
        return answer(await rooms.look(owned.view.id))

    async def ask_pass(request: web.Request) -> web.Response:
        body = await read(request, AskPass)
        owned = await owned_by(request.match_info["stream"])
        issued = await accounts.viewer_pass(
            owned.shop,
            origin=as_text(request.headers.get("Origin", "")),
            own_origins=own_origins(request),
            token=body.token,
            preview=body.preview,
        )
        return answer(issued, status=201)

    app.router.add_get("/api/v1/streams/{stream}/room", look)
    app.router.add_post("/api/v1/streams/{stream}/pass", ask_pass)
