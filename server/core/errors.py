"""One error class for HTTP and sockets. A client decides by `code` and `retryable`, never by text."""

from typing import Any, ClassVar

from server.core.messages import Message


class ErrorBody(Message, frozen=True):
    """What goes over the wire, the same over HTTP (`{"error": …}`) and as a socket acknowledgement."""

    code: str
    message: str
    retryable: bool
    details: dict[str, Any]


class ProofcastError(Exception):
    """Base of every error that a caller may see. 4xx is a decision of ours, 5xx a fault or an outage."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def body(self) -> ErrorBody:
        return ErrorBody(code=self.code, message=self.message, retryable=self.retryable, details=self.details)


class Internal(ProofcastError):
    """A bug. The text never carries what went wrong inside; the log does."""


class Unavailable(ProofcastError):
    """Redis, SQL or Stripe is away. Nothing was changed, or the change is safe to ask for again."""

    code = "unavailable"
    status = 503
    retryable = True


class BadRequest(ProofcastError):
    """Not JSON, or not of its message: wrong type, missing or unknown field, too long."""

    code = "request.invalid"
    status = 400


class TooLarge(ProofcastError):
    code = "request.too_large"
    status = 413


class NotFound(ProofcastError):
    code = "not_found"
    status = 404


class MethodNotAllowed(ProofcastError):
    code = "method_not_allowed"
    status = 405


class Unauthorized(ProofcastError):
    """No token or session, or one that is forged, expired or revoked."""

    code = "auth.required"
    status = 401


class Forbidden(ProofcastError):
    code = "auth.forbidden"
    status = 403


class Conflict(ProofcastError):
    """Somebody else changed the same thing first. Read it again, then retry."""

    code = "conflict"
    status = 409
    retryable = True


class TooMany(ProofcastError):
    code = "rate_limited"
    status = 429
    retryable = True
