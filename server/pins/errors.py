from server.core.errors import NotFound, ProofcastError


class NotShown(NotFound):
    """The pin is not shown on this stream, or was taken down too long ago to be bought from."""

    code = "pins.not_shown"


class OtherPins(ProofcastError):
    """The order given names other pins than those that are shown now."""

    code = "pins.changed"
    status = 409
    retryable = True
