"""What the server wrote into its log while a test ran."""

import contextlib
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import structlog.contextvars
import structlog.testing


class Logs:
    """Entries of structlog, and those of libraries that log in the standard way (aiohttp, asyncio)."""

    def __init__(self, own: list[Any], theirs: pytest.LogCaptureFixture) -> None:
        self._own = own
        self._theirs = theirs

    def errors(self) -> list[str]:
        """Everything that an operator would be woken by."""
        own = [str(entry) for entry in self._own if entry["log_level"] in ("error", "critical")]
        theirs = [
            f"{record.name}: {record.getMessage()}"
            for record in self._theirs.records
            if record.levelno >= logging.ERROR
        ]
        return own + theirs

    def entries(self, **fields: Any) -> list[Any]:
        """Those of structlog that have these fields."""
        return [entry for entry in self._own if all(entry.get(name) == fields[name] for name in fields)]

    def text(self) -> str:
        """All of it, as one text to search in. Tracebacks are in it."""
        own = [str(entry) + self._trace(entry) for entry in self._own]
        return "\n".join([*own, self._theirs.text])

    @staticmethod
    def _trace(entry: Mapping[str, Any]) -> str:
        return repr(entry["exc_info"]) if "exc_info" in entry else ""


@contextlib.contextmanager
def captured(theirs: pytest.LogCaptureFixture) -> Iterator[Logs]:
    merged = [structlog.contextvars.merge_contextvars]
    with structlog.testing.capture_logs(merged) as own, theirs.at_level(logging.WARNING):
        yield Logs(own, theirs)
    for entry in own:  # pytest shows it when the test fails
        sys.stdout.write(f"{entry}\n")
        if isinstance(error := entry.get("exc_info"), BaseException):
            traceback.print_exception(error, file=sys.stdout)


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[Logs]:
    with captured(caplog) as found:
        yield found
