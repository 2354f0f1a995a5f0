"""`Idempotency-Key`, as Stripe documents it: the first answer is kept and given again."""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from standin.backend import Json
from standin.errors import StripeError

_KEPT_S = 24 * 3600
_LONGEST = 255


@dataclass
class Answer:
    """`final` says that the request was carried out, or failed while it was: to be kept for its key."""

    status: int
    body: Json
    final: bool = True
    replayed: bool = False


@dataclass
class _Entry:
    fingerprint: str
    at: float
    answer: Answer | None = None


class Keys:
    """In memory: a restart forgets them, as Stripe forgets them after a day."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    async def run(self, key: str, request: Json, carry_out: Callable[[], Awaitable[Answer]]) -> Answer:
        """The kept answer for this key, or that of `carry_out`. Raises 400 `idempotency_error` when the key
        came with another request, 409 while the first request is still under way."""
        if len(key) > _LONGEST:
            raise StripeError(400, f"Idempotency keys are at most {_LONGEST} characters long")
        self._forget_old()
        fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        entry = self._entries.get(key)
        if entry is not None:
            if entry.fingerprint != fingerprint:
                raise StripeError(
                    400,
                    "Keys for idempotent requests can only be used with the same endpoint and parameters "
                    "they were first used with.",
                    kind="idempotency_error",
                )
            if entry.answer is None:
                raise StripeError(
                    409,
                    "Another request with this idempotency key is still under way.",
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            return Answer(entry.answer.status, entry.answer.body, replayed=True)
        entry = self._entries[key] = _Entry(fingerprint, time.monotonic())
        try:
            answer = await carry_out()
        except BaseException:
            del self._entries[key]
            raise
        if answer.final:
            entry.answer = answer
        else:
            del self._entries[key]
        return answer

    def _forget_old(self) -> None:
        limit = time.monotonic() - _KEPT_S
        while self._entries:  # oldest first: a dict keeps the order of insertion
            key, entry = next(iter(self._entries.items()))
            if entry.at > limit:
                return
            del self._entries[key]
