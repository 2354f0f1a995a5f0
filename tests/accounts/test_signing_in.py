import asyncio
from http.cookies import Morsel
from typing import Any

import aiohttp
import pytest

from server.accounts import service
from server.accounts.errors import TooManySignIns, WrongPassword
from server.accounts.service import SESSION_MS, SIGN_IN_WINDOW_MS, SIGN_INS, AccountService
from server.accounts.store import AccountStore
from server.core.auth import Passes, hash_password
from server.core.db import Database
from server.core.errors import NotFound, Unauthorized
from tests.infra.clock import HeldClock
from tests.infra.logs import Logs
from tests.infra.rows import shop_row
from tests.infra.show import EMAIL, PASSWORD, Refused, Show, call

SESSION = "/api/v1/session"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def accounts(database: Database, clock: HeldClock) -> AccountService:
    store = AccountStore(database)
    await store.add_shop(shop_row())
    accounts = AccountService(store, Passes("s" * 32, clock), clock)
    await accounts.add_staff("shop_a", email=" Host@Example.com ", name="Host", password=PASSWORD)
    return accounts


async def test_the_right_password_opens_a_session_that_ends(
    accounts: AccountService, clock: HeldClock
) -> None:
    token, staff = await accounts.sign_in("HOST@example.com", PASSWORD)
    assert (staff.email, staff.shop.id) == ("host@example.com", "shop_a")
    assert await accounts.staff(token) == staff
    clock.at += SESSION_MS
    with pytest.raises(Unauthorized):
        await accounts.staff(token)


async def test_a_wrong_password_and_an_unknown_address_look_the_same(accounts: AccountService) -> None:
    refusals = []
    for email, password in ((EMAIL, "wrong"), ("nobody@example.com", PASSWORD)):
        with pytest.raises(WrongPassword) as refused:
            await accounts.sign_in(email, password)
        refusals.append(refused.value.body())
    assert refusals[0] == refusals[1]


async def test_who_nobody_is_costs_as_much_to_find_out() -> None:
    """The hash that stands in for a missing account has the price of a real one."""
    assert service._NOBODY.split("$")[:4] == (await hash_password("x")).split("$")[:4]


async def test_too_many_tries_lock_that_address_for_a_while(
    accounts: AccountService, clock: HeldClock
) -> None:
    for _ in range(SIGN_INS):
        with pytest.raises(WrongPassword):
            await accounts.sign_in(EMAIL, "wrong")
    for email in (EMAIL, " HOST@EXAMPLE.COM"):
        with pytest.raises(TooManySignIns):
            await accounts.sign_in(email, PASSWORD)
    with pytest.raises(WrongPassword):
        await accounts.sign_in("other@example.com", "wrong")
    clock.at += SIGN_IN_WINDOW_MS
    await accounts.sign_in(EMAIL, PASSWORD)


async def test_a_good_sign_in_forgets_the_bad_ones(accounts: AccountService) -> None:
    for _ in range(2):
        for _ in range(SIGN_INS - 1):
            with pytest.raises(WrongPassword):
                await accounts.sign_in(EMAIL, "wrong")
        await accounts.sign_in(EMAIL, PASSWORD)


async def test_tries_at_once_are_counted_before_they_are_answered(accounts: AccountService) -> None:
    tries = await asyncio.gather(
        *(accounts.sign_in(EMAIL, "wrong") for _ in range(SIGN_INS + 5)), return_exceptions=True
    )
    assert sum(isinstance(error, TooManySignIns) for error in tries) == 5


async def test_a_new_password_replaces_the_old_one(accounts: AccountService) -> None:
    token, _ = await accounts.sign_in(EMAIL, PASSWORD)
    await accounts.set_password("Host@example.com", "another-long-one")
    with pytest.raises(Unauthorized):
        await accounts.staff(token)
    with pytest.raises(WrongPassword):
        await accounts.sign_in(EMAIL, PASSWORD)
    await accounts.sign_in(EMAIL, "another-long-one")
    with pytest.raises(NotFound):
        await accounts.set_password("nobody@example.com", "x")


async def test_signing_out_ends_one_session(accounts: AccountService) -> None:
    first, _ = await accounts.sign_in(EMAIL, PASSWORD)
    second, _ = await accounts.sign_in(EMAIL, PASSWORD)
    await accounts.sign_out(first)
    await accounts.sign_out(first)
    await accounts.sign_out(None)
    with pytest.raises(Unauthorized):
        await accounts.staff(first)
    assert (await accounts.staff(second)).email == EMAIL


# Over HTTP


def cookie(http: aiohttp.ClientSession) -> Morsel[str]:
    [found] = [one for one in http.cookie_jar if one.key == "proofcast_session"]
    return found


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(show: Show) -> None:
    async with show.http.post(show.url + SESSION, json={"email": EMAIL, "password": PASSWORD}) as response:
        [header] = response.headers.getall("Set-Cookie")
    flags = {part.strip().partition("=")[0].lower() for part in header.split(";")[1:]}
    assert flags == {"httponly", "samesite", "path", "max-age"}
    assert "SameSite=Lax" in header
    assert cookie(show.http)["max-age"] == str(SESSION_MS // 1000)


async def test_who_is_signed_in_is_told_so_until_signing_out(show: Show) -> None:
    who = await show.call("GET", SESSION)
    assert (who["email"], who["shop"]["id"]) == (EMAIL, show.shop.id)
    stolen = cookie(show.http).value
    assert await show.call("DELETE", SESSION) == {}
    async with aiohttp.ClientSession(cookies={"proofcast_session": stolen}) as thief:
        for http in (show.http, thief):
            with pytest.raises(Refused, match=r"auth\.required"):
                await call(http, "GET", show.url + SESSION)
    assert await show.call("DELETE", SESSION) == {}


async def test_another_site_signs_nobody_in_or_out(show: Show) -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    calls: list[tuple[str, Any]] = [("POST", body), ("DELETE", None)]
    for origin in ("https://evil.example", "null", "http://localhost:1.evil.example", "https://localhost:1"):
        for method, sent in calls:
            with pytest.raises(Refused, match=r"auth\.forbidden"):
                await show.call(method, SESSION, sent, headers={"Origin": origin})
    assert (await show.call("GET", SESSION))["email"] == EMAIL
    for origin in (show.url, "http://localhost:1", "HTTP://LOCALHOST:1"):  # as asked for, and PUBLIC_URL
        await show.call("POST", SESSION, body, headers={"Origin": origin})


async def test_no_password_reaches_the_log(show: Show, logs: Logs) -> None:
    for password in ("the-wrong-secret", "x" * 300, 7):
        with pytest.raises(Refused) as refused:
            await show.call("POST", SESSION, {"email": EMAIL, "password": password})
        assert "the-wrong-secret" not in str(refused.value.body)
    assert "the-wrong-secret" not in logs.text()
    assert EMAIL not in logs.text()
