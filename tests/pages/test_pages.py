"""The pages that people open: what is written into them stays text, and what they may do is bounded."""

from typing import Any

from tests.infra.logs import Logs
from tests.infra.shops import neighbour
from tests.infra.show import Json, Show
from tests.pages.html import Page

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "</script ><img src=x onerror=alert(1)>",
    "</script/x",
    "\"'><svg onload=alert(1)>",
    "<!--",
    "]]><x>",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; &amp; \u2028 \u202e é",
    "' autofocus onfocus='alert(1)",
)
LOOSE = {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:"}
HTML = {"Accept": "text/html,application/xhtml+xml"}


async def get(show: Show, path: str, **headers: str) -> tuple[int, Any, str]:
    async with show.http.get(show.url + path, headers={**HTML, **headers}, allow_redirects=False) as response:
        return response.status, response.headers, await response.text()


def policy(headers: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


async def hostile_stream(show: Show, text: str) -> str:
    """In every place where a host may write something of his own."""
    await show.call("PATCH", "/api/v1/host/shop", {"name": text})
    body = {
        "title": text,
        "disclosure": text,
        "source_url": "https://a.example/x.mp4?a=1&b=2",
        "poster_url": "/media/p.jpg?a=1&b=2",
    }
    made: Json = await show.call("POST", "/api/v1/host/streams", body)
    return str(made["id"])


async def test_what_a_host_writes_stays_text(show: Show, logs: Logs) -> None:
    for text in HOSTILE:
        stream = await hostile_stream(show, text)
        paths = ("/watch/{}", "/pay/{}", "/host", "/host/streams/{}", "/host/streams/{}/report")
        for path in paths:
            status, _, body = await get(show, path.format(stream))
            assert status == 200
            page = Page(body)
            assert page.faults() == [], (path, text)
            if path.startswith("/watch"):
                assert page.texts["title"].startswith(text)
            if path.startswith("/host"):
                island = page.islands["pc-data"]
                assert island["staff"]["shop"]["name"] == text
                if "{}" in path:
                    assert island["stream"]["title"] == text
    assert logs.errors() == []


async def test_addresses_from_outside_stay_addresses(show: Show) -> None:
    """The sign-in page repeats the path that was asked for."""
    await show.call("DELETE", "/api/v1/session")
    image = "%3Cimg%20src=x%20onerror=alert(1)%3E"
    for path in (f"/host/streams/%3C%2Fscript%3E{image}", "/host/streams/%22%3E/report"):
        status, _, body = await get(show, path)
        page = Page(body)
        assert (status, page.faults()) == (200, [])
        assert page.islands["pc-data"]["next"].startswith("/host/streams/")
    for path in (f"/watch/{image}", "/%3Cscript%3Ealert(1)%3C/script%3E"):
        status, _, body = await get(show, path)
        assert (status, Page(body).faults()) == (404, [])


async def test_every_page_tells_the_browser_what_it_may_do(show: Show) -> None:
    await show.call("PATCH", "/api/v1/host/shop", {"allowed_origins": ["https://blog.example"]})
    stream = (await show.stream()).id
    pages = [f"/watch/{stream}", f"/pay/{stream}", "/host", f"/host/streams/{stream}", "/nothing-here"]
    for path in pages:
        _, headers, _ = await get(show, path)
        found = policy(headers)
        assert found["default-src"] == ["'self'"]
        assert found["object-src"] == found["base-uri"] == ["'none'"]
        scripts = found.get("script-src", found["default-src"])
        assert not LOOSE & set(scripts), path
        embeddable = path.startswith(("/watch", "/pay"))
        around = ["'self'", "https://blog.example"] if embeddable else ["'none'"]
        assert found["frame-ancestors"] == around, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in headers


async def test_the_pay_page_talks_to_stripe_and_to_those_who_may_embed(show: Show) -> None:
    await show.call("PATCH", "/api/v1/host/shop", {"allowed_origins": ["https://blog.example"]})
    stream = (await show.stream()).id
    _, headers, body = await get(show, f"/pay/{stream}")
    found = policy(headers)
    assert show.standin.url in found["script-src"]
    assert "https://js.stripe.com" in found["script-src"]
    assert headers["Permissions-Policy"] == "payment=*"
    island = Page(body).islands["pc-data"]
    assert island == {
        "stream": stream,
        "allowed_origins": sorted({"https://blog.example", show.url, "http://localhost:1"}),
    }


async def test_no_page_holds_a_secret(show: Show) -> None:
    stream, settings = (await show.stream()).id, show.services.settings
    secrets = (settings.secret_key, settings.stripe_secret_key, settings.stripe_webhook_secret, "argon2")
    for path in (f"/watch/{stream}", f"/pay/{stream}", "/host", f"/host/streams/{stream}"):
        _, _, body = await get(show, path)
        assert not any(secret in body for secret in secrets)


async def test_the_panel_is_for_those_who_are_signed_in(show: Show) -> None:
    mine = (await show.stream()).id
    assert (await get(show, "/"))[0] == 302
    assert "staff" in Page((await get(show, f"/host/streams/{mine}"))[2]).islands["pc-data"]
    async with neighbour(show) as other:
        theirs = await other.call("POST", "/api/v1/host/streams", {"title": "T", "source_url": "/x.mp4"})
    base = f"/host/streams/{theirs['id']}"
    for path in (base, f"{base}/report", "/host/streams/none"):
        status, _, body = await get(show, path)
        assert status == 404
        assert "stream.not_found" in body
    await show.call("DELETE", "/api/v1/session")
    for path in ("/host", f"/host/streams/{mine}", f"/host/streams/{mine}/report"):
        status, headers, body = await get(show, path)
        page = Page(body)
        assert (status, page.islands["pc-data"]) == (200, {"next": path})
        assert headers["Cache-Control"] == "no-store"


async def test_an_error_is_a_page_for_a_person_and_json_for_a_program(show: Show) -> None:
    status, headers, body = await get(show, "/watch/none")
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "stream.not_found" in body
    for path, accept in (("/watch/none", "*/*"), ("/api/v1/streams/none/room", "text/html")):
        async with show.http.get(show.url + path, headers={"Accept": accept}) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (404, "stream.not_found")


# Reading from other origins

PUBLIC = [
    ("GET", "/api/v1/streams/{}/room"),
    ("POST", "/api/v1/streams/{}/pass"),
    ("POST", "/api/v1/checkouts"),
    ("GET", "/api/v1/orders/x"),
    ("POST", "/api/v1/orders/x/cancel"),
    ("POST", "/api/v1/touches"),
]
OWN = [
    *("/api/v1/session", "/api/v1/host/streams", "/api/v1/host/shop"),
    *("/host", "/webhooks/stripe", "/socket.io/"),
]


async def test_pages_of_other_origins_may_read_what_is_public(show: Show) -> None:
    stream = (await show.stream()).id
    for method, path in PUBLIC:
        where = show.url + path.format(stream)
        asked = {"Origin": "https://any.example", "Access-Control-Request-Method": method}
        async with show.http.options(where, headers=asked) as response:
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert method in response.headers["Access-Control-Allow-Methods"]
            assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
        async with show.http.request(method, where, headers=asked, json={}) as response:
            # Refusals too: a widget has to read why.
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "Access-Control-Allow-Credentials" not in response.headers


async def test_no_other_origin_reads_what_is_behind_the_cookie(show: Show) -> None:
    for path in OWN:
        asked = {"Origin": "https://any.example", "Access-Control-Request-Method": "POST"}
        for method in ("OPTIONS", "GET", "POST"):
            async with show.http.request(method, show.url + path, headers=asked) as response:
                assert "Access-Control-Allow-Origin" not in response.headers, (method, path)
                assert method != "OPTIONS" or response.status == 405


async def test_a_picture_runs_no_script_of_ours(show: Show) -> None:
    """An SVG that somebody opens by its own address is a page, with our origin."""
    media = show.services.settings.data_dir / "media"
    (media / "p.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    async with show.http.get(f"{show.url}/media/p.svg") as response:
        assert response.status == 200
        found = policy(response.headers)
    assert found["default-src"] == ["'none'"]
    assert found["sandbox"] == []


async def test_no_file_beside_the_public_ones_is_served(show: Show) -> None:
    for path in ("/static/..%2f..%2fpyproject.toml", "/media/..%2fproofcast.db", "/media/../proofcast.db"):
        status, _, body = await get(show, path)
        assert status in (403, 404)
        assert "SQLite" not in body


async def test_folders_are_not_listed(show: Show) -> None:
    for path in ("/static/", "/media/", "/static/css/"):
        assert (await get(show, path))[0] in (403, 404)
