"""Shops, their staff, and who is signed in. SQL owns all of it."""

import hashlib
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Table, delete, select, update

from server.core.db import Database, metadata

shops = Table(
    "shops",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("slug", String(100), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("allowed_origins", JSON, nullable=False),
    Column("hold_seconds", Integer, nullable=False),
    Column("offer_seconds", Integer, nullable=False, server_default="120"),
    Column("created_at", BigInteger, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("shop", String(64), ForeignKey("shops.id"), nullable=False, index=True),
    Column("email", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True),  # SHA-256: a stolen table signs nobody in
    Column("staff", String(64), ForeignKey("staff.id"), nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False),
)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class AccountStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add_shop(self, row: dict[str, Any]) -> None:
        async with self._db.begin() as connection:
            await connection.execute(shops.insert().values(row))

    async def shop(self, shop: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            row = (await connection.execute(select(shops).where(shops.c.id == shop))).mappings().first()
        return dict(row) if row else None

    async def shop_by_slug(self, slug: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            row = (await connection.execute(select(shops).where(shops.c.slug == slug))).mappings().first()
        return dict(row) if row else None

    async def shop_ids(self) -> list[str]:
        async with self._db.read() as connection:
            return list((await connection.execute(select(shops.c.id).order_by(shops.c.id))).scalars())

    async def change_shop(self, shop: str, changes: dict[str, Any]) -> None:
        async with self._db.begin() as connection:
            await connection.execute(update(shops).where(shops.c.id == shop).values(changes))

    async def add_staff(self, row: dict[str, Any]) -> None:
        async with self._db.begin() as connection:
            await connection.execute(staff.insert().values(row))

    async def set_password(self, email: str, password: str) -> bool:
        """Signs out everywhere as well. False when nobody has that address."""
        async with self._db.begin() as connection:
            found = await connection.execute(
                update(staff).where(staff.c.email == email).values(password=password)
            )
            of = select(staff.c.id).where(staff.c.email == email)
            await connection.execute(delete(sessions).where(sessions.c.staff.in_(of)))
            return found.rowcount > 0

    async def staff_by_email(self, email: str) -> dict[str, Any] | None:
        async with self._db.read() as connection:
            row = (await connection.execute(select(staff).where(staff.c.email == email))).mappings().first()
        return dict(row) if row else None

    async def staff_names(self, shop: str) -> list[str]:
        async with self._db.read() as connection:
            return list(
                (await connection.execute(select(staff.c.name).where(staff.c.shop == shop))).scalars()
            )

    async def open_session(self, token: str, staff_id: str, expires_at: int, now_ms: int) -> None:
        async with self._db.begin() as connection:
            await connection.execute(delete(sessions).where(sessions.c.expires_at <= now_ms))
            await connection.execute(
                sessions.insert().values(token=_digest(token), staff=staff_id, expires_at=expires_at)
            )

    async def staff_of_session(self, token: str, now_ms: int) -> dict[str, Any] | None:
        """The staff row, with the shop's columns under `shop_…`."""
        columns = [column.label(f"shop_{column.name}") for column in shops.c]
        query = (
            select(staff.c.id, staff.c.name, staff.c.email, *columns)
            .join(sessions, sessions.c.staff == staff.c.id)
            .join(shops, shops.c.id == staff.c.shop)
            .where(sessions.c.token == _digest(token), sessions.c.expires_at > now_ms)
        )
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return dict(row) if row else None

    async def close_session(self, token: str) -> None:
        async with self._db.begin() as connection:
            await connection.execute(delete(sessions).where(sessions.c.token == _digest(token)))
