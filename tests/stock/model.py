"""What stock should do, in plain Python: the scripts are held against it, step by step."""

from collections import Counter
from dataclasses import dataclass, field

Lines = tuple[tuple[str, int], ...]
Limit = tuple[int, bool] | None
"""Units, and whether only what was bought lately counts."""


@dataclass
class ModelHold:
    buyer: str
    lines: Lines
    state: str = "held"
    overdue: bool = False
    extended_by: list[str] = field(default_factory=list)


@dataclass
class ModelPlace:
    buyer: str
    hold: str
    units: int
    limit: Limit


@dataclass
class Model:
    """Each method answers the word that the service's answer or error comes down to."""

    most_extensions: int
    stocked: dict[str, int] = field(default_factory=dict)
    available: dict[str, int] = field(default_factory=dict)
    held: Counter[str] = field(default_factory=Counter)
    sold: Counter[str] = field(default_factory=Counter)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    bought: Counter[tuple[str, str]] = field(default_factory=Counter)
    bought_long_ago: Counter[tuple[str, str]] = field(default_factory=Counter)
    holds: dict[str, ModelHold] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[ModelPlace]] = field(default_factory=dict)

    def reserve(self, hold: str, buyer: str, lines: Lines, limit: Limit) -> str:
        if (known := self.holds.get(hold)) is not None:
            return self._state(known)
        return self._take(hold, buyer, lines, limit)

    def retake(self, hold: str, buyer: str, lines: Lines, limit: Limit) -> str:
        known = self.holds.get(hold)
        if known is not None and (known.buyer, known.lines) != (buyer, lines):
            return "not found"
        if known is not None and known.state == "committed":
            return "committed"
        if known is not None and known.state == "held":
            known.overdue = False
            return "held"
        answer = self._take(hold, buyer, lines, limit)
        other = known is None and hold in self.holds and self.holds[hold].lines != lines
        return "not found" if other else answer

    def change(self, hold: str, new: str, buyer: str, lines: Lines, limit: Limit) -> str:
        if lines and (changed := self.holds.get(new)) is not None:
            return self._state(changed)
        known = self.holds.get(hold)
        if known is None or known.buyer != buyer:
            return "not found"
        if self._state(known) != "held":
            return self._state(known)
        if not lines:
            self._end(known, "released")
            self.serve()
            return "released"
        refusal = self._insist(buyer, lines, limit, dict(known.lines))
        if new in self.holds:  # offered to this buyer just now, under the same key
            return "held"
        if refusal is not None:
            return refusal
        self._end(known, "released")
        self._begin(new, ModelHold(buyer, lines, extended_by=list(known.extended_by)))
        self.serve()
        return "held"

    def wait(self, hold: str, buyer: str, variant: str, units: int, limit: Limit) -> str | int:
        """The number of those ahead, or what came of it at once."""
        if (known := self.holds.get(hold)) is not None:
            return self._state(known)
        line = self.lines.setdefault(variant, [])
        if all(place.buyer != buyer for place in line):
            answer = self._take(hold, buyer, ((variant, units),), limit)
            if answer != "sold out":
                return answer
            line.append(ModelPlace(buyer, hold, units, limit))
        return [place.buyer for place in line].index(buyer)

    def leave(self, buyer: str, variant: str) -> None:
        self.lines[variant] = [place for place in self.lines.get(variant, []) if place.buyer != buyer]
        self.serve()

    def serve(self) -> None:
        """What is there goes to the first in line."""
        for variant, line in self.lines.items():
            while line and self.available[variant] >= line[0].units:
                first = line.pop(0)
                over = self._over(first.buyer, variant, first.units, first.limit, 0)
                if not over and first.hold not in self.holds:
                    self._begin(first.hold, ModelHold(first.buyer, ((variant, first.units),)))

    def _over(self, buyer: str, variant: str, units: int, limit: Limit, back: int) -> bool:
        if limit is None:
            return False
        most, lately = limit
        old = self.bought_long_ago[buyer, variant] if lately else 0
        return self.taken[buyer, variant] - old - back + units > most

    def _take(self, hold: str, buyer: str, lines: Lines, limit: Limit) -> str:
        before = self.holds.get(hold)
        refusal = self._insist(buyer, lines, limit, {})
        if self.holds.get(hold) is not before and self.holds[hold].state == "held":
            return "held"  # offered to this buyer just now, under the same key
        if refusal is None:
            self._begin(hold, ModelHold(buyer, lines))
        return refusal or "held"

    def _insist(self, buyer: str, lines: Lines, limit: Limit, back: dict[str, int]) -> str | None:
        refusal = self._refusal(buyer, lines, limit, back)
        if refusal not in (None, "unknown") and self.expire():
            refusal = self._refusal(buyer, lines, limit, back)
        return refusal

    def _begin(self, hold: str, made: ModelHold) -> None:
        self.holds[hold] = made
        for variant, quantity in made.lines:
            self.available[variant] -= quantity
            self.held[variant] += quantity
            self.taken[made.buyer, variant] += quantity

    def extend(self, hold: str, buyer: str, key: str) -> str:
        known = self.holds.get(hold)
        if known is None or known.buyer != buyer:
            return "not found"
        if self._state(known) != "held":
            return self._state(known)
        if known.extended_by[-1:] != [key]:
            if len(known.extended_by) >= self.most_extensions:
                return "too many"
            if any(self.lines.get(variant) for variant, _ in known.lines):
                return "others wait"
            known.extended_by.append(key)
        return "held"

    def release(self, hold: str, buyer: str) -> str:
        known = self.holds.get(hold)
        if known is None or known.buyer != buyer:
            return "not found"
        if known.state == "held":
            self._end(known, "released")
            self.serve()
        return known.state

    def commit(self, order: str, hold: str | None, buyer: str, lines: Lines) -> str:
        if order not in self.orders:
            known = self.holds.get(hold or "")
            if known is not None and (known.state, known.buyer, known.lines) == ("held", buyer, lines):
                self._end(known, "committed")
                self.orders[order] = "sold"
            else:
                self.orders[order] = self._sell(buyer, lines)
        return self.orders[order]

    def expire(self) -> set[str]:
        overdue = {hold for hold, known in self.holds.items() if known.state == "held" and known.overdue}
        for hold in overdue:
            self._end(self.holds[hold], "expired")
        self.serve()
        return overdue

    def forget(self) -> None:
        self.holds = {hold: known for hold, known in self.holds.items() if known.state == "held"}
        self.orders = {}

    def set_stock(self, stocked: dict[str, int]) -> str:
        for variant, units in stocked.items():
            if units < self.held[variant] + self.sold[variant]:
                return "below committed"
        for variant, units in stocked.items():
            self.stocked[variant] = units
            self.available[variant] = units - self.held[variant] - self.sold[variant]
        self.serve()
        return "set"

    def wipe_and_rebuild(self) -> None:
        self.lines = {}
        self.holds, self.held, self.taken = {}, Counter(), Counter(self.bought)
        self.orders = {order: outcome for order, outcome in self.orders.items() if outcome == "sold"}
        for variant, units in self.stocked.items():
            self.available[variant] = units - self.sold[variant]

    def long_ago(self) -> None:
        self.bought_long_ago = Counter(self.bought)

    def _sell(self, buyer: str, lines: Lines) -> str:
        for again in (True, False):
            if all(self.available.get(variant, 0) >= quantity for variant, quantity in lines):
                break
            if not again or not self.expire():
                return "sold out"
        for variant, quantity in lines:
            self.available[variant] -= quantity
            self.sold[variant] += quantity
            self.taken[buyer, variant] += quantity
            self.bought[buyer, variant] += quantity
        return "sold"

    def _refusal(self, buyer: str, lines: Lines, limit: Limit, back: dict[str, int]) -> str | None:
        for variant, quantity in lines:
            if variant not in self.stocked:
                return "unknown"
            given = back.get(variant, 0)
            if self._over(buyer, variant, quantity, limit, given):
                return "limit"
            left = 0 if quantity > given and self.lines.get(variant) else self.available[variant]
            if left + given < quantity:
                return "sold out"
        return None

    def _end(self, known: ModelHold, state: str) -> None:
        known.state = state
        for variant, quantity in known.lines:
            self.held[variant] -= quantity
            if state == "committed":
                self.sold[variant] += quantity
                self.bought[known.buyer, variant] += quantity
            else:
                self.available[variant] += quantity
                self.taken[known.buyer, variant] -= quantity

    @staticmethod
    def _state(known: ModelHold) -> str:
        return "expired" if known.state == "held" and known.overdue else known.state
