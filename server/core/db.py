"""SQL. SQLite by default, PostgreSQL when it grows; every difference between them stays in this file."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import MetaData, Table, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
"""Every slice's tables (in its store.py) register here; the migrations are compared with it."""

AWAY = (OperationalError, InterfaceError)
"""What SQLAlchemy raises when the database can't be reached, or is locked for too long."""

__all__ = ["AWAY", "AsyncConnection", "DBAPIError", "Database", "insert_ignore", "metadata", "upsert"]


class Database:
    """One engine. A store's public method opens one transaction with `begin` and leaves it committed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_pre_ping=not url.startswith("sqlite"),
            hide_parameters=True,  # the text of an error goes into the log, and what is written is personal
        )
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _sqlite_pragmas)
            event.listen(self.engine.sync_engine, "begin", _sqlite_begin)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction for writing: committed at the end of the block, rolled back on an exception."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads, and sees one moment: what is read in it agrees."""
        async with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection = await connection.execution_options(sqlite_begin="DEFERRED")
            else:
                connection = await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def in_use(self) -> int:
        """Connections that somebody holds at this moment."""
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def idle(self) -> int:
        """Connections that are open, and wait for work."""
        pool = self.engine.pool
        return pool.checkedin() if isinstance(pool, QueuePool) else 0

    async def ping(self) -> None:
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


async def insert_ignore(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those rows whose primary or unique key is not there yet. Returns how many were new."""
    if not rows:
        return 0
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    new = 0
    size = max(1, 30_000 // max(1, len(table.columns)))  # both databases bound the parameters of a statement
    for start in range(0, len(rows), size):
        result = await connection.execute(
            insert(table).values([dict(row) for row in rows[start : start + size]]).on_conflict_do_nothing()
        )
        new += max(0, result.rowcount)
    return new


async def upsert(
    connection: AsyncConnection, table: Table, row: Mapping[str, Any], key: Sequence[str]
) -> None:
    """Insert the row, or set its other columns where a row with the same `key` columns stands."""
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = insert(table).values(dict(row))
    changed = {name: statement.excluded[name] for name in row if name not in key}
    await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; `_sqlite_begin` sends it
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a paid order is on the disk before anybody is told
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    # A deferred transaction that later writes fails at once when another process wrote meanwhile.
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
