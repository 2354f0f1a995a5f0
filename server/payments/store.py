"""The inbox of webhooks in SQL, by Stripe's event id. Any number of workers may drain it."""

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    case,
    func,
    select,
    update,
)

from server.core.clock import Clock
from server.core.db import Database, insert_ignore, metadata
from server.payments.messages import EventSetAside, IncomingEvent

payment_events = Table(
    "payment_events",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("type", String(100), nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("handled_at", BigInteger),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("claimed_until", BigInteger, nullable=False, default=0),
    Column("outcome", String(100)),
    Column("error", Text),
    Index("ix_payment_events_handled_at_next_attempt_at", "handled_at", "next_attempt_at"),
)
_t = payment_events.c

SET_ASIDE = "set_aside"
"""The outcome of an event that no retry will mend: a person has to look."""

_FIRST_WAIT_MS, _LONGEST_WAIT_MS = 1_000, 300_000
_LONGEST_ERROR = 500


class ClaimedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event that this worker alone has until its lease ends. `attempts` counts this one too."""

    id: str
    type: str
    payload: str
    attempts: int


class InboxCounts(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting` are not handled yet, `failing` those of them that failed at least once."""

    waiting: int
    failing: int
    handled: int
    set_aside: int


def backoff_ms(attempts: int) -> int:
    """How long to wait after the n-th failed attempt: a second, doubling, five minutes at most."""
    return int(min(_FIRST_WAIT_MS * 2 ** min(attempts - 1, 20), _LONGEST_WAIT_MS))


class PaymentEventStore:
    """Every method is one transaction. `core.db.AWAY` is raised as it is when SQL is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def put(self, event: IncomingEvent) -> bool:
        """False when this event was here before: nothing changes then."""
        now = self._clock.now_ms()
        row = {
            "id": event.id,
            "type": event.type,
            "payload": event.payload,
            "received_at": now,
            "attempts": 0,
            "next_attempt_at": now,
            "claimed_until": 0,
        }
        async with self._database.begin() as sql:
            return await insert_ignore(sql, payment_events, [row]) == 1

    async def claim(self, most: int, lease_ms: int) -> list[ClaimedEvent]:
        """Those whose time has come, oldest first. Nobody else gets them before `lease_ms` has passed; a
        worker that dies leaves them to the next after that."""
        now = self._clock.now_ms()
        due = and_(_t.handled_at.is_(None), _t.next_attempt_at <= now, _t.claimed_until <= now)
        async with self._database.begin() as sql:
            found = await sql.execute(
                select(_t.id, _t.type, _t.payload, _t.attempts)
                .where(due)
                .order_by(_t.received_at, _t.id)
                .limit(most)
                .with_for_update(skip_locked=True)  # SQLite has one writer at a time, and no such clause
            )
            rows = found.all()
            if rows:
                await sql.execute(
                    update(payment_events)
                    .where(_t.id.in_([row.id for row in rows]))
                    .values(claimed_until=now + lease_ms, attempts=_t.attempts + 1)
                )
        return [
            ClaimedEvent(id=row.id, type=row.type, payload=row.payload, attempts=row.attempts + 1)
            for row in rows
        ]

    async def done(self, identifier: str, outcome: str) -> None:
        """Handled for good. The first outcome stays."""
        await self._finish(identifier, outcome, None)

    async def set_aside(self, identifier: str, reason: str) -> None:
        """Not to be tried again; `reason` is the code of the error."""
        await self._finish(identifier, SET_ASIDE, reason)

    async def retry_later(self, identifier: str, error: str) -> None:
        """Free for any worker again, after a pause that grows with each attempt."""
        now = self._clock.now_ms()
        unhandled = and_(_t.id == identifier, _t.handled_at.is_(None))
        async with self._database.begin() as sql:
            attempts = (await sql.execute(select(_t.attempts).where(unhandled))).scalar()
            if attempts is not None:
                await sql.execute(
                    update(payment_events)
                    .where(unhandled)
                    .values(
                        next_attempt_at=now + backoff_ms(attempts),
                        claimed_until=0,
                        error=error[:_LONGEST_ERROR],
                    )
                )

    async def next_due(self) -> int | None:
        """When there will be work (ms since the epoch, maybe past); None when all is handled."""
        leased = _t.claimed_until > _t.next_attempt_at
        ready = case((leased, _t.claimed_until), else_=_t.next_attempt_at)
        async with self._database.read() as sql:
            found = await sql.execute(select(func.min(ready)).where(_t.handled_at.is_(None)))
            value: int | None = found.scalar()
            return value

    async def backlog(self) -> tuple[int, int | None]:
        """How many are not handled yet, and since when (ms) the oldest of them waits."""
        query = select(func.count(), func.min(_t.received_at)).where(_t.handled_at.is_(None))
        async with self._database.read() as sql:
            row = (await sql.execute(query)).one()
        return row[0], row[1]

    async def counts(self) -> InboxCounts:
        waiting = _t.handled_at.is_(None)
        aside = func.coalesce(_t.outcome, "") == SET_ASIDE
        async with self._database.read() as sql:
            row = (
                await sql.execute(
                    select(
                        func.count().filter(waiting),
                        func.count().filter(and_(waiting, _t.error.is_not(None))),
                        func.count().filter(and_(~waiting, ~aside)),
                        func.count().filter(aside),
                    )
                )
            ).one()
        return InboxCounts(waiting=row[0], failing=row[1], handled=row[2], set_aside=row[3])

    async def list_set_aside(self, most: int) -> list[EventSetAside]:
        """For a person to look at, newest first."""
        columns = (_t.id, _t.type, _t.payload, _t.received_at, _t.error)
        query = select(*columns).where(_t.outcome == SET_ASIDE).order_by(_t.received_at.desc(), _t.id)
        async with self._database.read() as sql:
            rows = (await sql.execute(query.limit(most))).all()
        return [
            EventSetAside(id=a, type=b, payload=c, received_at=d, reason=e or "") for a, b, c, d, e in rows
        ]

    async def _finish(self, identifier: str, outcome: str, error: str | None) -> None:
        now = self._clock.now_ms()
        async with self._database.begin() as sql:
            await sql.execute(
                update(payment_events)
                .where(_t.id == identifier, _t.handled_at.is_(None))
                .values(handled_at=now, claimed_until=0, outcome=outcome[:100], error=error)
            )
