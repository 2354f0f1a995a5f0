"""Fixtures that every test may ask for: real servers, each a process or a task of its own."""

from tests.infra.blocking import nothing_blocks
from tests.infra.logs import logs
from tests.infra.postgres import database, database_url, postgres
from tests.infra.redis import redis, redis_url
from tests.infra.show import settings, show
from tests.infra.stripe import shared_standin

__all__ = [
    "database",
    "database_url",
    "logs",
    "nothing_blocks",
    "postgres",
    "redis",
    "redis_url",
    "settings",
    "shared_standin",
    "show",
]
