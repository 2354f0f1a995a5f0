"""One frame of the film for any moment: the sprites, the captions, the running clock."""

from __future__ import annotations

from demo import person, scene
from demo.figure import Layer, before, behind
from demo.raster import paint
from demo.scene import EDGE, SMALL, WIDTH
from demo.stage import Bytes, Sprite, Stage, sprite
from demo.story import CHAPTERS, LENGTH, pose
from demo.vector import Group, Item, Shape, Text, across, box, down, ellipse, glow, line, text_width

PAPER, INK, ACCENT = "#fbfaf7", "#17150f", "#b4540a"


class Film:
    def __init__(self, width: int, height: int) -> None:
        self.scale = width / WIDTH
        room = [*scene.wall(), *scene.counter(), *scene.on_counter()]
        self.stage = Stage(paint(room, width, height, 0j, complex(self.scale)), self.scale)
        self.sprites: dict[str, Sprite] = {}

    def frame(self, seconds: float, length: float, *, words: bool = True) -> Bytes:
        """Planes one under the other (yuv420p); the caller copies it before asking for the next."""
        s = seconds / length * LENGTH % LENGTH
        now = pose(s)
        self.stage.begin()
        for layer in behind(now, s):
            self._put(layer)
        self.stage.restore(480, EDGE - 2, 800, EDGE + 40)
        for layer in before(now, s):
            self._put(layer)
        if words:
            self._put(Layer(f"caption{now.chapter}", 40 + 36j, alpha=round(now.fade * 12) / 12))
            self._clock(seconds)
        return self.stage.frame

    def _put(self, layer: Layer) -> None:
        drawn = self.sprites.get(layer.name)
        if drawn is None:
            items, reach = _draw(layer.name)
            drawn = self.sprites[layer.name] = sprite(items, self.scale, reach)
        self.stage.put(drawn, layer)

    def _clock(self, seconds: float) -> None:
        self._put(Layer("plate", 1144 + 36j))
        tenths = int(seconds * 10 + 1e-6)
        shown = f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"
        x = 1192 - sum(map(_sign_width, shown)) / 2
        for sign in shown:
            wide = _sign_width(sign)
            self._put(Layer(f"sign{sign}", complex(x + wide / 2, 61)))
            x += wide


def _sign_width(sign: str) -> int:
    """Every digit is as wide as any other, so that the time does not jitter."""
    return 13 if sign.isdigit() else 7


def _draw(name: str) -> tuple[list[Item], float]:
    """A sprite's drawing around its origin, and how far it reaches."""
    kind, index = name.rstrip("0123456789.:"), name[-1]
    if kind in ("closed", "open"):
        return [Group(tuple(scene.bottle(int(index), kind == "closed")), scale=SMALL)], 200
    if kind == "cap":
        return [Group(tuple(scene.cap(int(index))), scale=SMALL)], 60
    if kind == "caption":
        return _caption(int(index)), 460
    if kind == "sign":
        return [Text(0, 0, name[4:], 19, INK, heavy=True)], 24
    if kind == "scent":
        tint = scene.TINTS[int(index)]
        tip = "M-6 -40 L-6 -74 L-3 -80 L3 -80 L6 -74 L6 -40 Z"
        return [Shape(tip, down(-80, -42, (0, tint), (1, tint, 0.0)))], 100
    return _FIXED[name], 260


def _caption(index: int) -> list[Item]:
    _, title, under = CHAPTERS[index]
    head, foot = (
        Text(22, 31, title, 21, INK, 0.2, "start", heavy=True),
        Text(22, 55, under, 16, "#5d5442", 0.2, "start"),
    )
    wide = max(text_width(head), text_width(foot)) + 46
    return [
        Shape(box(0, 4, wide, 70, 10), "#3c2a12", 0.25, blur=6),
        Shape(box(0, 0, wide, 70, 10), PAPER, 0.94),
        Shape(box(0, 12, 4, 46, 2), ACCENT),
        head,
        foot,
    ]


def _leaves() -> list[Item]:
    items: list[Item] = [Shape(line((-70, 60), (0, 0), (60, -70)), "#7a5f34", 0.22, blur=4, stroke=5)]
    for i in range(7):
        x, y = -60 + 20 * i, 50 - 20 * i
        leaf = Shape("M0 0 C16 -20 48 -22 72 -6 C48 12 18 14 0 0 Z", "#7a5f34", 0.26, blur=4.5)
        items += [Group((leaf,), x, y, 0.9, -88 + 6 * i), Group((leaf,), x, y, 0.9, 22 - 6 * i)]
    return items


_FIXED: dict[str, list[Item]] = {
    "torso": person.torso(),
    "head": person.head(True),
    "head_left": person.head(True, -1),
    "head_right": person.head(True, 1),
    "head_resting": person.head(False),
    "upper_arm": person.upper_arm(),
    "forearm": person.forearm(),
    "hand": person.hand(),
    "thumb": person.thumb(),
    "strip": person.strip("#ffffff", 0),
    "leaves": _leaves(),
    "hour": [Shape(line((0, 6), (0, -26)), INK, stroke=4.4)],
    "minute": [Shape(line((0, 8), (0, -38)), INK, stroke=3), Shape(ellipse(0, 0, 3.6, 3.6), ACCENT)],
    "holder": [Group(tuple(scene.holder()), -scene.HOLDER, -scene.BASE)],
    "drops": [
        Shape(
            ellipse((i * 29 % 43) - 21, (i * 53 % 39) - 19, 0.55 + i % 3 * 0.2, 0.55 + i % 3 * 0.2),
            "#ffffff",
            0.8,
        )
        for i in range(30)
    ],
    "mist": [
        Shape(
            ellipse(0, 0, 22, 22),
            glow(0, 0, 22, (0, "#fffdf6", 0.85), (0.5, "#fffdf6", 0.4), (1, "#fffdf6", 0.0)),
        )
    ],
    "plate": [
        Shape(box(0, 4, 96, 38, 19), "#3c2a12", 0.25, blur=6),
        Shape(box(0, 0, 96, 38, 19), across(0, 96, (0, PAPER), (1, PAPER)), 0.94),
    ],
}
