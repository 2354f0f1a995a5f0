"""Rows of the audit log, and of who is restrained."""

from typing import Any

from server.accounts.messages import StaffView
from server.chat.messages import Person, Restrained
from server.core.ids import keyed_id, new_id

MOST_TEXT = 200


def act(
    staff: StaffView,
    what: str,
    at: int,
    stream: str | None,
    *,
    person: Person | None = None,
    text: str = "",
    of: str | None = None,
) -> dict[str, Any]:
    """`of`: what is done to one message once and for all is one line, however often it is asked for."""
    return {
        "id": keyed_id("act", stream or "", what, of) if of else new_id("act"),
        "shop": staff.shop.id,
        "stream": stream,
        "at": at,
        "staff": staff.id,
        "by_name": staff.name,
        "what": what,
        "person": person.id if person else None,
        "person_name": person.name if person else "",
        "person_staff": person.staff if person else False,
        "text": text[:MOST_TEXT],
    }


def restrained_of(row: dict[str, Any], now: int) -> Restrained:
    muted = row["muted_until"]
    return Restrained(
        person=Person(id=row["person"], name=row["name"] or "", staff=False),
        muted_until=muted if muted is not None and muted > now else None,
        banned=row["banned"],
        reason=row["reason"],
        by=row["restrained_by"],
        at=row["restrained_at"],
    )
