"""Who is on a connection, and how much it may ask."""

from server.core.addresses import UNKNOWN
from server.core.auth import Grant

BURST = 60
PER_SECOND = 20
PATIENCE = 5000
"""Refused commands; as many a second as one may send are forgotten. Then the line is closed."""


class Peer:
    """One connected client. `address`: the network address that it comes from, which many may share (an IPv6
    one as its /64, "" when unknown). `shows`: the streams whose rooms it has joined."""

    __slots__ = ("_allowance", "_patience", "_seen_ms", "address", "grant", "shows", "sid")

    def __init__(self, sid: str, grant: Grant, now_ms: int, address: str = UNKNOWN) -> None:
        self.sid = sid
        self.grant = grant
        self.address = address
        self.shows: set[str] = set()
        self._allowance = float(BURST)
        self._patience = float(PATIENCE)
        self._seen_ms = now_ms

    def spend(self, now_ms: int) -> bool:
        """Takes one command from the peer's allowance; False when there is none left."""
        gained = (now_ms - self._seen_ms) * PER_SECOND / 1000
        self._allowance = min(BURST, self._allowance + gained)
        self._patience = min(PATIENCE, self._patience + gained)
        self._seen_ms = now_ms
        if self._allowance < 1:
            self._patience -= 1
            return False
        self._allowance -= 1
        return True

    @property
    def floods(self) -> bool:
        """It goes on and on though it is refused."""
        return self._patience < 0
