"""How fast a node takes viewers in: no faster than it can, and in the order in which they asked first."""

import random

PLACE_KEPT_S = 30.0
"""So long after its turn came may a viewer be late."""
LONGEST_S = 60.0
"""Nobody is given a place further away than this."""
FULL_S = 6.0
"""Nobody knows when somebody leaves: come again after about so long."""
MOST_LAG_S = 0.5
"""The event loop is so late, over the last second or so: it has too much to do already."""
LAGGING_S = 1.0
PULSE_S = 0.1


class Admission:
    """A viewer who has to wait gets a place of its own in the time to come, which stays its own until it is
    back: who asks for the first time gets what is behind all places that were given. Times are the loop's.

    `lag`: how late the event loop is, smoothed, in seconds; `beat` has to be called every `PULSE_S`.
    """

    def __init__(self, per_second: float, viewers: int) -> None:
        self._gap = 1 / per_second
        self._burst_s = 1.0
        self._viewers = viewers
        self._next = float("-inf")
        self._places: dict[str, float] = {}  # in the order of their turns
        self._beat: float | None = None
        self.lag = 0.0

    def __len__(self) -> int:
        return len(self._places)

    def wait_s(self, who: str, inside: int, now: float) -> float:
        """0 when `who` may come in, where `inside` are already; else how long to stay away."""
        self._forget(now)
        if inside >= self._viewers:
            return about(FULL_S)
        if self.lag > MOST_LAG_S:
            return about(LAGGING_S)
        turn = self._places.get(who)
        if turn is not None:
            if turn > now:
                return turn - now
            del self._places[who]
            return 0
        self._next = max(self._next, now - self._burst_s)
        if self._next <= now:
            self._next += self._gap
            return 0
        wait = self._next - now
        if wait > LONGEST_S:
            return about(LONGEST_S)
        self._places[who] = self._next
        self._next += self._gap
        return wait

    def beat(self, now: float) -> None:
        late = max(0.0, now - self._beat - PULSE_S) if self._beat is not None else 0.0
        self._beat = now
        self.lag += (late - self.lag) / 5

    def _forget(self, now: float) -> None:
        for who, turn in list(_first(self._places, 100)):
            if turn > now - PLACE_KEPT_S:
                return
            del self._places[who]


def about(seconds: float) -> float:
    """That, give or take a half, so that those who are told it do not come back as one wave."""
    return seconds * (0.5 + random.random())  # noqa: S311  (no secret)


def _first(places: dict[str, float], count: int) -> list[tuple[str, float]]:
    return [item for item, _ in zip(places.items(), range(count), strict=False)]
