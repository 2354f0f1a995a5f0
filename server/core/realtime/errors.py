"""What a node says to whom it does not take in. All of it passes, or is otherwise at another node."""

import math

from server.core.errors import ProofcastError


class NodeDraining(ProofcastError):
    """It is about to stop."""

    code = "node.draining"
    status = 503
    retryable = True

    def __init__(self) -> None:
        super().__init__("This server is about to stop. Connect again.", retry_after_ms=0)


class NodeBusy(ProofcastError):
    """It has all the viewers that it can take for now. `retry_after_ms` differs from one to the next, so that
    they do not come back as one wave; and who comes back then is not sent behind those who came later."""

    code = "node.busy"
    status = 503
    retryable = True

    def __init__(self, wait_s: float) -> None:
        wait_ms = math.ceil(wait_s * 1000)
        super().__init__("Many are coming in at once. Try again in a moment.", retry_after_ms=wait_ms)


class TooManySockets(ProofcastError):
    """One network address has as many connections as it may."""

    code = "node.too_many_sockets"
    status = 429
    retryable = True

    def __init__(self, limit: int) -> None:
        super().__init__("Too many connections come from this network address.", limit=limit)
