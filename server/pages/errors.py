"""An error, as a page where a person asked and as JSON where a program did."""

from aiohttp import web

from server.core.errors import ProofcastError
from server.pages.templates import render


def render_error(request: web.Request, error: ProofcastError) -> web.Response | None:
    """A page for a browser that navigates; None where JSON is the answer."""
    if request.path.startswith(("/api/", "/webhooks/")) or "text/html" not in request.headers.get(
        "Accept", ""
    ):
        return None
    return render("error.html", status=error.status, error=error.body(), status_code=error.status)
