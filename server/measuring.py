"""What web and worker count, for Prometheus. docs/operating.md lists it."""

from collections.abc import Iterator

from prometheus_client.core import Metric

from server.composition import Services
from server.core.clock import Clock
from server.core.metrics import Lag, counter, counters, gauges, histogram
from server.core.requests import Requests
from server.core.steps import Steps

Waiting = dict[str, tuple[int, int | None]]
"""By queue: how many entries wait, and since when (ms) the oldest does."""


def shared(services: Services, lag: Lag) -> Iterator[Metric]:
    """What every process counts."""
    yield histogram("proofcast_event_loop_lag_seconds", "How late the loop is.", [], {(): lag.times})
    yield histogram(
        "proofcast_redis_command_seconds", "From a command to its answer.", ["command"], services.redis.times
    )
    yield histogram(
        "proofcast_stripe_call_seconds", "From a call to its answer.", ["call"], services.gateway.times
    )
    connections = {"in_use": services.db.in_use(), "idle": services.db.idle()}
    yield gauges("proofcast_sql_connections", "Connections of the pool.", ["state"], connections)


def of_web(services: Services, requests: Requests) -> Iterator[Metric]:
    """Beside the real-time server's own."""
    yield counters(
        "proofcast_http_requests", "Requests, by answer.", ["method", "route", "status"], requests.answered
    )
    yield histogram(
        "proofcast_http_request_seconds", "From a request to its answer.", ["method", "route"], requests.times
    )
    yield histogram(
        "proofcast_hold_batch_size", "Holds in one script call.", [], {(): services.stock.batches}
    )


def of_worker(
    services: Services, steps: Steps, waiting: Waiting, holds_expired: int, clock: Clock
) -> Iterator[Metric]:
    yield counters("proofcast_steps", "Runs of the worker's steps.", ["step", "outcome"], steps.runs)
    yield histogram("proofcast_step_seconds", "How long a step took.", ["step"], steps.times)
    entries = {queue: n for queue, (n, _since) in waiting.items()}
    yield gauges("proofcast_backlog_entries", "Entries that wait for the worker.", ["queue"], entries)
    now = clock.now_ms()
    ages = {
        queue: max(0, now - since) / 1000 if since is not None else 0.0
        for queue, (_n, since) in waiting.items()
    }
    yield gauges("proofcast_backlog_oldest_seconds", "How long the oldest waits.", ["queue"], ages)
    yield counter("proofcast_holds_expired", "Overdue holds that were taken back.", holds_expired)
    yield counters("proofcast_settlements", "Webhooks, by outcome.", ["outcome"], services.inbox.settled)
