"""What every answer carries: who may embed it, run script in it, or read it from another origin."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

PUBLIC = (
    "/api/v1/streams/",
    "/api/v1/checkouts",
    "/api/v1/orders/",
    "/api/v1/touches",
    "/api/v1/openapi.json",
    "/static/",
    "/media/",
    "/embed.js",
)
"""Read by pages of any origin. None of it looks at a cookie: a viewer's pass is what lets one in, and it is
given only to pages whose origin the shop allows."""

_BASE = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
_VIDEO = "img-src 'self' https: http: data:; media-src 'self' https: http: blob:; worker-src 'self' blob:"
_STRIPE = (
    "https://js.stripe.com",
    "https://*.js.stripe.com",
    "https://hooks.stripe.com",
    "https://api.stripe.com",
)


def page_policy(*, frame_ancestors: str = "'none'") -> str:
    """The watch page and the host panel: video from anywhere, script from here alone."""
    return f"{_BASE}; {_VIDEO}; connect-src 'self' ws: wss: https: http:; frame-ancestors {frame_ancestors}"


def pay_policy(script_url: str, allowed_origins: list[str]) -> str:
    """The pay page: Stripe's script and frames, and only the shop's allowed origins around it."""
    parts = urlsplit(script_url)
    stripe = " ".join(dict.fromkeys((f"{parts.scheme}://{parts.netloc}", *_STRIPE)))
    ancestors = " ".join(("'self'", *allowed_origins))
    return (
        f"{_BASE}; script-src 'self' {stripe}; frame-src 'self' {stripe}; connect-src 'self' {stripe}; "
        f"img-src 'self' https: http: data:; style-src 'self' 'unsafe-inline'; frame-ancestors {ancestors}"
    )


def middleware() -> Middleware:
    @web.middleware
    async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
        public = request.path.startswith(PUBLIC)
        if public and request.method == "OPTIONS":
            response: web.StreamResponse = web.Response(status=204)
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            response.headers["Access-Control-Max-Age"] = "600"
        else:
            response = await handler(request)
        if response.prepared:  # a WebSocket
            return response
        if public:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        if request.path.startswith("/media/"):  # a picture may be an SVG, which must not run script here
            response.headers.setdefault(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"
            )
        if response.content_type == "text/html":
            response.headers.setdefault("Content-Security-Policy", page_policy())
        return response

    return headers
