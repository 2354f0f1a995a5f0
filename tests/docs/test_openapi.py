"""The API's description names the routes of the code, with the bodies and answers of docs/protocol.md."""

import asyncio
import json
import re
from typing import Any

import msgspec
import pytest
import schemathesis

from server.api import ROUTES, Route
from server.cli import main
from server.core.settings import Settings
from server.openapi import PATH, describe
from tests.docs.document import Document
from tests.faults.cases import routes
from tests.infra.show import Show

PAGE = Document()
WHO = {
    "anybody": "anybody",
    "the token in the body": "anybody",
    "viewer's pass": "viewer",
    "staff": "staff",
}


async def test_routes_are_those_of_the_code(settings: Settings) -> None:
    """A new one: a line in `server/api.py`."""
    served = [key for key in await routes(settings) if key[1].startswith("/api/")]
    served.remove(("GET", PATH))
    assert sorted((route.method, route.path) for route in ROUTES) == served


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_as_described(route: Route) -> None:
    """`tests/docs/test_protocol.py` holds the page to the handlers."""
    title = f"{route.method} {route.path}"
    (section,) = (
        part[title] for name, part in PAGE.parts.items() if name.startswith("HTTP: ") and title in part
    )
    who = re.search(r"Who: ([^.,]+)", section.text)
    assert who is not None
    assert route.who == WHO[who[1]]
    named = [route.body.__name__] if route.body else []
    assert re.findall(r"Body: \[(\w+)\]", section.text) == named
    answer = f"`{route.answer}`" if isinstance(route.answer, str) else f"[{route.answer.__name__}]"
    assert f"Answer: {route.status} {answer}" in section.text


def test_it_is_openapi_and_all_that_it_refers_to_is_there() -> None:
    document = describe(ROUTES)
    schemathesis.openapi.from_dict(document).validate()
    text = json.dumps(document)
    assert "\\Z" not in text
    for path in re.findall(r'"\$ref": "#/([^"]+)"', text):
        place: Any = document
        for name in path.split("/"):
            place = place[name]


async def test_what_is_served_is_what_is_printed(show: Show, capsys: pytest.CaptureFixture[str]) -> None:
    async with show.http.get(show.url + PATH) as response:
        assert response.status == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        served = await response.text()
    assert await asyncio.to_thread(main, ["openapi"]) == 0
    assert served + "\n" in capsys.readouterr().out
    assert msgspec.json.decode(served) == describe(ROUTES)
