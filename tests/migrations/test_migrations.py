"""The history of the tables leads to the tables that the code uses, on each database that we run on."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

import server.composition  # noqa: F401  (every slice registers its tables)
from server.core.db import Database, metadata
from server.core.settings import SettingsError
from server.migrations import require_current, upgrade


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def shape(connection: Connection) -> dict[str, object]:
    """What comparing with Alembic leaves out: checks on keys, uniqueness, references."""
    found = inspect(connection)
    return {
        table: (
            found.get_pk_constraint(table)["constrained_columns"],
            sorted(tuple(key["column_names"]) for key in found.get_unique_constraints(table)),
            sorted(
                (*key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(table)
            ),
            sorted((column["name"], column["nullable"]) for column in found.get_columns(table)),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


async def of(url: str) -> tuple[list[object], dict[str, object]]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: (differences(sync), shape(sync)))
    finally:
        await engine.dispose()


async def created(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    await database.close()


def test_from_empty_to_what_the_code_uses(database_url: str) -> None:
    upgrade(database_url)
    found, migrated = asyncio.run(of(database_url))
    assert found == []
    asyncio.run(created(database_url))
    assert asyncio.run(of(database_url)) == ([], migrated)
    assert set(migrated) == set(metadata.tables)


def test_a_second_time_changes_nothing(database_url: str) -> None:
    upgrade(database_url)
    upgrade(database_url)
    require_current(database_url)


def test_a_database_without_our_tables_is_refused_with_what_to_do(database_url: str) -> None:
    with pytest.raises(SettingsError, match="run `proofcast migrate`"):
        require_current(database_url)
