"""What a page loads and may call: the script in place of Stripe.js, and CORS as Stripe grants it."""

from pathlib import Path

from aiohttp import web

_PARTS = ("api.js", "input.js", "style.js", "element.js", "dialog.js", "stripe.js")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
    "Access-Control-Expose-Headers": "Request-Id",
    "Access-Control-Max-Age": "300",
}


def script() -> str:
    """One script in a scope of its own. It talks to the origin that it was loaded from."""
    folder = Path(__file__).parent / "js"
    parts = "\n".join((folder / name).read_text(encoding="utf-8") for name in _PARTS)
    return f"(() => {{\n'use strict';\n{parts}\n}})();\n"


def routes() -> list[web.RouteDef]:
    text = script()

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(
            text=text,
            content_type="text/javascript",
            headers={"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"},
        )

    async def preflight(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    return [
        web.get("/js.stripe.com/v3", serve),
        web.get("/js.stripe.com/v3/", serve),
        web.get("/js.stripe.com/{release:[a-z]+}/stripe.js", serve),
        web.options("/v1/{rest:.*}", preflight),
    ]


async def add_cors(request: web.Request, response: web.StreamResponse) -> None:
    """Any page may call the API with a publishable key; no cookie takes part in it."""
    if request.path.startswith(("/v1/", "/js.stripe.com/")):
        response.headers.update(_CORS)
