"""Small things that lie about: what the perfumes smell of, and what a perfumer works with."""

from __future__ import annotations

from math import cos, pi, sin

from demo.vector import Group, Item, Shape, across, box, down, ellipse, glow, line, polygon, spot, tub


def _shadow(x: float, y: float, rx: float, ry: float = 9) -> list[Item]:
    return [
        Shape(ellipse(x + rx * 0.2, y, rx * 1.1, ry * 1.5), "#4a3a20", 0.25, blur=9),
        Shape(ellipse(x, y, rx, ry * 0.7), "#2c2010", 0.45, blur=4),
    ]


def grapefruit(x: float, y: float) -> list[Item]:
    """A half, cut side to us, and a leaf."""
    r = 62.0
    flesh: list[Item] = []
    for i in range(9):
        a, b = 2 * pi * (i + 0.08) / 9, 2 * pi * (i + 0.92) / 9
        rim = r * 0.8
        one, two = (rim * cos(a), rim * sin(a)), (rim * cos(b), rim * sin(b))
        mid = (a + b) / 2
        bulge = spot((one[0] * 1.08, one[1] * 1.08), (two[0] * 1.08, two[1] * 1.08), two)
        wedge = f"{line((9 * cos(mid), 9 * sin(mid)), one)} C{bulge} Z"
        flesh.append(Shape(wedge, glow(0, 0, rim, (0, "#fbb7a0"), (0.6, "#f08a70"), (1, "#e76f58"))))
    leaf = "M0 0 C26 -34 74 -38 104 -16 C76 8 30 16 0 0 Z"
    return [
        *_shadow(x, y + 60, 62),
        Group(
            (
                Shape(leaf, across(0, 104, (0, "#4e6b32"), (1, "#86a453"))),
                Shape(line((4, -2), (92, -16)), "#dfe7b8", 0.6, stroke=2),
            ),
            x + 26,
            y + 56,
            0.8,
        ),
        Shape(ellipse(x + 7, y + 2, r, r), "#d89a3c"),
        Shape(ellipse(x, y, r, r), "#f3b552"),
        Shape(ellipse(x, y, r * 0.9, r * 0.9), "#fdf0d8"),
        Group(tuple(flesh), x, y),
        Shape(ellipse(x - 20, y - 24, 24, 16), "#ffffff", 0.35, blur=8),
    ]


def pebbles(x: float, y: float) -> list[Item]:
    def stone(cx: float, cy: float, rx: float, ry: float, light: str, dark: str) -> list[Item]:
        return [
            *_shadow(cx, cy + ry - 3, rx * 0.9),
            Shape(
                ellipse(cx, cy, rx, ry), glow(cx - rx * 0.3, cy - ry * 0.6, rx * 1.5, (0, light), (1, dark))
            ),
            Shape(ellipse(cx - rx * 0.25, cy - ry * 0.45, rx * 0.4, ry * 0.22), "#ffffff", 0.55, blur=4),
        ]

    return [
        *stone(x + 22, y - 2, 84, 40, "#8d999a", "#343d40"),
        *stone(x + 2, y - 56, 58, 26, "#b6bfbb", "#566062"),
        *stone(x - 74, y + 26, 34, 18, "#a3a79b", "#4c524d"),
    ]


def embers(x: float, y: float) -> list[Item]:
    """Charred wood, still a little warm inside."""
    bark = polygon((-86, 14), (-78, -26), (60, -40), (88, -22), (84, 16), (-70, 30))
    end = polygon((60, -40), (88, -22), (84, 16), (58, 2))
    cracks = [
        Shape(line((-66, -6), (-30, -12), (-6, -4), (36, -14)), "#f0762a", 0.9, stroke=3),
        Shape(line((-40, 14), (0, 8), (24, 12)), "#f6a14a", 0.8, stroke=2.4),
        Shape(line((-66, -6), (-30, -12), (-6, -4), (36, -14)), "#ffb35c", 0.5, blur=6, stroke=9),
    ]
    tea = [Shape(ellipse(-104 + 23 * i, 34 + (i * 37 % 11), 9, 4), "#4a2f1a") for i in range(5)]
    return [
        *_shadow(x, y + 24, 92),
        Group(
            (
                Shape(bark, down(-40, 30, (0, "#5b4a40"), (0.5, "#2c211b"), (1, "#160f0b"))),
                Shape(end, glow(74, -10, 34, (0, "#a5764c"), (1, "#54371f"))),
                Shape(ellipse(74, -11, 6, 9), "#3b2413", 0.5, stroke=2),
                *cracks,
                *tea,
            ),
            x,
            y,
        ),
    ]


def roots(x: float, y: float, scale: float = 1.0) -> list[Item]:
    """A bundle of dry vetiver, tied with string."""
    strands: list[Item] = []
    for i in range(44):
        lift, bend = (i * 53 % 29) - 14, (i * 31 % 23) - 11
        near, far = -96 - (i * 17 % 26), 92 + (i * 41 % 34)
        tint = ("#8a6a3c", "#b38d55", "#6d4f2a", "#cba66c")[i % 4]
        start, end = (near, lift * 1.5 + bend * 0.4), (far, lift * 1.9 + bend)
        path = f"{line(start)} C{spot((-50, lift * 0.9), (40, lift * 0.7), end)}"
        strands.append(Shape(path, tint, stroke=4.6 - i % 3))
    tie = [Shape(line((-12 + 7 * i, -17), (-16 + 7 * i, 19)), "#e9dcc0", stroke=4) for i in range(3)]
    return [*_shadow(x, y + 24 * scale, 100 * scale), Group((*strands, *tie), x, y, scale, -8)]


def blotters(x: float, y: float) -> list[Item]:
    """A fan of paper strips, each with its trace."""
    items = _shadow(x + 6, y + 4, 66)
    for turn, trace in ((-30, "#dcd067"), (-10, "#86b0a3"), (10, "#e29a4c")):
        strip = (
            Shape(box(-13, -196, 30, 200, 3), "#3c2f1a", 0.2, blur=5),
            Shape(box(-15, -200, 30, 200, 3), across(-15, 15, (0, "#fffdf7"), (1, "#efe7d6"))),
            Shape(tub(-15, -200, 30, 44, (3, 3), (0, 0)), down(-200, -156, (0, trace, 0.9), (1, trace, 0.0))),
        )
        items.append(Group(strip, x, y, 1, turn))
    return items


def funnel(x: float, y: float) -> list[Item]:
    brass = across(-58, 58, (0, "#80602b"), (0.25, "#f5e5b4"), (0.6, "#bf954c"), (1, "#6e5023"))
    return [
        *_shadow(x, y + 26, 64),
        Group(
            (
                Shape("M-62 24 C-62 36 62 36 62 24 L12 -46 L8 -118 L-8 -118 L-12 -46 Z", brass),
                Shape("M-62 24 C-62 36 62 36 62 24", "#fbf0cd", 0.8, stroke=3),
                Shape(line((-11, -46), (11, -46)), "#5c431c", 0.5, stroke=2),
            ),
            x,
            y,
        ),
    ]
