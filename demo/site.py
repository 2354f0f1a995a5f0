"""Somebody else's page: a static site on an origin of its own, with the stream embedded."""

import html

from aiohttp import web

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Blotter, notes on perfume</title>
<link rel="stylesheet" href="/style.css">
<article>
<p class="kicker">The Blotter · notes on perfume</p>
<h1>Three vetivers, side by side</h1>
<p>Vetiver is a grass whose roots smell of smoke, rain or grapefruit, depending on where it grew and what was
done to it. Tonight a perfumer puts three of hers on one blotter, on camera.</p>
<script src="{base}/embed.js" async></script>
<proofcast-stream stream="{stream}"></proofcast-stream>
<p>This page belongs to somebody else and is served from another origin. All that it holds of the shop are
the two lines above: a script and an element.</p>
</article>
</html>
"""

STYLE = """body { margin: 0; background: #f6f7f4; color: #20241f; font: 18px/1.6 Georgia, serif }
article { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 6rem }
.kicker { color: #5c6658; font-size: .9rem; letter-spacing: .02em }
h1 { font-weight: 400; line-height: 1.15; margin: .2em 0 .6em }
proofcast-stream { display: block; margin: 2rem 0 }
"""


async def serve(host: str, port: int, base: str, stream: str) -> web.AppRunner:
    """Starts the site; the caller cleans the runner up."""
    page = PAGE.format(base=html.escape(base), stream=html.escape(stream))

    async def index(_request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    async def style(_request: web.Request) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_get("/style.css", style)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
