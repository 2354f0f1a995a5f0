"""What is done again and again, in figures and spans."""

import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable

from server.core.metrics import Histogram
from server.core.tracing import OFF, Tracing


class Steps:
    """`runs` by step and outcome (`ok`, `failed`), `times` by step."""

    def __init__(self, tracing: Tracing = OFF) -> None:
        self.runs: Counter[tuple[str, str]] = Counter()
        self.times: defaultdict[str, Histogram] = defaultdict(Histogram)
        self._tracing = tracing

    def counted(self, name: str, step: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
        """`step`, as `repeat` wants it."""

        async def counted() -> bool:
            outcome, began = "failed", time.perf_counter()
            try:
                with self._tracing.span(f"worker {name}"):
                    more = await step()
                outcome = "ok"
                return more
            finally:
                self.runs[name, outcome] += 1
                self.times[name].observe(time.perf_counter() - began)

        return counted
