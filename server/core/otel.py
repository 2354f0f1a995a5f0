"""Spans, sent to an OpenTelemetry collector. The only module that knows OpenTelemetry; imported where it is
asked for alone. The SDK reads the other `OTEL_…` variables itself."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from server import __version__
from server.core.errors import ProofcastError
from server.core.tracing import Tracing, Value, running

_KINDS = {"server": SpanKind.SERVER, "client": SpanKind.CLIENT, "internal": SpanKind.INTERNAL}
_CLOSE_S = 5.0
"""A collector that is away must not hold up a stop for longer."""


class Otel(Tracing):
    on = True

    def __init__(self, endpoint: str) -> None:
        resource = Resource({"service.name": "proofcast", "service.version": __version__})
        self._provider = TracerProvider(
            resource=resource.merge(OTELResourceDetector().detect()), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))  # sends from a thread of its own
        self._tracer = self._provider.get_tracer("proofcast", __version__)
        self._traceparent = TraceContextTextMapPropagator()

    @contextlib.contextmanager
    def span(
        self,
        name: str,
        attributes: Mapping[str, Value] | None = None,
        *,
        kind: str = "internal",
        parent: Mapping[str, str] | None = None,
    ) -> Iterator[None]:
        context = self._traceparent.extract(parent) if parent is not None else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=_KINDS[kind],
            attributes=attributes,
            record_exception=False,  # its text may quote what somebody typed
            set_status_on_exception=False,
        ) as span:
            before = running.set(span.set_attributes)
            try:
                yield
            except ProofcastError as error:
                span.set_attribute("error.type", error.code)
                if error.status >= 500:
                    span.set_status(Status(StatusCode.ERROR))
                raise
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise
            finally:
                running.reset(before)

    async def close(self) -> None:
        loop, sent = asyncio.get_running_loop(), asyncio.Event()

        def shut_down() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # the loop did not wait, and is closed
                loop.call_soon_threadsafe(sent.set)

        # Not in the loop's executor, whose end is waited for without a bound.
        threading.Thread(target=shut_down, name="spans", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await sent.wait()
