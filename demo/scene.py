"""The room of the film, 1280 x 720, and what stands in it. The lower third stays calm."""

from __future__ import annotations

from dataclasses import dataclass

from demo import glass, props, wares
from demo.vector import Group, Item, Shape, Text, across, box, down, ellipse, glow, line, polygon, tub

WIDTH, HEIGHT = 1280, 720
EDGE, BASE = 438.0, 504.0
"""Where the counter begins, and where things stand on it."""

SMALL = 0.27  # a bottle in the room, to the same bottle in its picture
SHOULDERS = 640 + 284j
HEAD = 640 + 152j
HOLDER = 640.0
STRIPS = tuple(complex(HOLDER + 19 * i, 462) for i in (-1, 0, 1))
TINTS = ("#d2c54e", "#6fa394", "#d98532")


@dataclass(frozen=True, slots=True)
class Spot:
    """A product on the counter: where it stands, and how high it is held by its neck."""

    x: float
    neck: float

    @property
    def grip(self) -> complex:
        return complex(self.x, BASE - self.neck)


SPOTS = (Spot(322, 112), Spot(406, 123), Spot(496, 96), Spot(848, 116))


def shelf(x: float, y: float, width: float) -> list[Item]:
    items: list[Item] = [Shape(box(x, y + 8, width, 22, 2), "#5a4526", 0.3, blur=10)]
    spec = (
        (0.10, 26, 50, "#8a4a17"),
        (0.23, 30, 64, "#6f3b12"),
        (0.37, 22, 40, "#9c5a1f"),
        (0.50, 26, 54, "#50603a"),
        (0.63, 32, 70, "#7a4316"),
        (0.77, 24, 44, "#c9b78e"),
        (0.89, 26, 58, "#5e3410"),
    )
    for where, w, h, color in spec:
        cx = x + where * width
        items += [
            Shape(box(cx - w / 2 + 5, y - h + 3, w, h, 5), "#5a4526", 0.25, blur=6),
            Shape(box(cx - w / 5, y - h - 12, w * 0.4, 16, 2), "#2b2019"),
            Shape(
                tub(cx - w / 2, y - h, w, h, (8, 8), (3, 3)),
                across(cx - w / 2, cx + w / 2, (0, color), (0.3, "#e9c48d"), (0.45, color), (1, "#2f1c0b")),
            ),
            Shape(box(cx - w / 2 + 3, y - h * 0.62, w - 6, h * 0.34), "#f4ecd9", 0.9),
        ]
    items.append(Shape(box(x, y, width, 9, 1.5), down(y, y + 9, (0, "#d6b98a"), (1, "#9c7b4b"))))
    return items


def wall() -> list[Item]:
    niche = tub(424, 34, 432, 420, (216, 216), (0, 0))
    sun = polygon((84, 80), (268, 46), (392, 380), (208, 414))
    return [
        Shape(box(0, 0, WIDTH, HEIGHT), "#eadfc9"),
        Shape(
            box(0, 0, WIDTH, HEIGHT),
            glow(240, 60, 1150, (0, "#fff5df", 0.95), (0.45, "#efe2c8", 0.3), (1, "#a98f68", 0.55)),
        ),
        Shape(sun, "#fff3d0", 0.75, blur=9),
        Shape(niche, down(34, EDGE, (0, "#b9c2a3"), (1, "#d5d3b4"))),
        Shape(niche, glow(560, 130, 420, (0, "#fdf6e2", 0.85), (0.6, "#e7e3c8", 0.25), (1, "#5f6a48", 0.35))),
        Shape(tub(414, 24, 432, 430, (216, 216), (0, 0)), "#4f5638", 0.3, blur=13, stroke=18, clip=niche),
        *shelf(66, 292, 290),
        *shelf(924, 292, 290),
        Shape(ellipse(1076, 134, 58, 58), "#5a4526", 0.3, blur=12),
        Shape(
            ellipse(1070, 126, 58, 58), across(1012, 1128, (0, "#e9d3a0"), (0.5, "#b08a4c"), (1, "#7b5c2b"))
        ),
        Shape(ellipse(1070, 126, 52, 52), "#fbf6ea"),
        *(
            Group(
                (
                    Shape(
                        line((0, -46), (0, -41 if i % 3 else -38)),
                        glass.INK,
                        0.8,
                        stroke=1.6 if i % 3 else 2.6,
                    ),
                ),
                1070,
                126,
                1,
                30 * i,
            )
            for i in range(12)
        ),
    ]


