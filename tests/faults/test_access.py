"""Who is nobody, who comes from elsewhere, and what is not there: over HTTP."""

from typing import Any

from server.core.settings import Settings
from tests.faults.cases import CASES, HOST, NOBODY, VIEWER, routes
from tests.faults.client import Client, fault
from tests.faults.stage import Stage
from tests.infra.logs import Logs
from tests.infra.show import PASSWORD, fresh_key

HOST_API = "/api/v1/host/"


async def host_routes(settings: Settings) -> list[tuple[str, str]]:
    return [route for route in await routes(settings) if route[1].startswith(HOST_API)]


async def test_no_host_route_is_open_to_those_who_are_not_signed_in(
    stage: Stage, client: Client, logs: Logs
) -> None:
    before, wrong = await stage.everything(), []
    known = await host_routes(stage.show.services.settings)
    assert len(known) > 15
    for method, path in known:
        for session in (None, "", "forged", "x" * 3000):
            cookie = {} if session is None else {"Cookie": f"proofcast_session={session}"}
            status, answer = await client.send(method, client.path(path), NOBODY, b"{}", **cookie)
            if status != 401 or fault(status, answer, "auth.required"):
                wrong.append(f"{method} {path} {str(cookie)[:60]}: {status} {answer}")
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []


async def test_another_sites_page_changes_nothing_with_the_hosts_cookie(
    stage: Stage, client: Client, logs: Logs
) -> None:
    before, wrong = await stage.everything(), []
    changing = [route for route in await host_routes(stage.show.services.settings) if route[0] != "GET"]
    for method, path in [*changing, ("DELETE", "/api/v1/session"), ("POST", "/api/v1/session")]:
        for origin in (
            "https://evil.example",
            "null",
            stage.show.url + ".evil.example",
            "http://127.0.0.1:1",
        ):
            status, answer = await client.send(method, client.path(path), HOST, b"{}", Origin=origin)
            if status != 403 or fault(status, answer, "auth.forbidden"):
                wrong.append(f"{method} {path} from {origin}: {status} {answer}")
        # A form, which needs no leave to be sent from elsewhere, even where the origin is left out.
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            status, answer = await client.send(
                method, client.path(path), HOST, b"{}", **{"Content-Type": kind}
            )
            if fault(status, answer, "request.invalid"):
                wrong.append(f"{method} {path} as {kind}: {status} {answer}")
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []


async def test_no_viewers_route_takes_a_bad_pass(stage: Stage, client: Client, logs: Logs) -> None:
    before, wrong = await stage.everything(), []
    viewers = [
        ("POST", "/api/v1/checkouts"),
        ("GET", "/api/v1/orders/{order}"),
        ("POST", "/api/v1/orders/{order}/cancel"),
    ]
    for method, path in viewers:
        for name, token in stage.bad_tokens().items():
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            status, answer = await client.send(method, client.path(path), NOBODY, b"{}", **headers)
            if status != 401 or fault(status, answer, "auth.required"):
                wrong.append(f"{method} {path} {name}: {status} {answer}")
        staff = stage.token(kind="staff")
        status, answer = await client.send(
            method, client.path(path), NOBODY, b"{}", Authorization=f"Bearer {staff}"
        )
        if status != 403 or fault(status, answer, "auth.forbidden"):
            wrong.append(f"{method} {path} as staff: {status} {answer}")
    for name, token in stage.bad_tokens().items():
        body = CASES["POST", "/api/v1/touches"].good(stage) | {"token": token}
        status, answer = await client.json("POST", "/api/v1/touches", NOBODY, body)
        if fault(status, answer, "auth.required", "request.invalid"):
            wrong.append(f"touches {name}: {status} {answer}")
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []


