"""Every request has an id, which its answer and the log agree on, and is counted by its route."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.core.errors import Unavailable
from server.core.http import error_middleware
from server.core.log import logger
from server.core.requests import HEADER, Requests
from tests.infra.logs import Logs

Client = TestClient[web.Request, web.Application]


class Serving:
    def __init__(self) -> None:
        self.requests = Requests()
        self.shared = Unavailable("away", service="redis")
        app = web.Application(
            middlewares=[self.requests.middleware, error_middleware(lambda _request, _error: None)]
        )
        app.router.add_get("/things/{thing}", self.thing)
        app.router.add_get("/bug", self.bug)
        app.router.add_get("/away", self.away)
        self.client: Client = TestClient(TestServer(app))

    async def thing(self, _request: web.Request) -> web.Response:
        logger("test").info("on behalf of it")
        return web.Response()

    async def bug(self, _request: web.Request) -> web.Response:
        raise KeyError("x")

    async def away(self, _request: web.Request) -> web.Response:
        raise self.shared


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    serving = Serving()
    await serving.client.start_server()
    yield serving
    await serving.client.close()


async def answered(serving: Serving, path: str, given: str | None = None) -> tuple[str, dict[str, object]]:
    headers = {HEADER: given} if given is not None else {}
    async with serving.client.get(path, headers=headers) as response:
        body = await response.json() if "json" in response.content_type else {}
        return response.headers[HEADER], body.get("error", {}).get("details", {})


async def test_a_sane_id_is_taken_up_and_stands_in_every_line(serving: Serving, logs: Logs) -> None:
    assert (await answered(serving, "/things/1", "from-the.proxy_1"))[0] == "from-the.proxy_1"
    entries = logs.entries(request="from-the.proxy_1")
    assert {entry["event"] for entry in entries} == {"on behalf of it", "request"}
    await answered(serving, "/things/1")
    assert len(logs.entries(request="from-the.proxy_1")) == 2  # the next on this connection is another one


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with a space", "a@example.com", "<script>", "é" * 10]
)
async def test_another_one_is_made_anew(serving: Serving, given: str) -> None:
    identifier, _ = await answered(serving, "/things/1", given)
    assert re.fullmatch(r"req_\w{26}", identifier)


async def test_what_failed_is_found_by_its_id(serving: Serving, logs: Logs) -> None:
    identifier, details = await answered(serving, "/bug")
    assert details["request"] == identifier
    [entry] = [entry for entry in logs.entries(request=identifier) if entry["log_level"] == "error"]
    assert entry["incident"] == details["incident"]


async def test_those_who_waited_for_the_same_thing_do_not_learn_each_others_id(serving: Serving) -> None:
    for _ in range(2):
        identifier, details = await answered(serving, "/away")
        assert details == {"service": "redis", "request": identifier}
    assert serving.shared.details == {"service": "redis"}


async def test_a_refusal_tells_no_more_than_its_code(serving: Serving) -> None:
    identifier, details = await answered(serving, "/nothing")
    assert details == {}
    assert identifier


async def test_there_are_as_many_labels_as_routes(serving: Serving) -> None:
    for number in range(5):
        await answered(serving, f"/things/{number}?q={number}")
        await answered(serving, f"/nothing/{number}")
    async with serving.client.request("PROPFIND", "/things/1") as response:
        assert response.status == 405
    assert serving.requests.answered == {
        ("GET", "/things/{thing}", "200"): 5,
        ("GET", "none", "404"): 5,
        ("other", "none", "405"): 1,
    }
    assert serving.requests.times["GET", "/things/{thing}"].count == 5


async def test_the_log_has_the_route_and_not_the_address(serving: Serving, logs: Logs) -> None:
    await answered(serving, "/things/somebody?token=secret")
    [entry] = [entry for entry in logs.entries() if entry["event"] == "request"]
    assert (entry["route"], entry["status"], entry["log_level"]) == ("/things/{thing}", 200, "debug")
    assert "somebody" not in logs.text()
    assert "secret" not in logs.text()
