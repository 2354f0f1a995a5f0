"""The guard that every host route stands behind."""

from aiohttp import web

from server.accounts.messages import StaffView
from server.accounts.service import AccountService
from server.core.errors import BadRequest, Forbidden
from server.core.http import as_text, own_origins

COOKIE = "proofcast_session"


class StaffGuard:
    """Finds out who is signed in. Fails closed: without SQL nobody gets in."""

    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts

    async def __call__(self, request: web.Request) -> StaffView:
        """Raises `Unauthorized`; `Forbidden` for a change that another site's page sent."""
        staff = await self._accounts.staff(session_token(request))
        same_site(request)
        return staff


def session_token(request: web.Request) -> str | None:
    token = request.cookies.get(COOKIE)
    return None if token is None else as_text(token)


def same_site(request: web.Request) -> None:
    """A change must come from a page of ours: browsers always name the origin of a change."""
    if request.method in ("GET", "HEAD"):
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in own_origins(request):
        raise Forbidden("This must be asked from the host panel itself.")
    if request.can_read_body and request.content_type != "application/json":
        raise BadRequest("Send JSON, with Content-Type: application/json.")
