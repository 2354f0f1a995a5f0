"""What is counted comes out as Prometheus wants it."""

import asyncio
import time

from prometheus_client.parser import text_string_to_metric_families

from server.core.metrics import Histogram, Lag, Metrics, counters, gauge, histogram
from server.core.tasks import TaskSet


def test_a_value_on_a_bound_is_below_it() -> None:
    found = Histogram((1, 2))
    for value in (0.5, 1, 1.5, 2, 2.5):
        found.observe(value)
    assert list(found.buckets()) == [("1", 2), ("2", 4), ("+Inf", 5)]
    assert (found.count, found.total) == (5, 7.5)


async def test_all_that_was_added_is_told_and_the_process_too() -> None:
    metrics, times = Metrics(), Histogram((0.1,))
    times.observe(0.05)
    counted = {("a", 'with "quotes"\n'): 2}
    metrics.add(lambda: [counters("things", "Things.", ["one", "two"], counted), gauge("now", "Now.", 3)])
    metrics.add(lambda: [histogram("took_seconds", "Took.", ["what"], {"x": times})])
    text = (await metrics.text()).decode()
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["things_total", ("one", "a"), ("two", 'with "quotes"\n')] == 2
    assert found[("now",)] == 3
    assert found["took_seconds_bucket", ("le", "0.1"), ("what", "x")] == 1
    assert found["took_seconds_count", ("what", "x")] == 1
    assert "python_info" in text


async def test_a_loop_that_is_held_up_shows_as_lag() -> None:
    tasks, lag = TaskSet(), Lag()
    tasks.spawn(lag.run(), name="lag")
    await asyncio.sleep(0)  # it has begun to wait
    time.sleep(lag.EVERY_S + 0.3)  # noqa: ASYNC251  (the very thing that it is there to show)
    async with asyncio.timeout(10):
        while not lag.times.count:
            await asyncio.sleep(0.01)
    await tasks.close()
    assert lag.last >= 0.25
