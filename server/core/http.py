"""HTTP's edge: bodies in, answers and coded errors out."""

import copy
import logging
import math
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import redis.exceptions
import sqlalchemy.exc
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware

from server.core import db, ids
from server.core import redis as core_redis
from server.core.errors import (
    BadRequest,
    Internal,
    MethodNotAllowed,
    NotFound,
    ProofcastError,
    TooLarge,
    Unavailable,
)
from server.core.log import logger

M = TypeVar("M")


class _ServerLog(logging.LoggerAdapter[logging.Logger]):
    def exception(self, msg: object, *args: object, exc_info: Any = True, **more: Any) -> None:
        if isinstance(exc_info, (HttpProcessingError, web.RequestPayloadError, ConnectionError)):
            self.debug(msg, *args)
        else:
            self.error(msg, *args, exc_info=exc_info, **more)


SERVER_LOG: Any = _ServerLog(logging.getLogger("aiohttp.server"))
"""For aiohttp's server: in its own log, a stranger who speaks no HTTP would look like a crash of ours."""

REQUEST_ID = web.RequestKey("request_id", str)
"""In every log line of the request, in the answer's header, and in the details of a 5xx error."""

_log = logger("http")
_encode = msgspec.json.Encoder().encode

MAX_BODY = 256 * 1024
RETRY_AFTER_MS = 2000
"""Where the error does not know better."""


def decode(body: bytes | str, message: type[M]) -> M:
    """Raises `BadRequest`, saying where the document does not fit."""
    try:
        return msgspec.json.decode(body, type=message)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("The body is not JSON.") from None


def convert(value: object, message: type[M]) -> M:
    """The same for a value that is decoded already."""
    try:
        return msgspec.convert(value, message)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def invalid(error: msgspec.ValidationError) -> BadRequest:
    what, _, where = str(error).partition(" - at ")
    return BadRequest(what, at=where.strip("`") or "$")


async def read(request: web.Request, message: type[M]) -> M:
    """The request's JSON body as a message. Raises `BadRequest` or `TooLarge`."""
    return decode(await limited_body(request, MAX_BODY), message)


def answer(value: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        body=_encode(value),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def as_text(header: str) -> str:
    """Bytes of a header that are no UTF-8 become question marks, so that it can be stored and answered."""
    return header.encode(errors="replace").decode()


def bearer(request: web.Request) -> str | None:
    scheme, _, token = as_text(request.headers.get("Authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


PUBLIC_ORIGIN = web.AppKey("public_origin", str)
"""The origin of `PUBLIC_URL`: where browsers find us, whatever a proxy in front makes of the request."""


def own_origins(request: web.Request) -> set[str]:
    """The origins of our own pages, as this request's host sees them."""
    return {f"{request.scheme}://{request.host}".lower(), request.app[PUBLIC_ORIGIN]}


async def limited_body(request: web.Request, limit: int) -> bytes:
    """The raw body. Raises `TooLarge` past `limit` bytes, without reading on; `BadRequest` for one that is
    broken off or packed wrongly."""
    try:
        body = await request.content.read(limit + 1)
        while len(body) <= limit and not request.content.at_eof():
            body += await request.content.read(limit + 1 - len(body))
    except (web.RequestPayloadError, ConnectionError):
        raise BadRequest("The body can't be read: it is broken off, or packed wrongly.") from None
    if len(body) > limit:
        raise TooLarge(f"The body is larger than {limit} bytes.", limit=limit)
    return body


def as_error(error: BaseException) -> ProofcastError:
    """What a caller may know of an exception. An unknown one is a bug: the caller learns only that."""
    if isinstance(error, ProofcastError):
        return error
    if isinstance(error, core_redis.AWAY):
        return Unavailable(
            "A part of this server can't be reached for the moment. Try again.", service="redis"
        )
    if isinstance(error, db.AWAY):
        return Unavailable("The database can't be reached for the moment. Try again.", service="sql")
    if isinstance(error, (sqlalchemy.exc.TimeoutError, TimeoutError)):
        return Unavailable("This took too long. Try again.")
    if isinstance(error, redis.exceptions.OutOfMemoryError):
        return Unavailable("A part of this server is full for the moment. Try again.", service="redis")
    return Internal("Something went wrong on our side. It has been written down.")


def error_response(error: ProofcastError) -> web.Response:
    response = answer({"error": error.body()}, status=error.status)
    if error.status == 503:
        seconds = math.ceil(error.details.get("retry_after_ms", RETRY_AFTER_MS) / 1000)
        response.headers["Retry-After"] = str(max(1, seconds))
    return response


def error_middleware(
    render: Callable[[web.Request, ProofcastError], web.Response | None],
) -> Middleware:
    """Turns exceptions into coded answers. `render` may draw a page for a browser instead of JSON."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if "\0" in request.path:  # no name of ours holds one, and PostgreSQL takes none
                raise web.HTTPNotFound
            return await handler(request)
        except web.HTTPNotFound:
            failure: ProofcastError = NotFound("There is nothing at this address.")
        except web.HTTPMethodNotAllowed as error:
            response = error_response(MethodNotAllowed("This address does not take that method."))
            response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
            return response
        except web.HTTPRequestEntityTooLarge:
            failure = TooLarge("The body is too large.")
        except web.HTTPBadRequest:  # its text quotes what was sent
            failure = BadRequest("This request can't be answered: its headers don't fit together.")
        except web.HTTPException:
            raise
        except Exception as error:
            failure = as_error(error)
            if isinstance(failure, Internal):
                incident = ids.new_id("inc")
                failure = Internal(failure.message, incident=incident)
                _log.error("unexpected error", path=request.path, incident=incident, exc_info=error)
        if failure.status >= 500 and REQUEST_ID in request:
            failure = _with_details(failure, request=request[REQUEST_ID])
        return render(request, failure) or error_response(failure)

    return middleware


def _with_details(error: ProofcastError, **details: Any) -> ProofcastError:
    """A copy: requests that waited for the same thing share what became of it."""
    found = copy.copy(error)
    found.details = {**error.details, **details}
    return found