def counter() -> list[Item]:
    top = box(0, EDGE, WIDTH, HEIGHT - EDGE)
    grain = [
        Shape(
            f"M0 {y} C{300 + 40 * i} {y - 5} {800 - 30 * i} {y + 6} 1280 {y - 1}", "#8a6637", 0.1, stroke=1.5
        )
        for i, y in enumerate((452, 470, 497, 534, 580, 636, 692))
    ]
    return [
        Shape(top, down(EDGE, HEIGHT, (0, "#cda777"), (0.1, "#dcba8b"), (0.5, "#cfa877"), (1, "#a37a4a"))),
        Shape(top, glow(420, 470, 700, (0, "#fff0cf", 0.6), (1, "#fff0cf", 0.0))),
        *grain,
        Shape(box(0, EDGE - 2, WIDTH, 4), down(EDGE - 2, EDGE + 2, (0, "#fbe6bd"), (1, "#b58c57"))),
        Shape(box(-40, EDGE + 2, WIDTH + 80, 14), "#6b4b22", 0.25, blur=8),
        Shape(box(258, 482, 312, 46, 8), "#6b4b22", 0.3, blur=7),
        Shape(
            polygon((272, 484), (556, 484), (572, 524), (256, 524)),
            down(484, 524, (0, "#e9e2d2"), (1, "#f7f2e6")),
        ),
        Shape(polygon((256, 524), (572, 524), (572, 529), (256, 529)), "#c3b89e"),
    ]


def on_counter() -> list[Item]:
    """What stands there from the first frame to the last."""
    plant: list[Item] = []
    for i, turn in enumerate((-52, -34, -18, -4, 11, 26, 44)):
        blade = f"M-3 0 C-7 -60 -4 -{110 + i * 13 % 40} 2 -{150 + i * 29 % 44} C5 -100 6 -50 4 0 Z"
        plant.append(
            Group(
                (Shape(blade, across(-6, 6, (0, "#4c6a37"), (0.5, "#86a45c"), (1, "#3a5429"))),),
                0,
                -58,
                1,
                turn,
            )
        )
    pot = tub(-38, -66, 76, 66, (6, 6), (22, 18))
    return [
        Group(
            (
                *glass.standing(80, "#b98c5c"),
                *plant,
                Shape(pot, across(-38, 38, (0, "#8f4b2c"), (0.3, "#d98d63"), (1, "#6f3519"))),
            ),
            150,
            BASE + 6,
        ),
        Group((*wares.sample_set(),), 962, BASE + 2, SMALL * 0.95),
        Group((*wares.refill_flask(),), 1074, BASE, SMALL),
        *cup(1186, BASE + 6),
        *props.roots(762, BASE + 20, 0.42),
    ]


def cup(x: float, y: float) -> list[Item]:
    body = tub(x - 30, y - 46, 60, 46, (4, 4), (24, 22))
    return [
        Shape(ellipse(x + 8, y, 44, 8), "#3c2a12", 0.4, blur=6),
        Shape(ellipse(x + 32, y - 26, 13, 13), "#d9d2c2", stroke=6),
        Shape(body, across(x - 30, x + 30, (0, "#c9c1b0"), (0.3, "#fbf8f0"), (1, "#a59c88"))),
        Shape(ellipse(x, y - 45, 29, 6), "#8b5a2b"),
        Shape(ellipse(x, y - 45, 29, 6), "#fbf8f0", stroke=2.4),
    ]


def holder() -> list[Item]:
    """The block that the blotters stand in, drawn in front of them."""
    return [
        Shape(ellipse(HOLDER + 5, BASE + 1, 52, 8), "#2c2010", 0.5, blur=5),
        Shape(box(HOLDER - 42, BASE - 44, 84, 44, 5), across(HOLDER - 42, HOLDER + 42, *glass.BRASS.stops)),
        Shape(box(HOLDER - 42, BASE - 44, 84, 9, 4), "#fff6d8", 0.6),
        Text(HOLDER, BASE - 15, "1   2   3", 13, "#4d3b1c", 1, heavy=True),
    ]


def bottle(index: int, standing: bool) -> list[Item]:
    """0 to 2 are the house's three, 3 is the limited one. In a hand it is open, and throws no shadow."""
    draw = (wares.pale_root, wares.wet_slate, wares.ember_loam, wares.cellar_batch)[index]
    items = draw(standing)
    return items if standing else items[len(glass.standing(0, glass.INK)) :]


def cap(index: int) -> list[Item]:
    """Taken off, standing on the origin."""
    draw, foot = ((wares.pale_cap, 436), (wares.slate_cap, 480), (wares.ember_cap, 374))[index]
    return [Shape(ellipse(4, 0, 52, 9), "#2c2010", 0.5, blur=7), Group((*draw(),), 0, foot)]