async def test_another_viewers_order_and_hold_are_not_there(stage: Stage, client: Client) -> None:
    before = await stage.everything()
    other = stage.token(viewer="viewer_other")
    for shop in (stage.show.shop.id, "shop_other"):
        token = stage.token(viewer="viewer_other", shop=shop)
        for method, path in (("GET", "/api/v1/orders/{order}"), ("POST", "/api/v1/orders/{order}/cancel")):
            status, answer = await client.send(
                method, client.path(path), NOBODY, Authorization=f"Bearer {token}"
            )
            assert (status, answer["error"]["code"]) == (404, "checkout.no_such_order")
    body = {"hold": stage.hold["id"]}
    status, answer = await client.json(
        "POST", "/api/v1/checkouts", NOBODY, body, Authorization=f"Bearer {other}"
    )
    assert (status, answer["error"]["code"]) == (404, "stock.hold_not_found")
    assert await stage.everything() == before


UNKNOWN = (
    "stream_unknown",
    "x" * 300,
    "a b",
    "%00",
    "%ff",
    "..%2f..%2fetc",
    "é",
    "'; DROP TABLE streams",
    "{}",
)


async def test_what_is_not_there_is_said_so(stage: Stage, client: Client, logs: Logs) -> None:
    """A stream that never was, one of another shop, and a name that is none, on every route with a name."""
    before, wrong = await stage.everything(), []
    for method, path in await routes(stage.show.services.settings):
        for name in ("stream", "variant", "order", "pin", "poll", "message", "question", "person"):
            if f"{{{name}}}" not in path:
                continue
            case = CASES.get((method, path))
            who = VIEWER if "/orders/" in path else HOST
            names = list(UNKNOWN)
            if name == "stream" and path.startswith(HOST_API):
                names.append(stage.stranger)
            for unknown in names:
                where = client.path(path, **{name: unknown})
                body = case.good(stage) if case else None
                status, answer = await client.json(method, where, who, body)
                if status != 404 or fault(status, answer):
                    wrong.append(f"{method} {where[:90]}: {status} {str(answer)[:200]}")
    assert wrong == []
    assert await stage.everything() == before
    assert logs.errors() == []


async def test_an_ended_stream_stays_as_it_is(stage: Stage, client: Client) -> None:
    before = await stage.everything()
    base = f"{HOST_API}streams/{stage.ended.id}"
    product = {"product": stage.product.id, "key": fresh_key()}
    refusals: list[tuple[str, str, Any]] = [
        ("POST", f"{base}/start", None),
        ("POST", f"{base}/pins", product),
        ("PUT", f"{base}/pins", {"pins": []}),
        ("POST", f"{base}/polls", CASES["POST", f"{HOST_API}streams/{{stream}}/polls"].good(stage)),
        ("PATCH", base, {"source_url": "/other.mp4"}),
        ("PATCH", base, {"starts_at": 5}),
    ]
    for method, path, body in refusals:
        status, answer = await client.json(method, path, HOST, body)
        assert (status, answer["error"]["code"]) == (409, "stream.ended"), path
    assert (await client.json("POST", f"{base}/end", HOST, None))[0] == 200
    assert await stage.everything() == before


async def test_headers_that_are_no_text(stage: Stage, client: Client, logs: Logs) -> None:
    """Bytes that are no UTF-8 reach the server as they are."""
    odd = "\udcff\udcfe"
    for headers in (
        {"Authorization": f"Bearer {odd}"},
        {"Origin": f"https://{odd}.example"},
        {"Cookie": f"proofcast_session={odd}"},
        {"Accept": f"text/html;{odd}"},
    ):
        for method, path, body in (
            ("GET", f"/api/v1/orders/{stage.order}", None),
            ("POST", f"/api/v1/streams/{stage.live.id}/pass", {}),
            ("GET", "/api/v1/host/streams", None),
            ("POST", "/api/v1/session", {"email": "a@b.example", "password": PASSWORD}),
        ):
            status, answer = await client.raw(method, path, headers, body)
            assert status < 500, (method, path, headers, answer)
    assert logs.errors() == []
