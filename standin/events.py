"""The outbox: what has happened, kept on the disk until the shop has taken it."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from standin.backend import Json

Announce = Callable[[str, Json, str], None]
"""Type of event, its object, and what makes this occurrence the same one when it is told again."""

API_VERSION = "2026-10-28.endive"

_TABLE = """
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, created INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, last_status INTEGER, delivered_at INTEGER
)"""


@dataclass(frozen=True)
class StoredEvent:
    """`body` is what is signed and sent, the same at every try."""

    id: str
    type: str
    body: str
    attempts: int
    last_status: int | None
    delivered_at: int | None


_COLUMNS = "id, type, body, attempts, last_status, delivered_at"


class Outbox:
    """Events by id, in the order in which they happened."""

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, isolation_level=None)
        self._sql.execute("PRAGMA journal_mode=WAL")
        self._sql.execute(_TABLE)

    def add(self, kind: str, subject: Json, occurrence: str) -> StoredEvent | None:
        """None when this occurrence was told before."""
        mark = hashlib.sha256(f"{kind} {occurrence}".encode()).hexdigest()[:24]
        created = int(time.time())
        event = {
            "id": f"evt_{mark}",
            "object": "event",
            "api_version": API_VERSION,
            "created": created,
            "data": {"object": subject},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        body = json.dumps(event, indent=2)
        done = self._sql.execute(
            "INSERT OR IGNORE INTO events (id, created, type, body) VALUES (?, ?, ?, ?)",
            (event["id"], created, kind, body),
        )
        return StoredEvent(f"evt_{mark}", kind, body, 0, None, None) if done.rowcount else None

    def get(self, identifier: str) -> StoredEvent | None:
        row = self._sql.execute(f"SELECT {_COLUMNS} FROM events WHERE id = ?", (identifier,)).fetchone()  # noqa: S608
        return StoredEvent(*row) if row else None

    def all(self, *, undelivered: bool = False) -> list[StoredEvent]:
        where = "WHERE delivered_at IS NULL" if undelivered else ""
        rows = self._sql.execute(f"SELECT {_COLUMNS} FROM events {where} ORDER BY rowid")  # noqa: S608
        return [StoredEvent(*row) for row in rows]

    def tried(self, identifier: str, status: int, delivered: bool) -> None:
        """`status`: what the shop answered, 0 when it did not answer."""
        self._sql.execute(
            "UPDATE events SET attempts = attempts + 1, last_status = ?, "
            "delivered_at = coalesce(delivered_at, ?) WHERE id = ?",
            (status, int(time.time()) if delivered else None, identifier),
        )

    def close(self) -> None:
        self._sql.close()
