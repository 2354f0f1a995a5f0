"""Spans: what took how long, and what it was part of. Off unless the operator names a collector.

A span's name and attributes are words and ids of ours: no e-mail address, no text of a person, no secret.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from server.core.settings import SettingsError

P = ParamSpec("P")
T = TypeVar("T")
Value = str | int

running: ContextVar[Callable[[Mapping[str, Value]], None] | None] = ContextVar("span", default=None)
"""How to say more about the span that runs here."""


def note(attributes: Mapping[str, Value]) -> None:
    """Says more about the span that runs: which order, which hold. Nothing where none runs."""
    tell = running.get()
    if tell is not None:
        tell(attributes)


class Tracing:
    """Off: a span is nothing, and nothing is sent."""

    on = False

    def span(
        self,
        name: str,
        attributes: Mapping[str, Value] | None = None,
        *,
        kind: str = "internal",
        parent: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[None]:
        """From here to the end of the block. `kind`: server, client or internal. `parent`: the headers of a
        request, which may name the span of somebody else that this one is part of (W3C traceparent)."""
        return nullcontext()

    def around(self, name: str, work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """`work`, in a span of its own where they are on; else as it is."""
        if not self.on:
            return work

        async def traced(*given: P.args, **named: P.kwargs) -> T:
            with self.span(name, kind="server"):
                return await work(*given, **named)

        return traced

    async def close(self) -> None:
        """Sends what is not sent yet."""


OFF = Tracing()
"""Holds nothing."""


def start_tracing(endpoint: str) -> Tracing:
    """`endpoint`: the base address of an OTLP collector over HTTP; none: off. Raises `SettingsError` where
    the libraries for it are not installed."""
    if not endpoint:
        return OFF
    try:
        from server.core.otel import Otel
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("opentelemetry"):
            raise
        raise SettingsError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry is not installed: run "
            "pip install '.[otel]', or leave the variable empty"
        ) from None
    return Otel(endpoint)
