"""Whom a node takes in, at the handshake and when a viewer shows a pass."""

import asyncio
from collections import Counter
from collections.abc import Sized

from multidict import CIMultiDictProxy

from server.core.addresses import client_address
from server.core.auth import Grant
from server.core.errors import ProofcastError
from server.core.log import logger
from server.core.realtime.admission import FULL_S, MOST_LAG_S, Admission, about
from server.core.realtime.callers import Callers
from server.core.realtime.errors import NodeBusy, NodeDraining
from server.core.realtime.limits import Limits

_log = logger("realtime")

FORWARDED = "X-Forwarded-For"
JITTER_S = 0.5
"""By so much, at most, a viewer is told to come later than it might."""


class Door:
    """`draining`: it is shut. `sockets`: those that are open. `refused`: handshakes, by the error's code."""

    def __init__(self, limits: Limits, sockets: Sized) -> None:
        self.callers = Callers(limits.sockets_per_address)
        self.admission = Admission(limits.connects_per_s, limits.viewers)
        self.draining = False
        self.refused: Counter[str] = Counter()
        self._proxies = limits.proxies
        self._sockets = sockets
        # Some more than viewers: who is one too many learns by a packet that any client can read.
        self._most = limits.viewers + max(100, limits.viewers // 10)
        self._told = False

    def handshake(
        self, transport: asyncio.BaseTransport, headers: CIMultiDictProxy[str], *, counted: bool
    ) -> str:
        """The address of whom it comes from. Raises the `ProofcastError` that it is refused with. `counted`:
        the line is among the address's already."""
        try:
            return self._admitted(transport, headers, counted)
        except ProofcastError as error:
            self.refused[error.code] += 1
            raise

    def _admitted(
        self, transport: asyncio.BaseTransport, headers: CIMultiDictProxy[str], counted: bool
    ) -> str:
        if self.draining:
            raise NodeDraining
        now = asyncio.get_running_loop().time()
        forwarded = headers.getall(FORWARDED, ())
        address = client_address(transport.get_extra_info("peername"), forwarded, self._proxies)
        try:
            self.callers.require_handshake(address, now, counted=counted)
        except ProofcastError:
            if forwarded and not self._proxies and not self._told:
                self._told = True
                _log.warning("a proxy's viewers are taken for one: set TRUSTED_PROXIES")
            raise
        if len(self._sockets) >= self._most or self.admission.lag > 2 * MOST_LAG_S:
            raise NodeBusy(about(FULL_S))
        if not counted:
            self.callers.opened(address, now)
        return address

    def viewer(self, grant: Grant, inside: int) -> None:
        """Raises `NodeBusy`. Staff are always let in: without them there is no show."""
        if grant.kind != "viewer":
            return
        now = asyncio.get_running_loop().time()
        wait_s = self.admission.wait_s(f"{grant.shop}/{grant.viewer}", inside, now)
        if wait_s > 0:
            raise NodeBusy(wait_s + JITTER_S * about(0.5))
