"""All that one client knows of a show, from docs/protocol.md alone: answers are taken in, events applied."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.rooms.outsider import Client

Json = dict[str, Any]
LATEST = 20
"""So many messages of the chat are compared: who was here all along knows older ones than a newcomer."""


class Mirror:
    """`behind`: something is missing that only asking again can tell. `heard`: names of events."""

    def __init__(self) -> None:
        self.room = Client()
        self.stock = ""
        self.levels: dict[str, tuple[int, int]] = {}
        self.tallies: dict[str, Json] = {}
        self.viewers = 0
        self.stale: int | None = None
        self.chat: tuple[str, int] = ("", 0)
        self.messages: dict[str, Json] = {}
        self.questions: list[Json] = []
        self.pinned: Json | None = None
        self.rules: Json = {}
        self.me: Json = {}
        self.holds: dict[str, Json] = {}
        self.ended: set[str] = set()
        self.places: dict[str, Json] = {}
        self.lines: dict[str, tuple[int, int]] = {}
        self.orders: dict[str, str] = {}
        self.numbers: Json = {}
        self.waiting: list[Json] = []
        self.reactions: Counter[str] = Counter()
        self.heard: set[str] = set()
        self.behind = False

    # Answers

    def joined(self, answer: Json) -> None:
        # What was told while the question was on its way, is known by now.
        new = [each for each in answer["missed"] if each["data"]["seq"] > self.room.seq]
        self.room.join({**answer, "missed": new})
        self.viewers = answer["viewers"]
        self._levels(answer["stock"])

    def opened(self, answer: Json) -> None:
        log = answer["log"]
        if log["whole"]:
            self.messages = {}
        self.messages |= {message["id"]: message for message in log["messages"]}
        self.chat = (log["epoch"], log["seq"])
        self.questions, self.pinned, self.rules = log["questions"], log["pinned"], log["rules"]
        self.me = answer["me"]

    def has(self, mine: Json) -> None:
        self.holds = {hold["id"]: hold for hold in mine["holds"] if hold["id"] not in self.ended}
        self.places = {place["variant"]: place for place in mine["places"]}

    def tallied(self, poll: str, tally: Json | None) -> None:
        known = self.tallies.get(poll)
        if tally is not None and (known is None or tally["version"] > known["version"]):
            self.tallies[poll] = tally

    def since(self) -> Json:
        """For `chat.open`."""
        return {"since": {"epoch": self.chat[0], "seq": self.chat[1]}} if self.chat[0] else {}

    # Events

    def hear(self, name: str, data: Json) -> None:
        self.heard.add(name)
        if (apply := EVENTS.get(name)) is not None:
            apply(self, data)

    def _levels(self, told: Json) -> None:
        if told["epoch"] != self.stock:
            self.behind |= bool(self.stock)
            self.stock, self.levels = told["epoch"], {}
        for variant, left in told["levels"].items():
            if variant not in self.levels or told["seq"] > self.levels[variant][0]:
                self.levels[variant] = (told["seq"], left)

    def _said(self, told: Json) -> None:
        epoch, seq = self.chat
        if told["epoch"] != epoch or told["after"] > seq:
            self.behind = True
        else:
            self.messages |= {each["id"]: each for each in told["messages"]}
            self.chat = (epoch, max(seq, told["seq"]))

    def _removed(self, told: Json) -> None:
        for message in told["messages"]:
            self.messages.pop(message, None)

    def _hold_ended(self, told: Json) -> None:
        self.ended.add(told["hold"])
        if self.holds.pop(told["hold"], None) is not None:
            self.behind = True  # another one may have taken its place while the server had lost its news

    def _hold_changed(self, told: Json) -> None:
        self.holds.pop(told["was"], None)
        self.holds[told["hold"]["id"]] = told["hold"]

    def _wait_changed(self, told: Json) -> None:
        self.lines[told["variant"]] = (told["first"], told["waiting"])

    def _wait_offered(self, told: Json) -> None:
        self.holds[told["hold"]["id"]] = told["hold"]
        for line in told["hold"]["lines"]:
            self.places.pop(line["variant"], None)

    def _wait_ended(self, told: Json) -> None:
        self.places.pop(told["variant"], None)

    def _order(self, told: Json) -> None:
        self.orders[told["order"]["id"]] = told["order"]["state"]
        self.behind = True  # its hold was sold with it

    def _stale(self, told: Json) -> None:
        self.stale = told["since"]
        self.behind |= self.stale is None and bool(self.places)  # the turn may have come meanwhile

    def _viewers(self, told: Json) -> None:
        self.viewers = told["viewers"]

    def _questions(self, told: Json) -> None:
        self.questions = told["questions"]

    def _pinned(self, told: Json) -> None:
        self.pinned = told["message"]

    def _ruled(self, told: Json) -> None:
        self.rules = told["rules"]

    def _me(self, told: Json) -> None:
        self.me = told["me"]

    def _reacted(self, told: Json) -> None:
        self.reactions.update(told["counts"])

    def _numbers(self, told: Json) -> None:
        self.numbers = told["numbers"]

    def _waiting(self, told: Json) -> None:
        self.waiting = told["messages"]

    # What it shows

    def shows(self) -> Json:
        """But for what is only counted or moves by itself: viewers, reactions, the time of the numbers; and
        for what no event tells: what the same viewer voted for in another tab."""
        poll = self.room.poll["id"] if self.room.poll else ""
        pinned = [variant["id"] for pin in self.room.pins for variant in pin["product"]["variants"]]
        numbers = {name: self.numbers.get(name) for name in ("held", "orders", "units", "revenue")}
        return {
            "room": self.room.shows(),
            "stock": (self.stock, {each: self.levels.get(each, (0, None))[1] for each in pinned}),
            "tally": self.tallies.get(poll),
            "stale": self.stale,
            "chat": (self.chat, list(self.messages.values())[-LATEST:]),
            "questions": self.questions,
            "pinned": self.pinned,
            "rules": self.rules,
            "me": {name: value for name, value in self.me.items() if name != "voted"},
            "holds": sorted(self.holds),
            "places": {variant: place["ticket"] for variant, place in self.places.items()},
            "orders": self.orders,
            "numbers": numbers,
            "waiting": self.waiting,
        }


def _story(name: str) -> Callable[[Mirror, Json], None]:
    def hear(mirror: Mirror, data: Json) -> None:
        mirror.room.hear(name, data)
        mirror.behind |= mirror.room.lost

    return hear


EVENTS: dict[str, Callable[[Mirror, Json], None]] = {
    **{
        name: _story(name)
        for name in (
            "stream.changed", "pin.shown", "pin.hidden", "pins.ordered", "poll.opened", "poll.closed",
            "poll.hidden",
        )
    },
    "stock.changed": Mirror._levels,
    "poll.tallied": lambda mirror, told: mirror.tallied(told["poll"], told["tally"]),
    "viewers.changed": Mirror._viewers,
    "room.stale": Mirror._stale,
    "hold.changed": Mirror._hold_changed,
    "hold.ended": Mirror._hold_ended,
    "wait.changed": Mirror._wait_changed,
    "wait.offered": Mirror._wait_offered,
    "wait.ended": Mirror._wait_ended,
    "order.changed": Mirror._order,
    "numbers.changed": Mirror._numbers,
    "chat.said": Mirror._said,
    "chat.removed": Mirror._removed,
    "chat.questions": Mirror._questions,
    "chat.pinned": Mirror._pinned,
    "chat.ruled": Mirror._ruled,
    "chat.me_changed": Mirror._me,
    "chat.reacted": Mirror._reacted,
    "chat.waiting": Mirror._waiting,
}  # fmt: skip
