import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.accounts.store import AccountStore, sessions
from server.core.db import Database
from tests.infra.rows import scene, shop_row, staff_row

NOW = 1_800_000_000_000


@pytest.fixture
def store(database: Database) -> AccountStore:
    return AccountStore(database)


async def test_a_shop_is_found_by_id_and_by_slug(store: AccountStore) -> None:
    await store.add_shop(shop_row(slug="atelier"))
    assert await store.shop("shop_a") == await store.shop_by_slug("atelier") == shop_row(slug="atelier")
    assert await store.shop("shop_b") is None
    assert await store.shop_by_slug("shop_a") is None
    await store.add_shop(shop_row("shop_b"))
    assert await store.shop_ids() == ["shop_a", "shop_b"]


async def test_a_slug_is_taken_once(store: AccountStore) -> None:
    await store.add_shop(shop_row(slug="atelier"))
    with pytest.raises(IntegrityError):
        await store.add_shop(shop_row("shop_b", slug="atelier"))


async def test_a_change_touches_nothing_else(store: AccountStore) -> None:
    await store.add_shop(shop_row())
    await store.add_shop(shop_row("shop_b"))
    await store.change_shop("shop_a", {"allowed_origins": [], "hold_seconds": 60})
    assert await store.shop("shop_a") == shop_row(allowed_origins=[], hold_seconds=60)
    assert await store.shop("shop_b") == shop_row("shop_b")


async def test_an_address_belongs_to_one_member_of_staff(store: AccountStore, database: Database) -> None:
    await scene(database)
    with pytest.raises(IntegrityError):
        await store.add_staff(staff_row(id="staff_2"))
    assert await store.staff_by_email("shop_a@example.com") == staff_row()
    assert await store.staff_by_email("SHOP_A@example.com") is None


async def test_staff_need_a_shop(store: AccountStore) -> None:
    with pytest.raises(IntegrityError):
        await store.add_staff(staff_row("shop_nowhere"))


async def test_a_session_finds_its_staff_and_their_shop(store: AccountStore, database: Database) -> None:
    await scene(database, "shop_a", "shop_b")
    await store.open_session("token", "staff_shop_b", NOW + 10, NOW)
    row = await store.staff_of_session("token", NOW + 9)
    assert row is not None
    assert (row["id"], row["shop_id"], row["shop_allowed_origins"]) == (
        "staff_shop_b",
        "shop_b",
        ["https://blog.example"],
    )
    assert "password" not in row


async def test_a_session_ends_with_its_time_or_when_it_is_closed(
    store: AccountStore, database: Database
) -> None:
    await scene(database)
    await store.open_session("one", "staff_shop_a", NOW + 10, NOW)
    await store.open_session("two", "staff_shop_a", NOW + 20, NOW)
    assert await store.staff_of_session("one", NOW + 10) is None
    await store.close_session("two")
    await store.close_session("two")
    assert await store.staff_of_session("two", NOW) is None
    assert await store.staff_of_session("one", NOW) is not None


async def test_what_is_stored_of_a_session_signs_nobody_in(store: AccountStore, database: Database) -> None:
    await scene(database)
    await store.open_session("a-secret-token", "staff_shop_a", NOW + 10, NOW)
    async with database.read() as connection:
        [stored] = (await connection.execute(select(sessions.c.token))).scalars()
    assert "a-secret-token" not in stored
    assert await store.staff_of_session(stored, NOW) is None


async def test_dead_sessions_are_swept_by_the_next_sign_in(store: AccountStore, database: Database) -> None:
    await scene(database)
    await store.open_session("old", "staff_shop_a", NOW + 10, NOW)
    await store.open_session("new", "staff_shop_a", NOW + 100, NOW + 10)
    async with database.read() as connection:
        assert len(list((await connection.execute(select(sessions.c.token))).scalars())) == 1


async def test_a_new_password_signs_out_everywhere(store: AccountStore, database: Database) -> None:
    await scene(database, "shop_a", "shop_b")
    await store.open_session("mine", "staff_shop_a", NOW + 10, NOW)
    await store.open_session("theirs", "staff_shop_b", NOW + 10, NOW)
    assert await store.set_password("shop_a@example.com", "other")
    assert not await store.set_password("nobody@example.com", "other")
    assert await store.staff_of_session("mine", NOW) is None
    assert await store.staff_of_session("theirs", NOW) is not None
    row = await store.staff_by_email("shop_a@example.com")
    assert row is not None
    assert row["password"] == "other"
