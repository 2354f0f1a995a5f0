"""What rows of polls look like on the wire, and in a room."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from server.polls.messages import HostPoll, PollClosed, PollHidden, PollOpened, PollOption, PollView, Tally
from server.polls.votes import Terms
from server.streams.messages import RoomEvent, StreamChanged
from server.streams.timeline import Section


class Choice(msgspec.Struct, frozen=True):
    """An option as SQL keeps it."""

    id: str
    text: str
    right: bool


def reduce(shown: PollView | None, event: RoomEvent) -> PollView | None:
    """The poll on the screen after an event. Clients do the same."""
    match event:
        case PollOpened(poll=poll):
            return poll
        case PollClosed(poll=poll) if shown is not None and shown.id == poll.id:
            return poll
        case PollHidden(poll=gone) if shown is not None and shown.id == gone:
            return None
        case StreamChanged(view=view) if view.state == "ended":
            return None
    return shown


def section(of_stream: Callable[[str], Awaitable[Sequence[dict[str, Any]]]]) -> Section:
    """The poll of a room. `of_stream(stream)` answers the stream's polls."""

    async def restore(stream: str) -> PollView | None:
        row = on_screen(await of_stream(stream))
        return None if row is None else view(row)

    return Section(type=PollView | None, empty=None, reduce=reduce, restore=restore)


def on_screen(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The poll that was opened last, unless it was taken off."""
    opened = [row for row in rows if row["opened_at"] is not None]
    last = max(opened, key=lambda row: int(row["opened_at"]), default=None)
    return None if last is None or last["hidden_at"] is not None else last


def choices(row: dict[str, Any]) -> list[Choice]:
    return msgspec.json.decode(row["options"], type=list[Choice])


def final_tally(row: dict[str, Any]) -> Tally | None:
    return None if row["tally"] is None else msgspec.json.decode(row["tally"], type=Tally)


def no_votes(row: dict[str, Any], version: int = 0) -> Tally:
    return Tally(version=version, voters=0, counts={choice.id: 0 for choice in choices(row)})


def view(row: dict[str, Any]) -> PollView:
    """As viewers see it: nothing of the votes, and nothing of what is right, before it is closed."""
    closed = row["state"] == "closed"
    return PollView(
        id=row["id"],
        kind=row["kind"],
        question=row["question"],
        options=[PollOption(id=choice.id, text=choice.text) for choice in choices(row)],
        results=row["results"],
        changeable=row["changeable"],
        state="open" if row["state"] == "closing" else row["state"],
        opened_at=row["opened_at"],
        closes_at=row["closes_at"],
        closed_at=row["closed_at"] if closed else None,
        tally=final_tally(row) if closed else None,
        right=_right(row) if closed else [],
    )


def host_view(row: dict[str, Any], tally: Tally | None, *, on_screen: bool) -> HostPoll:
    return HostPoll(
        poll=view(row),
        right=_right(row),
        seconds=row["seconds"],
        tally=final_tally(row) or tally or no_votes(row),
        on_screen=on_screen,
    )


def terms(row: dict[str, Any]) -> Terms:
    return Terms(
        stream=row["stream"],
        one=row["kind"] != "multiple",
        changeable=row["changeable"],
        results=row["results"],
        closes_at=row["closes_at"],
        options=tuple(choice.id for choice in choices(row)),
    )


def _right(row: dict[str, Any]) -> list[str]:
    return [choice.id for choice in choices(row) if choice.right]
