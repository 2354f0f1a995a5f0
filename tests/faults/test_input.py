"""Bad input over HTTP: a coded refusal, nothing changed, nothing logged as a crash."""

import json

from server.core.http import MAX_BODY
from server.core.settings import Settings
from tests.faults.cases import CASES, ELSEWHERE, WITHOUT_BODY, routes
from tests.faults.client import Client, fault
from tests.faults.mutations import NOT_JSON, refused
from tests.faults.stage import Stage
from tests.infra.logs import Logs


async def test_no_route_is_forgotten(settings: Settings) -> None:
    changing = {route for route in await routes(settings) if route[0] != "GET"}
    assert changing == set(CASES) | WITHOUT_BODY | ELSEWHERE


async def test_every_good_body_is_good(stage: Stage, client: Client) -> None:
    """Else the refusals below would prove nothing."""
    for (method, path), case in CASES.items():
        status, body = await client.send(
            method, client.path(path), case.who, json.dumps(case.good(stage)).encode()
        )
        if path == "/api/v1/session":
            assert (status, body["error"]["code"]) == (401, "accounts.wrong_password")
        else:
            assert status < 300, (method, path, body)


async def test_a_body_that_does_not_fit_is_refused_and_changes_nothing(
    stage: Stage, client: Client, logs: Logs
) -> None:
    before = await stage.everything()
    wrong: list[str] = []
    for (method, path), case in CASES.items():
        bodies = list(NOT_JSON.items())
        for name, document in refused(case.good(stage), case.required):
            bodies.append((name, json.dumps(document).encode()))
        for name, body in bodies:
            status, answer = await client.send(method, client.path(path), case.who, body)
            expected = ["request.invalid"]
            if len(body) > MAX_BODY:
                expected = ["request.too_large"]
            if found := fault(status, answer, *expected):
                wrong.append(f"{method} {path}: {name}: {found}")
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []


async def test_huge_bodies_are_refused_unread(stage: Stage, client: Client, logs: Logs) -> None:
    wrong = []
    for (method, path), case in CASES.items():
        status, answer = await client.send(method, client.path(path), case.who, b" " * (MAX_BODY + 1))
        if found := fault(status, answer, "request.too_large"):
            wrong.append(f"{method} {path}: {found}")
    assert wrong == []
    assert logs.errors() == []
