"""What stands in the demo's chat when it opens: made up, as the shop is. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    text: str
    kind: Literal["message", "question"] = "message"


WORDS = ("scam", "fake", "free money", "click here")
"""Held back for the host: try to say one."""

TALK = (
    Line("Noor", "Evening all. Blotter in hand, the sample set came yesterday."),
    Line("Ilse B.", "Pale Root on my left wrist since this morning. Still there, just quieter."),
    Line("Tomasz", "Can the refill flask be used with the old bottle from 2023?", "question"),
    Line("Noor", "Wet Slate smells of rain on a cellar step to me."),
    Line("Anouk", "How many hours does Ember Loam last on skin, not on paper?", "question"),
    Line("Ravi", "Here for the Cellar Batch. Forty bottles is not many."),
)

ANSWERED = TALK[2]
ANSWER = "Yes: the thread is the same since the first bottle, and the funnel fits."
