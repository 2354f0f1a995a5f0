"""What the API's own description allows, and what it does not, sent to a running show by schemathesis."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from tests.faults.stage import Stage

T = TypeVar("T")
Operation = APIOperation[Any, Any, Any, Any]
EXAMPLES = int(os.environ.get("PROOFCAST_FUZZ_EXAMPLES", "0"))
"""Per operation and mode. 0: a few, the same ones each time."""
FEW = 2


class Loop:
    """From a thread, which hypothesis may block, to the loop of the show."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def __call__(self, asked: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(60)


class Watched:
    """All that a request may change. What was carried out is given time to have its after-effects."""

    PAUSE_S = 0.05

    def __init__(self, stage: Stage, loop: Loop) -> None:
        self._stage = stage
        self._loop = loop
        self._known = loop(stage.everything())

    def carried_out(self) -> None:
        self._known = self._loop(self._settled())

    def refused(self) -> None:
        assert self._loop(self._stage.everything()) == self._known

    async def _settled(self) -> dict[str, Any]:
        found = await self._stage.everything()
        while True:
            await asyncio.sleep(self.PAUSE_S)
            before, found = found, await self._stage.everything()
            if before == found:
                return found


def names(stage: Stage) -> dict[str, str]:
    """By the name of a field or of a part of a path: what is really there."""
    return {
        "stream": stage.live.id,
        "pin": stage.pin.id,
        "product": stage.product.id,
        "variant": stage.product.variants[0].id,
        "hold": stage.hold["id"],
        "order": stage.order,
        "poll": stage.poll,
        "message": stage.message,
        "question": stage.question,
        "reply_to": stage.question,
        "person": stage.person,
        "token": stage.token(),
    }


def named(value: Any, known: dict[str, str], name: str = "") -> Any:
    """The same document, about things that are there."""
    if isinstance(value, dict):
        return {key: named(inner, known, key) for key, inner in value.items()}
    if isinstance(value, list):
        singular = name.removesuffix("s")
        return [named(inner, known, singular) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON Schema takes 1.0 for an integer, and we do not
    return known.get(name, value) if isinstance(value, str) else value


def run(
    operation: Operation,
    mode: GenerationMode,
    test: Callable[[Case[Any], bool], None],
    *,
    path: dict[str, str] | None = None,
) -> None:
    """`test(case, real)`; `real`: it is to be about things that are there. Blocks, so not on the loop."""
    cases = operation.as_strategy(generation_mode=mode, path_parameters=path)
    hypothesis.settings(
        max_examples=EXAMPLES or FEW,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(hypothesis.given(cases, st.booleans())(test))()
