from server.core.errors import Conflict, NotFound, ProofcastError


class NoSuchStream(NotFound):
    code = "stream.not_found"


class NotLive(ProofcastError):
    """The stream has not started, or it has ended."""

    code = "stream.not_live"
    status = 409


class StreamOver(ProofcastError):
    """An ended stream stays ended."""

    code = "stream.ended"
    status = 409


class TimelineBusy(Conflict):
    """Others kept writing to the same timeline."""

    code = "stream.busy"
