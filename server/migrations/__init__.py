"""Tables and their history (Alembic)."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from server.core.settings import SettingsError


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", "server:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """To this version's tables. Nothing happens to a database that has them. Raises `SettingsError` when it
    can't be reached."""
    _current(url)
    command.upgrade(_config(url), "head")


def require_current(url: str) -> None:
    """Raises `SettingsError` when the database can't be reached or its tables are not this version's."""
    if _current(url) != ScriptDirectory.from_config(_config(url)).get_current_head():
        raise SettingsError("the database has not this version's tables: run `proofcast migrate`")


def _current(url: str) -> str | None:
    """The revision of the database's tables; None where there are none."""
    try:
        revision: str | None = _with_connection(
            url, lambda connection: MigrationContext.configure(connection).get_current_revision()
        )
    except Exception as error:
        raise SettingsError(
            f"DATABASE_URL can't be used ({type(error).__name__}): does it run, and let us in?"
        ) from None
    return revision


def _with_connection(url: str, read: Callable[[Any], Any]) -> Any:
    if (address := make_url(url)).get_backend_name() == "sqlite":
        # Where this fails, the driver's thread would outlive the loop and say so on standard error.
        sqlite3.connect(address.database or ":memory:").close()

    async def run() -> Any:
        engine = create_async_engine(url)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(read)
        finally:
            await engine.dispose()

    return asyncio.run(run())
