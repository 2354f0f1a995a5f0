"""Jinja2, with everything escaped, and a JSON island for what the page's script must know."""

from datetime import UTC, datetime
from typing import Any

import jinja2
import msgspec
from aiohttp import web
from markupsafe import Markup

from server import __version__
from server.core.money import format_money

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("server.pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    auto_reload=False,
)


def to_json(data: object, **_options: object) -> Markup:
    """JSON that may stand in a `<script type="application/json">`: nothing in it can end that element."""
    text = msgspec.json.encode(data).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def day(at: int) -> str:
    """ms since the epoch as `23 November 2026`, UTC."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.day} {moment:%B %Y}"


_environment.filters["tojson"] = to_json
_environment.filters["money"] = format_money
_environment.filters["day"] = day
_environment.globals["version"] = __version__
# Read from the disk now, and never while a page is made: that would hold up every viewer.
_templates = {name: _environment.get_template(name) for name in _environment.list_templates(["html"])}


def render(template: str, *, status: int = 200, **context: Any) -> web.Response:
    text = _templates[template].render(context)
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )
