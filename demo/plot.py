"""The film's plot: where each hand is at which of its 72 seconds, and what it does there."""

from __future__ import annotations

from bisect import bisect_right

from demo.scene import SPOTS, STRIPS

LEFT_REST, RIGHT_REST = 560 + 448j, 720 + 448j
LEFT_SPRAY, RIGHT_BLOT = 584 + 292j, 742 + 306j
LEFT_NOSE, RIGHT_NOSE = 588 + 226j, 694 + 226j
SHOW = 700 + 268j

Track = list[tuple[float, complex]]


def at(track: Track, when: float) -> complex:
    """Between two moments things speed up and slow down."""
    i = bisect_right(track, when, key=lambda mark: mark[0])
    if i == 0 or i == len(track):
        return track[0 if i == 0 else -1][1]
    (t0, a), (t1, b) = track[i - 1], track[i]
    u = (when - t0) / (t1 - t0)
    return a + (b - a) * (u * u * u * (u * (6 * u - 15) + 10))


class Plot:
    """The whole story as tracks, laid down once."""

    def __init__(self) -> None:
        self.left: Track = [(0.0, LEFT_REST)]
        self.right: Track = [(0.0, RIGHT_REST)]
        self.left_lean: Track = [(0.0, 0)]
        self.right_lean: Track = [(0.0, 0)]
        self.nod: Track = [(0.0, 0)]
        self.held: list[tuple[float, float, int]] = []
        self.left_strips: list[tuple[float, float, int]] = []
        self.right_strips: list[tuple[float, float, int]] = []
        self.smells: list[tuple[float, float, complex]] = []
        self.sprays: list[tuple[float, int]] = []
        self.taps: list[float] = []
        for i in range(3):
            self._opening(12.0 * i, i)
        for i in range(3):
            self._smell_one(36.3 + 3.75 * i, i)
        self._compare(48.0)
        self._cellar(60.0)

    def _go(self, track: Track, *marks: tuple[float, complex]) -> None:
        track.extend(marks)

    def _opening(self, t: float, i: int) -> None:
        grip, slot = SPOTS[i].grip, STRIPS[i]
        self._go(self.left, (t + 0.5, LEFT_REST), (t + 1.6, grip), (t + 1.8, grip), (t + 3.1, LEFT_SPRAY))
        self._go(self.left, (t + 5.4, LEFT_SPRAY), (t + 6.7, grip), (t + 6.9, grip), (t + 8.0, LEFT_REST))
        self.held.append((t + 1.7, t + 6.8, i))
        self._go(self.right, (t + 0.8, RIGHT_REST), (t + 1.7, slot), (t + 1.9, slot), (t + 3.0, RIGHT_BLOT))
        self._go(
            self.right, (t + 5.5, RIGHT_BLOT), (t + 6.6, RIGHT_NOSE), (t + 9.4, RIGHT_NOSE), (t + 10.4, slot)
        )
        self._go(self.right, (t + 10.6, slot), (t + 11.6, RIGHT_REST))
        self._go(
            self.right_lean,
            (t + 1.9, 0),
            (t + 3.0, -42),
            (t + 5.5, -42),
            (t + 6.6, -52),
            (t + 9.4, -52),
            (t + 10.4, 0),
        )
        self.right_strips.append((t + 1.8, t + 10.5, i))
        self.smells.append((t + 6.6, t + 9.4, 3 + 7j))
        self.sprays += [(t + 3.6, i), (t + 4.5, i)]
        self.taps += [t + 6.8, t + 10.5]

    def _smell_one(self, t: float, i: int) -> None:
        slot = STRIPS[i]
        start = RIGHT_REST if i == 0 else STRIPS[i - 1]
        self._go(self.right, (t, start), (t + 0.6, slot), (t + 0.7, slot), (t + 1.5, RIGHT_NOSE))
        self._go(self.right, (t + 2.8, RIGHT_NOSE), (t + 3.6, slot), (t + 3.75, slot))
        self._go(self.right_lean, (t + 0.7, 0), (t + 1.5, -52), (t + 2.8, -52), (t + 3.6, 0))
        self.right_strips.append((t + 0.65, t + 3.65, i))
        self.smells.append((t + 1.5, t + 2.8, 3 + 6j))
        self.taps.append(t + 3.65)

    def _compare(self, t: float) -> None:
        near, far, left_wait, right_wait = STRIPS[0], STRIPS[2], 536 + 330j, 748 + 330j
        self._go(
            self.right,
            (t - 0.3, far),
            (t + 0.6, RIGHT_REST),
            (t + 1.0, RIGHT_REST),
            (t + 1.8, far),
            (t + 2.0, far),
        )
        self._go(
            self.right,
            (t + 3.0, right_wait),
            (t + 5.6, right_wait),
            (t + 6.5, RIGHT_NOSE),
            (t + 8.6, RIGHT_NOSE),
        )
        self._go(self.right, (t + 9.7, far), (t + 9.9, far), (t + 11.0, RIGHT_REST))
        self._go(self.left, (t + 0.9, LEFT_REST), (t + 1.7, near), (t + 1.9, near), (t + 3.0, LEFT_NOSE))
        self._go(self.left, (t + 5.2, LEFT_NOSE), (t + 6.2, left_wait), (t + 8.7, left_wait), (t + 9.8, near))
        self._go(self.left, (t + 10.0, near), (t + 11.0, LEFT_REST))
        self._go(
            self.left_lean,
            (t + 1.9, 0),
            (t + 3.0, 52),
            (t + 5.2, 52),
            (t + 6.2, 16),
            (t + 8.7, 16),
            (t + 9.8, 0),
        )
        self._go(
            self.right_lean,
            (t + 2.0, 0),
            (t + 3.0, -16),
            (t + 5.6, -16),
            (t + 6.5, -52),
            (t + 8.6, -52),
            (t + 9.7, 0),
        )
        self.left_strips.append((t + 1.8, t + 9.9, 0))
        self.right_strips.append((t + 1.9, t + 9.8, 2))
        self.smells += [(t + 3.0, t + 5.2, -3 + 7j), (t + 6.5, t + 8.6, 3 + 7j)]
        self.taps += [t + 9.8, t + 9.95]

    def _cellar(self, t: float) -> None:
        grip, palm = SPOTS[3].grip, 566 + 356j
        self._go(self.right, (t + 0.6, RIGHT_REST), (t + 1.7, grip), (t + 1.9, grip), (t + 3.2, SHOW))
        self._go(
            self.right,
            (t + 5.6, SHOW - 14 + 4j),
            (t + 8.2, SHOW),
            (t + 9.5, grip),
            (t + 9.7, grip),
            (t + 10.8, RIGHT_REST),
        )
        self._go(
            self.left,
            (t + 2.6, LEFT_REST),
            (t + 3.8, palm),
            (t + 5.2, palm + 8 - 10j),
            (t + 6.6, palm),
            (t + 8.0, LEFT_REST),
        )
        self.held.append((t + 1.8, t + 9.6, 3))
        self.smells.append((t + 3.0, t + 3.01, 5 + 6j))
        self.taps.append(t + 9.6)


PLOT = Plot()
