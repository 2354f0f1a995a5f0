"""What a node says to whom it does not take in. All of it passes, or is otherwise at another node."""

from server.core.errors import ProofcastError


class NodeDraining(ProofcastError):
    """It is about to stop."""

    code = "node.draining"
    status = 503
    retryable = True

    def __init__(self) -> None:
        super().__init__("This server is about to stop. Connect again.", retry_after_ms=0)
