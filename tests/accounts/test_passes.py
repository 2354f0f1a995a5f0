"""Who may embed a shop, and whose pass is whose."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

from server.accounts.service import PASS_MS
from server.core.auth import Grant, Passes
from tests.infra.shops import neighbour
from tests.infra.show import Json, Refused, Show, Socket

T = TypeVar("T")

BLOG = "https://blog.example"


async def ask(show: Show, stream: str, origin: str | None, **body: Any) -> Json:
    headers = {} if origin is None else {"Origin": origin}
    found: Json = await show.call("POST", f"/api/v1/streams/{stream}/pass", body, headers=headers)
    return found


async def allow(show: Show, *origins: str) -> list[str]:
    answer = await show.call("PATCH", "/api/v1/host/shop", {"allowed_origins": list(origins)})
    found: list[str] = answer["allowed_origins"]
    return found


def read(show: Show, token: str) -> Grant:
    return Passes(show.services.settings.secret_key, show.services.clock).read(token)


async def test_the_shops_list_decides_who_may_embed(show: Show) -> None:
    stream = (await show.stream()).id
    with pytest.raises(Refused) as refused:
        await ask(show, stream, BLOG)
    assert (refused.value.status, refused.value.code) == (403, "embed.origin_not_allowed")
    assert refused.value.body["details"] == {"origin": BLOG}
    await allow(show, BLOG)
    issued = await soon(lambda: ask(show, stream, BLOG))
    assert read(show, issued["token"]).origin == BLOG
    for near in (
        "http://blog.example", f"{BLOG}:8443", f"{BLOG}.evil.example", "https://evil.blog.example",
        f"{BLOG}/", "null", "https://blog.exampl", "https://BLOG.example.evil",
    ):  # fmt: skip
        with pytest.raises(Refused, match=r"embed\.origin_not_allowed"):
            await ask(show, stream, near)
    await allow(show)

    async def refused_again() -> None:
        with pytest.raises(Refused, match=r"embed\.origin_not_allowed"):
            await ask(show, stream, BLOG)

    await soon(refused_again)


async def soon(true: Callable[[], Awaitable[T]]) -> T:
    """A node may go by the list of a second ago."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await true()
            except (Refused, pytest.fail.Exception):
                await asyncio.sleep(0.05)


async def test_our_own_pages_need_no_leave(show: Show) -> None:
    stream = (await show.stream()).id
    port = urlsplit(show.url).port
    for own in (show.url, "http://localhost:1", None):  # as asked for; PUBLIC_URL; no browser at all
        assert (await ask(show, stream, own))["viewer"].startswith("viewer_")
    with pytest.raises(Refused, match=r"embed\.origin_not_allowed"):
        await ask(show, stream, f"https://127.0.0.1:{port}")  # another scheme is another origin


async def test_letters_of_an_origin_have_no_case(show: Show) -> None:
    stream = (await show.stream()).id
    assert await allow(show, "https://Blog.Example", "https://blog.example") == [BLOG]
    await ask(show, stream, "https://BLOG.EXAMPLE")


NO_ORIGINS = (
    "", "*", "blog.example", "https://", "https://*", "https://a b", "https://a/", "https://a/x", "ftp://a",
    "javascript:alert(1)", "https://a;script-src *", "https://a 'unsafe-inline'", "https://a\n", "https://a,b",
    "https://user@a", "data:x",
)  # fmt: skip


async def test_what_is_no_origin_is_not_put_on_the_list(show: Show) -> None:
    """It becomes part of a header of ours."""
    for origin in NO_ORIGINS:
        with pytest.raises(Refused, match=r"request\.invalid"):
            await allow(show, origin)
    assert (await show.call("GET", "/api/v1/host/shop"))["allowed_origins"] == []


async def test_a_pass_works_on_the_page_that_asked_for_it(show: Show) -> None:
    await allow(show, BLOG, "https://other.example")
    stream = (await show.stream()).id
    token = (await ask(show, stream, BLOG))["token"]
    for origin in ("https://other.example", show.url, "https://evil.example", "null"):
        with pytest.raises(Refused, match=r"embed\.origin_not_allowed"):
            await Socket(show.url).connect(token, Origin=origin)
    for headers in ({"Origin": BLOG}, {}):
        socket = await Socket(show.url).connect(token, **headers)
        assert (await socket.ask("room.join", {"stream": stream}))["snapshot"]["pins"] == []
        await socket.close()


async def test_a_viewer_stays_the_same_one(show: Show) -> None:
    stream = (await show.stream()).id
    first = await ask(show, stream, None)
    assert (await ask(show, stream, None, token=first["token"]))["viewer"] == first["viewer"]
    assert (await ask(show, stream, None))["viewer"] != first["viewer"]
    sign = Passes(show.services.settings.secret_key, show.services.clock).sign
    old = Grant(kind="viewer", shop=show.shop.id, viewer="viewer_old", expires_at=1)
    assert (await ask(show, stream, None, token=sign(old)))["viewer"] == "viewer_old"
    for stranger in (
        sign(Grant(kind="viewer", shop="shop_other", viewer="viewer_theirs", expires_at=1)),
        sign(Grant(kind="staff", shop=show.shop.id, viewer="staff_1", expires_at=1)),
        Passes("x" * 40, show.services.clock).sign(old),
        "nonsense",
    ):
        fresh = (await ask(show, stream, None, token=stranger))["viewer"]
        assert fresh.startswith("viewer_0")


async def test_a_pass_says_when_it_ends_and_whose_it_is(show: Show) -> None:
    stream = (await show.stream()).id
    before = show.services.clock.now_ms()
    issued = await ask(show, stream, None, preview=True)
    after = show.services.clock.now_ms()
    assert before + PASS_MS <= issued["expires_at"] <= after + PASS_MS
    grant = read(show, issued["token"])
    assert (grant.kind, grant.shop, grant.viewer, grant.preview, grant.expires_at) == (
        "viewer", show.shop.id, issued["viewer"], True, issued["expires_at"],
    )  # fmt: skip


async def test_a_pass_of_another_shop_opens_no_room_here(show: Show) -> None:
    stream = (await show.stream()).id
    async with neighbour(show) as other:
        theirs = await other.call("POST", "/api/v1/host/streams", {"title": "Theirs", "source_url": "/x.mp4"})
        token = (await ask(show, theirs["id"], None))["token"]
    socket = await Socket(show.url).connect(token)
    with pytest.raises(Refused, match=r"auth\.forbidden"):
        await socket.ask("room.join", {"stream": stream})
    await socket.close()


async def test_a_pass_for_the_socket_needs_a_session(show: Show) -> None:
    issued = await show.call("POST", "/api/v1/host/socket-pass")
    grant = read(show, issued["token"])
    assert (grant.kind, grant.shop) == ("staff", show.shop.id)
    await show.call("DELETE", "/api/v1/session")
    with pytest.raises(Refused, match=r"auth\.required"):
        await show.call("POST", "/api/v1/host/socket-pass")


async def test_staff_are_not_counted_among_the_viewers(show: Show) -> None:
    stream = (await show.stream()).id
    host = await show.host_socket()
    assert (await host.ask("room.join", {"stream": stream}))["viewers"] == 0
