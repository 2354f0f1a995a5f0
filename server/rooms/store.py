"""What stays of a show's audience when it is over."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, select, update

from server.core.db import Database, insert_ignore, metadata

audiences = Table(
    "audiences",
    metadata,
    Column("stream", String(64), ForeignKey("streams.id"), primary_key=True),
    Column("peak", Integer, nullable=False),
)


class AudienceStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep_peak(self, stream: str, peak: int) -> None:
        """The highest that was ever given stays."""
        higher = update(audiences).where(audiences.c.stream == stream, audiences.c.peak < peak)
        async with self._db.begin() as connection:
            if not await insert_ignore(connection, audiences, [{"stream": stream, "peak": peak}]):
                await connection.execute(higher.values(peak=peak))

    async def peak(self, stream: str) -> int:
        """0 for a show that has not ended."""
        async with self._db.read() as connection:
            query = select(audiences.c.peak).where(audiences.c.stream == stream)
            return int((await connection.execute(query)).scalar() or 0)
