"""What each network address may have of a node. Many viewers share one: a household, a company, a carrier."""

from server.core.addresses import UNKNOWN
from server.core.errors import TooMany
from server.core.realtime.errors import TooManySockets

HANDSHAKES_PER_SECOND = 50
"""From one address, in the long run; and at once as many as it may have sockets."""
MOST_KNOWN = 100_000
"""Addresses that are remembered though nothing of theirs is open."""
SWEPT, DROPPED = 1000, 10


class _Caller:
    """`lines`: open connections. `asking`: those of them that have not said yet what they want. `strangers`:
    sockets that nobody has shown a pass for."""

    __slots__ = ("allowance", "asking", "lines", "seen", "strangers")

    def __init__(self, allowance: float, now: float) -> None:
        self.lines = self.asking = self.strangers = 0
        self.allowance = allowance
        self.seen = now


class Callers:
    """Counts by address. A line whose address is not known is not counted."""

    def __init__(self, sockets: int, most_known: int = MOST_KNOWN) -> None:
        self._most_known = most_known
        self._sockets = sockets
        self.most_strangers = max(1, sockets // 4)
        self._known: dict[str, _Caller] = {}  # the one that was seen last comes last

    def __len__(self) -> int:
        return len(self._known)

    def came(self, address: str, now: float) -> bool:
        """A line that is silent yet. False when there are too many of them."""
        if address == UNKNOWN:
            return True
        caller = self._caller(address, now)
        caller.lines += 1
        caller.asking += 1
        return caller.asking <= self.most_strangers

    def spoke(self, address: str) -> None:
        """It has said what it wants."""
        if (caller := self._known.get(address)) is not None:
            caller.asking -= 1

    def opened(self, address: str, now: float) -> None:
        """A line whose address was not known before, because a proxy had to name it."""
        if address != UNKNOWN:
            self._caller(address, now).lines += 1

    def gone(self, address: str) -> None:
        if (caller := self._known.get(address)) is not None:
            caller.lines -= 1

    def stranger(self, address: str, change: int) -> None:
        if (caller := self._known.get(address)) is not None:
            caller.strangers += change

    def require_room(self, address: str, now: float, *, counted: bool) -> None:
        """Raises `TooManySockets`. `counted`: the line in question is among those that are counted."""
        if address != UNKNOWN and self._caller(address, now).lines >= self._sockets + counted:
            raise TooManySockets(self._sockets)

    def require_handshake(self, address: str, now: float, *, counted: bool) -> None:
        """Also raises `TooMany` when they come too fast."""
        self.require_room(address, now, counted=counted)
        if address == UNKNOWN:
            return
        caller = self._caller(address, now)
        if caller.strangers >= self.most_strangers:
            raise TooManySockets(self._sockets)
        if caller.allowance < 1:
            raise TooMany("Too many connections at once. Wait a second.", per_second=HANDSHAKES_PER_SECOND)
        caller.allowance -= 1

    def sweep(self, now: float) -> None:
        """Forgets those who have nothing open and all their allowance back."""
        long_ago = now - self._sockets / HANDSHAKES_PER_SECOND
        for address in [address for address, _ in zip(self._known, range(SWEPT), strict=False)]:
            caller = self._known[address]
            if caller.seen > long_ago:
                return
            self._drop(address, now)

    def _caller(self, address: str, now: float) -> _Caller:
        caller = self._known.pop(address, None)
        if caller is None:
            caller = _Caller(float(self._sockets), now)
            for old in [address for address, _ in zip(self._known, range(DROPPED), strict=False)]:
                if len(self._known) < self._most_known:
                    break
                self._drop(old, now)
        self._known[address] = caller
        gained = (now - caller.seen) * HANDSHAKES_PER_SECOND
        caller.allowance = min(float(self._sockets), caller.allowance + gained)
        caller.seen = now
        return caller

    def _drop(self, address: str, now: float) -> None:
        """Not while something of it is open: then it goes to the end."""
        if self._known[address].lines > 0:
            self._caller(address, now)
        else:
            del self._known[address]
