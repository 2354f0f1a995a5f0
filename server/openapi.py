"""The HTTP API as OpenAPI 3.1, for generators of clients and for tools: `/api/v1/openapi.json`."""

import inspect
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from aiohttp import web

from server import __version__
from server.accounts.guard import COOKIE
from server.api import ROUTES, Route
from server.core.errors import ErrorBody
from server.core.messages import Id, Message

PATH = "/api/v1/openapi.json"
_SCHEMAS = "#/components/schemas/"
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "anybody": [],
    "viewer": [{"viewer": []}],
    "staff": [{"staff": []}],
}

Json = dict[str, Any]


def setup(app: web.Application) -> None:
    document = described()

    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=document, content_type="application/json")

    app.router.add_get(PATH, show)


def described() -> str:
    return msgspec.json.format(msgspec.json.encode(describe(ROUTES)).decode(), indent=1)


def describe(routes: Iterable[Route]) -> Json:
    """Errors are one response for all routes; docs/protocol.md says which come from where."""
    routes = tuple(routes)
    paths: dict[str, Json] = {}
    for route in routes:
        place = paths.setdefault(route.path, _parameters(route.path))
        place[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Proofcast",
            "version": __version__,
            "description": "What these mean is in docs/protocol.md, the socket too.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "responses": {"Error": _json("A coded error", _SCHEMAS + "Error")},
            "securitySchemes": {
                "viewer": {"type": "http", "scheme": "bearer", "description": "A viewer's pass"},
                "staff": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _parameters(path: str) -> Json:
    names = re.findall(r"{(\w+)}", path)
    schema = {"$ref": _SCHEMAS + "Id"}
    found = [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]
    return {"parameters": found} if found else {}


def _operation(route: Route) -> Json:
    error = {"$ref": "#/components/responses/Error"}
    if isinstance(route.answer, str):
        answer: Json = {"description": "Done", "content": {route.answer: {"schema": {"type": "string"}}}}
    else:
        answer = _json("Done", _SCHEMAS + route.answer.__name__)
    operation: Json = {
        "operationId": _name(route),
        "security": _SECURITY[route.who],
        "responses": {str(route.status): answer, "4XX": error, "5XX": error},
    }
    if route.body is not None:
        schema = {"$ref": _SCHEMAS + route.body.__name__}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _name(route: Route) -> str:
    """`POST /api/v1/orders/{order}/cancel`: `post_orders_order_cancel`."""
    return "_".join([route.method.lower(), *re.findall(r"\w+", route.path.removeprefix("/api/v1"))])


def _json(description: str, ref: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": ref}}}}


def _schemas(routes: tuple[Route, ...]) -> dict[str, Json]:
    sent = {route.body for route in routes if route.body is not None}
    told: set[type[Any]] = {route.answer for route in routes if not isinstance(route.answer, str)}
    found = components(sent | told | {ErrorBody})
    for name in set(found) - set(components(sent)):  # told only: all fields are there, and more may come
        found[name].pop("additionalProperties", None)
        found[name]["required"] = list(found[name].get("properties", {}))
    error = {
        "type": "object",
        "properties": {"error": {"$ref": _SCHEMAS + "ErrorBody"}},
        "required": ["error"],
    }
    (identity,), _ = msgspec.json.schema_components((Id,))
    return {**found, "Error": error, "Id": _plain(identity)}


def components(messages: Iterable[type[Message]]) -> dict[str, Json]:
    """JSON Schema of these and all that they hold, by name."""
    ordered = sorted(messages, key=lambda cls: cls.__name__)
    _, found = msgspec.json.schema_components(ordered, ref_template=_SCHEMAS + "{name}")
    return {name: _plain(schema) for name, schema in found.items()}


def _plain(schema: Any) -> Any:
    """Patterns as ECMA 262 has them, where `$` is the very end; docstrings without their indentation."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _plain(value) for key, value in schema.items()}
    if isinstance(pattern := found.get("pattern"), str):
        found["pattern"] = re.sub(r"\\Z$", "$", pattern)
    if isinstance(description := found.get("description"), str):
        found["description"] = inspect.cleandoc(description)
    return found
