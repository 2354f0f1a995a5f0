"""What happens when in the film: from a moment to where everything is. Pure, and the same at both ends.

The story is 72 seconds long; a film of another length tells it faster or slower.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import cos, pi, sin

from demo.plot import PLOT, RIGHT_REST, Track, at

LENGTH = 72.0
CHAPTERS = (
    (0.0, "1 · Opening", "Pale Root"),
    (12.0, "2 · Opening", "Wet Slate"),
    (24.0, "3 · Opening", "Ember Loam"),
    (36.0, "4 · After ten minutes", "All three again"),
    (48.0, "5 · After two hours", "The dry-down"),
    (60.0, "6 · Cellar Batch", "Forty bottles, once"),
)


@dataclass(frozen=True, slots=True)
class Pose:
    """Places are in the room's units. A bottle or a strip that nobody holds stands in its place."""

    left: complex
    right: complex
    held: int | None  # the bottle, and which hand has it: 3 is in the right one, the others in the left
    left_strip: int | None
    right_strip: int | None
    left_lean: float
    right_lean: float
    scent: tuple[float, float, float]
    sprays: tuple[float, ...]  # how many seconds ago
    press: float
    nod: complex
    tilt: float
    eyes_open: bool
    look: int  # -1 to the left hand, 1 to the right one, 0 to us
    minutes: float
    chapter: int
    fade: float


def _holding(spans: list[tuple[float, float, int]], s: float) -> int | None:
    return next((what for start, end, what in spans if start <= s < end), None)


def _breathing_in(s: float) -> tuple[complex, float, bool]:
    """How far the head bends to what it smells, from 0 to 1, and whether the eyes are closed for it."""
    nod, closed, strength = 0j, False, 0.0
    for start, end, bow in PLOT.smells:
        into = min(max((s - start + 0.7) / 0.9, 0), 1) * min(max((end + 0.6 - s) / 0.8, 0), 1)
        ease = into * into * (3 - 2 * into)
        nod += bow * ease
        strength += ease * (1 if bow.real > 0 else -1)
        closed |= end - start > 1 and start + 0.15 < s < end - 0.1
    return nod, strength, closed


def _scent(s: float, i: int) -> float:
    fresh = min(max((s - (12 * i + 3.7)) / 1.2, 0), 1)
    return fresh * (1 - 0.45 * min(max((s - 36) / 14, 0), 1)) * min(max((70 - s) / 14, 0), 1)


def _minutes(s: float) -> float:
    """The clock on the wall, which jumps ahead between the chapters and goes home at the end."""
    marks: Track = [(0, 0), (35.2, 2), (37.0, 12), (47.2, 13), (49.4, 133), (69.6, 135), (71.8, 0)]
    return at(marks, s).real


def _look(s: float) -> int:
    t = s % 12
    if s < 36:
        return -1 if 0.7 < t < 3.2 or 5.3 < t < 6.9 else 1 if 3.4 < t < 5.2 or 9.6 < t < 10.7 else 0
    if s < 60:
        return 1 if abs(at(PLOT.right, s) - RIGHT_REST) > 60 else 0
    return 1 if 0.7 < t < 3.6 or 8.4 < t < 9.8 else -1 if 4.2 < t < 5.0 else 0


def pose(s: float) -> Pose:
    s %= LENGTH
    nod, strength, closed = _breathing_in(s)
    chapter = bisect_right(CHAPTERS, s, key=lambda mark: mark[0]) - 1
    into = s - CHAPTERS[chapter][0]
    sniff = abs(strength) * (sin(s * 2 * pi * 0.9) * 4 + 2j * cos(s * 2 * pi * 0.9))
    right, left = at(PLOT.right, s), at(PLOT.left, s)
    left_strip, right_strip = _holding(PLOT.left_strips, s), _holding(PLOT.right_strips, s)
    sprays = tuple(s - start for start, _ in PLOT.sprays if 0 <= s - start < 1.3)
    blink = any(abs(s - 1.9 - 4.0 * i - (i * 7 % 5) * 0.3) < 0.07 for i in range(18))
    return Pose(
        left=left + (sniff if left_strip is not None and strength < 0 else 0),
        right=right + (sniff if right_strip is not None and strength > 0 else 0),
        held=_holding(PLOT.held, s),
        left_strip=left_strip,
        right_strip=right_strip,
        left_lean=at(PLOT.left_lean, s).real,
        right_lean=at(PLOT.right_lean, s).real,
        scent=(_scent(s, 0), _scent(s, 1), _scent(s, 2)),
        sprays=sprays,
        press=max((1 - abs(ago - 0.1) / 0.16 for ago in sprays if ago < 0.26), default=0.0),
        nod=nod + 1.2j * sin(s * 2 * pi * 18 / LENGTH - 0.6) + 1.5 * sin(s * 2 * pi * 7 / LENGTH),
        tilt=3.0 * strength + 1.2 * sin(s * 2 * pi * 5 / LENGTH),
        eyes_open=not (closed or blink),
        look=_look(s),
        minutes=_minutes(s),
        chapter=chapter,
        fade=min(1.0, into / 0.4, (12 - into) / 0.4),
    )
