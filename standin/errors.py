"""Errors as Stripe's API words them: a status, a type, a code."""

from typing import Any


class StripeError(Exception):
    """Answered as `{"error": {…}}`. `executed` says that the request had begun to act before it failed,
    so that the answer is kept for its idempotency key, as Stripe does; mere bad parameters are not kept."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        executed: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        fields = {"type": kind, "message": message, **more}
        self.body = {"error": {name: value for name, value in fields.items() if value is not None}}


def missing(what: str, identifier: str) -> StripeError:
    return StripeError(404, f"No such {what}: '{identifier}'", code="resource_missing", param="id")


def bad_parameter(param: str, message: str, code: str | None = None) -> StripeError:
    return StripeError(400, message, code=code, param=param)


def refuse_unknown(params: dict[str, Any], known: frozenset[str]) -> None:
    """Stripe refuses a parameter that it does not know. So do we: a slip of the pen shows at once."""
    for name in params:
        if name not in known:
            raise bad_parameter(name, f"Received unknown parameter: {name}", "parameter_unknown")
