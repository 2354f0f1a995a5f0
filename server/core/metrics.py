"""What is counted, and how it is handed to Prometheus.

Whoever works counts in plain attributes, a `Counter` of the standard library or a `Histogram`: no lock, no
lookup of labels. Only when somebody reads them are they put into the library's families.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds that suit everything here that takes time: from a write to all viewers up to Stripe."""

Collect = Callable[[], Iterable[Metric]]
Labelled = Mapping[Any, float]
"""By the label's value, or by a tuple of values where there are several labels."""

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Histogram:
    """How many values fell below which bound. Costs a search in a short list."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        return sum(self.counts)

    def buckets(self) -> Iterator[tuple[str, float]]:
        """As Prometheus wants them: each holds those before it too."""
        so_far = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            so_far += count
            yield bound, so_far


class Lag:
    """How late the event loop comes to what is due. The answer to a slow server that does not seem busy."""

    EVERY_S = 0.25

    def __init__(self) -> None:
        self.times = Histogram()
        self.last = 0.0

    async def run(self) -> None:
        """Forever."""
        while True:
            due = time.perf_counter() + self.EVERY_S
            await asyncio.sleep(self.EVERY_S)
            self.last = max(0.0, time.perf_counter() - due)
            self.times.observe(self.last)


class Metrics:
    """All that one process counts."""

    def __init__(self) -> None:
        self._collected: list[Collect] = []
        # Of the library: CPU, memory and descriptors of the process, Python's version, the garbage collector.
        self._process = CollectorRegistry(auto_describe=False)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._process)

    def add(self, collect: Collect) -> None:
        """`collect` is called on the event loop, each time that somebody reads."""
        self._collected.append(collect)

    async def text(self) -> bytes:
        """What Prometheus reads. Put into words in a thread: that takes a while, and files of the system are
        read for it."""
        families = [family for collect in self._collected for family in collect()]
        return await asyncio.to_thread(generate_latest, _Snapshot(families, self._process))


class _Snapshot(Collector):
    def __init__(self, families: Sequence[Metric], process: CollectorRegistry) -> None:
        self._families = families
        self._process = process

    def collect(self) -> Iterator[Metric]:
        yield from self._families
        yield from self._process.collect()


def counter(name: str, help_text: str, value: float) -> Metric:
    return CounterMetricFamily(name, help_text, value=value)


def counters(name: str, help_text: str, labels: Sequence[str], values: Labelled) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=labels)
    for key, value in values.items():
        family.add_metric(_labels(key), value)
    return family


def gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)


def gauges(name: str, help_text: str, labels: Sequence[str], values: Labelled) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for key, value in values.items():
        family.add_metric(_labels(key), value)
    return family


def histogram(name: str, help_text: str, labels: Sequence[str], values: Mapping[Any, Histogram]) -> Metric:
    family = HistogramMetricFamily(name, help_text, labels=labels)
    for key, value in values.items():
        family.add_metric(_labels(key), list(value.buckets()), value.total)
    return family


def _labels(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key
