"""The HTTP API, fed by its own description: nothing crashes, every answer is as described, and what is
refused has changed nothing. `make fuzz-api` goes on for longer."""

import asyncio
import re
from typing import Any

import requests
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.accounts.guard import COOKIE
from server.api import ROUTES, Route
from server.openapi import describe
from tests.faults.client import codes
from tests.faults.described import Loop, Operation, Watched, named, names, run
from tests.faults.stage import Stage
from tests.infra.logs import Logs

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHO = ("anybody", "viewer", "staff")
LAST = ("/cancel", "/close", "/hide", "/end")
"""After these, and what deletes, less is there."""


class Api:
    """Used in a thread of its own: schemathesis does not know asyncio."""

    def __init__(self, stage: Stage, loop: Loop) -> None:
        self._url = stage.show.url
        self._names = names(stage)
        self._document = from_dict(_without_security(describe(ROUTES)))
        self._http = requests.Session()
        self._http.trust_env = False
        self._pass = stage.viewer.token
        (self._session,) = [each.value for each in stage.show.http.cookie_jar if each.key == COOKIE]
        self._watched = Watched(stage, loop)

    def feed(self, route: Route) -> None:
        """As who may call it."""
        operation = self._operation(route)
        wrong = False

        def one(case: Case[Any], real: bool) -> None:
            response = self._send(case, route.who, wrong=wrong, real=real)
            if response.status_code < 400:
                assert not wrong
                assert response.status_code == route.status
                self._watched.carried_out()
            else:
                assert response.json()["error"]["code"] in codes()
                self._watched.refused()

        run(operation, GenerationMode.POSITIVE, one)
        wrong = True
        if route.body is not None:
            run(operation, GenerationMode.NEGATIVE, one, path=named(_places(route), self._names))
        elif _places(route):
            run(operation, GenerationMode.NEGATIVE, one)

    def try_as(self, who: str, route: Route) -> None:
        """As somebody who may not."""

        case = self._operation(route).Case(path_parameters=_places(route))
        response = self._send(case, who, wrong=False, real=True)
        assert response.json()["error"]["code"] == "auth.required", response.text
        self._watched.refused()

    def close(self) -> None:
        self._http.close()

    def _operation(self, route: Route) -> Operation:
        return self._document[route.path][route.method]

    def _send(self, case: Case[Any], who: str, *, wrong: bool, real: bool) -> Response:
        """What is `wrong` stays as it is."""
        if who == "viewer":
            case.headers["Authorization"] = f"Bearer {self._pass}"
        if who == "staff":
            case.cookies[COOKIE] = self._session
        if not wrong:
            known = self._names if real else {}
            case.path_parameters = named(case.path_parameters, known)
            case.body = named(case.body, known)
        response = case.call(base_url=self._url, session=self._http)
        case.validate_response(response, checks=CHECKS)
        return response


def _places(route: Route) -> dict[str, str]:
    return {name: name for name in re.findall(r"{(\w+)}", route.path)}


def _without_security(document: dict[str, Any]) -> dict[str, Any]:
    """Who asks is for the test to say."""
    del document["components"]["securitySchemes"]
    for place in document["paths"].values():
        for operation in place.values():
            if "security" in operation:
                del operation["security"]
    return document


def feed_all(stage: Stage, loop: Loop) -> None:
    api = Api(stage, loop)
    for route in ROUTES:
        for who in WHO:
            if route.who not in ("anybody", who):
                api.try_as(who, route)
    for route in sorted(ROUTES, key=lambda route: (route.method == "DELETE", route.path.endswith(LAST))):
        api.feed(route)
    api.close()


async def test_what_the_description_allows_and_what_it_does_not(stage: Stage, logs: Logs) -> None:
    await asyncio.to_thread(feed_all, stage, Loop())
    assert logs.errors() == []
