import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest
import redis.exceptions
import sqlalchemy.exc
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from msgspec import Meta, field

from server.core import http
from server.core.errors import BadRequest, Conflict, Internal, TooLarge, Unavailable
from server.core.messages import Message
from tests.infra.logs import Logs


class Thing(Message, frozen=True):
    name: Annotated[str, Meta(max_length=5)]
    parts: "list[Thing]" = field(default_factory=list)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ('{"name":1}', "$.name"),
        ('{"name":"123456"}', "$.name"),
        ("{}", "$"),
        ('{"name":"a","x":1}', "$"),
        ('{"name":"a","parts":[{"name":"a"},{"name":null}]}', "$.parts[1].name"),
        ("[]", "$"),
        ("null", "$"),
        ('"x"', "$"),
    ],
)
def test_a_refusal_says_where_the_body_does_not_fit(body: str, at: str) -> None:
    with pytest.raises(BadRequest) as refused:
        http.decode(body, Thing)
    assert refused.value.details["at"] == at


HALF_A_SURROGATE = '{"name":"\ud800"}'.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("body", ["", "{", "{}{}", b"\xff", b"\x00", HALF_A_SURROGATE, "NaN", "'a'"])
def test_what_is_not_json_is_refused(body: str | bytes) -> None:
    with pytest.raises(BadRequest):
        http.decode(body, Thing)


def test_nesting_without_end_is_refused() -> None:
    deep = '{"name":"a","parts":[' * 50_000
    with pytest.raises(BadRequest):
        http.decode(deep, Thing)


def test_outages_are_told_from_bugs() -> None:
    away: list[BaseException] = [
        redis.exceptions.ConnectionError("redis://:secret@host"),
        redis.exceptions.TimeoutError(),
        redis.exceptions.BusyLoadingError(),
        redis.exceptions.OutOfMemoryError("OOM"),
        sqlalchemy.exc.OperationalError("SELECT secret", None, Exception("x")),
        sqlalchemy.exc.TimeoutError(),
        TimeoutError(),
        Unavailable("x"),
    ]
    for error in away:
        found = http.as_error(error)
        assert (found.code, found.status, found.retryable) == ("unavailable", 503, True)
        assert "secret" not in str(found.body())
    bugs: list[BaseException] = [
        KeyError("secret"), ValueError("secret"), sqlalchemy.exc.IntegrityError("secret", None, Exception()),
        redis.exceptions.ResponseError("WRONGTYPE secret"),
    ]  # fmt: skip
    for error in bugs:
        found = http.as_error(error)
        assert isinstance(found, Internal)
        assert "secret" not in str(found.body())
    conflict = Conflict("x")
    assert http.as_error(conflict) is conflict


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def asked(handler: Handler, method: str = "POST", **more: Any) -> tuple[int, Any, Any]:
    app = web.Application(middlewares=[http.error_middleware(lambda _request, _error: None)])
    app.router.add_post("/thing", handler)
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        response = await client.request(method, more.pop("path", "/thing"), **more)
        return response.status, await response.json(), response.headers


async def fail(_request: web.Request) -> web.StreamResponse:
    raise KeyError("the secret")


async def test_a_bug_is_written_down_and_not_told(logs: Logs) -> None:
    status, body, _ = await asked(fail)
    assert status == 500
    error = body["error"]
    assert (error["code"], error["retryable"]) == ("internal", False)
    assert "secret" not in str(body)
    [entry] = logs.errors()
    assert error["details"]["incident"] in entry


async def test_an_outage_is_told_and_says_when_to_come_again(logs: Logs) -> None:
    async def away(_request: web.Request) -> web.StreamResponse:
        raise redis.exceptions.ConnectionError

    status, body, headers = await asked(away)
    assert (status, body["error"]["code"], headers["Retry-After"]) == (503, "unavailable", "2")
    assert logs.errors() == []


async def test_addresses_and_methods_that_are_not_there() -> None:
    status, body, _ = await asked(fail, path="/nothing")
    assert (status, body["error"]["code"]) == (404, "not_found")
    status, body, headers = await asked(fail, "GET")
    assert (status, body["error"]["code"], headers["Allow"]) == (405, "method_not_allowed", "POST")
    assert set(body["error"]) == {"code", "message", "retryable", "details"}


@pytest.mark.parametrize("length", [http.MAX_BODY, http.MAX_BODY + 1])
@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_is_read_to_its_limit_and_no_further(length: int, chunked: bool) -> None:
    got: list[int] = []

    async def read(request: web.Request) -> web.StreamResponse:
        got.append(len(await http.limited_body(request, http.MAX_BODY)))
        return http.answer({})

    async def parts() -> Any:
        for _ in range(length // 4096):
            yield b"x" * 4096
        yield b"x" * (length % 4096)

    status, body, _ = await asked(read, data=parts() if chunked else b"x" * length)
    if length > http.MAX_BODY:
        assert (status, body["error"]["code"], got) == (413, "request.too_large", [])
        assert body["error"]["details"] == {"limit": http.MAX_BODY}
    else:
        assert (status, got) == (200, [length])


async def test_answers_are_not_kept_by_caches() -> None:
    assert http.answer({"a": 1}).headers["Cache-Control"] == "no-store"
    assert http.error_response(TooLarge("x")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", None), ("abc", None), ("", None),
        ("Bearer", ""),
    ],
)  # fmt: skip
def test_bearer(header: str, token: str | None) -> None:
    assert http.bearer(make_mocked_request("GET", "/", {"Authorization": header})) == token


async def test_a_cancelled_request_stays_cancelled() -> None:
    async def cancelled(_request: web.Request) -> web.StreamResponse:
        raise asyncio.CancelledError

    middleware: Any = http.error_middleware(lambda _request, _error: None)
    with pytest.raises(asyncio.CancelledError):
        await middleware(make_mocked_request("GET", "/"), cancelled)
