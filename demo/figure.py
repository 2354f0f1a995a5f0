"""From a pose to the sprites that show it, from back to front."""

from __future__ import annotations

from cmath import phase
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, degrees, pi, sin

from demo import person
from demo.scene import BASE, HEAD, SHOULDERS, SPOTS, STRIPS
from demo.story import LENGTH, Pose


@dataclass(frozen=True, slots=True)
class Layer:
    """One sprite with its origin `at`: turned by degrees, stretched along its own x, mirrored in y.

    A `soft` one has no edges, so it may lie a pixel off, and is then prepared only a few times.
    """

    name: str
    at: complex
    turn: float = 0.0
    stretch: float = 1.0
    mirrored: bool = False
    alpha: float = 1.0
    scale: float = 1.0
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    shoulder: complex
    elbow: complex
    wrist: complex
    grip: complex
    turn: float

    @property
    def mirrored(self) -> bool:
        """Light falls from above, and a thumb is on top, wherever the arm points."""
        return cos(self.turn) < 0


def arm(shoulder: complex, grip: complex, outward: int) -> Arm:
    """The elbow hangs out and down, the more the nearer the hand is; lengths foreshorten as they must."""
    reach = grip - shoulder
    near = max(0.0, 1 - abs(reach) / 280)
    elbow = shoulder + 0.45 * reach + near * complex(62 * outward, 95)
    turn = phase(grip - elbow)
    wrist = grip - person.GRIP * complex(cos(turn), sin(turn))
    return Arm(shoulder, elbow, wrist, grip, turn)


def _limb(name: str, start: complex, end: complex, length: float) -> Layer:
    way = end - start
    turn = phase(way)
    return Layer(name, start, degrees(turn), max(0.35, abs(way) / length), mirrored=cos(turn) < 0)


def behind(now: Pose, s: float) -> Iterator[Layer]:
    """What is behind the counter's edge."""
    sway = 2 * pi * s / LENGTH
    for at, turn, wide, beat in ((232 + 214j, 0, 8, 12), (300 + 300j, 150, 6, 9)):
        yield Layer(
            "leaves", at + complex(wide * sin(beat * sway + turn), 4 * sin(21 * sway)), turn, soft=True
        )
    yield Layer("hour", 1070 + 126j, turn=(10 + now.minutes / 60) * 30)
    yield Layer("minute", 1070 + 126j, turn=now.minutes * 6)
    yield Layer("torso", SHOULDERS - 6j + 1j * breath(s))


def breath(s: float) -> float:
    return 1.3 * sin(2 * pi * 18 * s / LENGTH)


def before(now: Pose, s: float) -> Iterator[Layer]:
    """Everything else that moves, and what it may cover."""
    lift = 1j * breath(s)
    yield Layer(
        ("head_left", "head", "head_right")[now.look + 1] if now.eyes_open else "head_resting",
        HEAD + now.nod + 0.6 * lift,
        turn=now.tilt,
    )
    left = arm(SHOULDERS - 90 + 6j + lift, now.left, -1)
    right = arm(SHOULDERS + 90 + 6j + lift, now.right, 1)
    for limb in (left, right):
        yield _limb("upper_arm", limb.shoulder, limb.elbow, person.UPPER)
        yield _limb("forearm", limb.elbow, limb.wrist, person.FORE)
        yield Layer("hand", limb.wrist, degrees(limb.turn), mirrored=limb.mirrored)
    yield from _standing(now)
    if now.held is not None:
        grip = now.right if now.held == 3 else now.left
        yield Layer(f"open{now.held}", grip + 1j * SPOTS[now.held].neck + 1.5j * now.press)
    for index, grip, lean in (
        (now.left_strip, now.left, now.left_lean),
        (now.right_strip, now.right, now.right_lean),
    ):
        if index is not None:
            yield from _strip(index, grip, lean, now.scent[index])
    for limb in (left, right):
        yield Layer("thumb", limb.wrist + 2j * now.press, degrees(limb.turn), mirrored=limb.mirrored)
    yield from _air(now, s)


def _standing(now: Pose) -> Iterator[Layer]:
    for index, spot in enumerate(SPOTS):
        at = complex(spot.x, BASE)
        if index != now.held:
            yield Layer(f"closed{index}", at)
        elif index < 3:
            yield Layer(f"cap{index}", at)
    for index, slot in enumerate(STRIPS):
        if index not in (now.left_strip, now.right_strip):
            yield from _strip(index, slot, 0, now.scent[index])
    yield Layer("holder", 640 + 1j * BASE)


def _strip(index: int, at: complex, lean: float, scent: float) -> Iterator[Layer]:
    yield Layer("strip", at, lean)
    if scent > 0.02:
        yield Layer(f"scent{index}", at, lean, alpha=scent)


def _air(now: Pose, s: float) -> Iterator[Layer]:
    if now.held is not None and now.held < 3:
        nozzle = now.left + complex(8, -20)
        for ago in now.sprays:
            for i in range(14):
                u = ago * (1.2 + 0.12 * (i * 5 % 7))
                way = 132 * (1 - (1 - min(u, 1)) ** 4) * (0.3 + 0.055 * i)
                at = nozzle + complex(way, (i * 37 % 19 - 9) * 0.028 * way - 0.2 * way + 10 * u * u)
                fade = max(0.0, 1 - ago / 1.2) ** 1.4 * min(1, ago / 0.04)
                yield Layer(
                    "drops" if i % 2 else "mist", at, turn=47 * i, alpha=fade, scale=0.4 + 0.9 * u, soft=True
                )
    for i in range(6):
        u = (s * 18 / LENGTH + i / 6) % 1
        drift = complex(9 * sin(2 * pi * (u + s * 6 / LENGTH)) * u, -96 * u)
        yield Layer(
            "mist", 1186 + 456j + drift, alpha=0.5 * sin(pi * u) ** 1.5, scale=0.6 + 0.8 * u, soft=True
        )
