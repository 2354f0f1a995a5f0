"""The perfumer, in the parts that move by themselves. Limbs lie along the x axis, from their joint."""

from __future__ import annotations

from demo.vector import Item, Shape, Text, across, box, down, ellipse, glow, line, polygon

SKIN, SKIN_LIGHT, SKIN_DARK = "#bd8158", "#d9a47b", "#8f5836"
HAIR, HAIR_LIGHT = "#2b1c15", "#5a3f30"
SHIRT, SHIRT_LIGHT, SHIRT_DARK = "#e9dfcb", "#fbf5e8", "#b9a98a"
APRON, APRON_LIGHT, APRON_DARK = "#3f5a45", "#5d7c62", "#263a2c"

UPPER, FORE, GRIP = 128.0, 120.0, 36.0
"""Lengths as drawn: shoulder to elbow, elbow to wrist, wrist to what the hand holds."""


def torso() -> list[Item]:
    """Shoulders at (-92, 0) and (92, 0); the counter hides what is below y = 170."""
    shirt = (
        "M-34 -38 C-60 -26 -98 -26 -110 4 C-112 30 -96 60 -92 100 L-88 190 L88 190 L92 100 "
        "C96 60 112 30 110 4 C98 -26 60 -26 34 -38 Z"
    )
    apron = "M-58 20 C-40 34 40 34 58 20 C62 60 78 84 84 190 L-84 190 C-78 84 -62 60 -58 20 Z"
    return [
        Shape(shirt, "#3c2f1a", 0.28, blur=16),
        Shape(shirt, across(-112, 112, (0, SHIRT), (0.35, SHIRT_LIGHT), (0.75, SHIRT), (1, "#d2c5aa"))),
        Shape("M-24 -38 C-16 -14 16 -14 24 -38 L22 -46 L-22 -46 Z", SKIN_DARK),
        Shape(box(-24, -76, 48, 52, 20), across(-24, 24, (0, SKIN), (0.4, SKIN), (1, SKIN_DARK))),
        Shape(ellipse(4, -54, 26, 16), "#5c3218", 0.5, blur=7, clip=box(-24, -76, 48, 52, 20)),
        Shape("M-38 -40 L-22 -46 L0 -14 L-24 10 Z", SHIRT_LIGHT),
        Shape("M38 -40 L22 -46 L0 -14 L24 10 Z", SHIRT),
        Shape(line((0, -12), (0, 24)), SHIRT_DARK, 0.6, stroke=2),
        Shape(line((-54, 26), (-35, -62)), APRON, stroke=11, clip=shirt),
        Shape(line((54, 26), (35, -62)), APRON_DARK, stroke=11, clip=shirt),
        Shape(apron, across(-96, 96, (0, APRON_DARK), (0.3, APRON_LIGHT), (0.55, APRON), (1, APRON_DARK))),
        Shape(apron, down(20, 190, (0, APRON_DARK, 0.0), (1, APRON_DARK, 0.75))),
        Shape("M-56 24 C-40 37 40 37 56 24", "#d9c38c", 0.5, stroke=1.6),
        Shape(ellipse(-50, 30, 4, 4), "#d9b264"),
        Shape(ellipse(50, 30, 4, 4), "#b58a42"),
        Text(0, 62, "AV", 15, "#e8dcae", 3),
    ]


def head(eyes_open: bool, look: int = 0) -> list[Item]:
    """The origin is between the eyes; the chin is near y = 62. They look left, at us or right (-1, 0, 1)."""
    aside, low = 3.0 * look, 1.6 * abs(look)
    face = "M-47 -20 C-48 24 -34 50 -12 63 C-5 67 5 67 12 63 C34 50 48 24 47 -20 C46 -62 -46 -62 -47 -20 Z"
    back = "M-57 -8 C-66 -86 66 -86 57 -8 C60 26 50 44 40 46 L-40 46 C-50 44 -60 26 -57 -8 Z"
    fringe = (
        "M-50 -2 C-54 -60 -30 -74 2 -72 C36 -72 56 -52 50 -2 C46 -20 40 -36 22 -46 C0 -36 -34 -34 -50 -2 Z"
    )
    if eyes_open:
        eyes: list[Item] = []
        for x in (-20, 20):
            eyes += [
                Shape(ellipse(x, 1, 8.4, 5), "#fbf6ee"),
                Shape(ellipse(x + aside, 1 + low, 4.6, 4.6), "#3a2415", clip=ellipse(x, 1, 8.4, 5)),
                Shape(ellipse(x + aside - 1.4, low - 0.6, 1.4, 1.4), "#ffffff"),
                Shape(f"M{x - 9} 0 C{x - 5} -7 {x + 5} -7 {x + 9} 0", HAIR, stroke=2.6),
            ]
    else:
        eyes = [Shape(f"M{x - 9} 1 C{x - 5} 6 {x + 5} 6 {x + 9} 1", HAIR, stroke=2.8) for x in (-20, 20)]
    return [
        Shape(ellipse(4, -82, 29, 25), glow(-6, -94, 44, (0, HAIR_LIGHT), (1, HAIR))),
        Shape(back, across(-58, 58, (0, HAIR), (0.3, HAIR_LIGHT), (0.6, HAIR), (1, "#1a100b"))),
        Shape(ellipse(-47, 10, 8, 13), SKIN),
        Shape(ellipse(47, 10, 8, 13), SKIN_DARK),
        Shape(face, across(-48, 48, (0, SKIN), (0.35, SKIN_LIGHT), (0.7, SKIN), (1, "#9c643f"))),
        Shape(ellipse(-26, 27, 13, 9), "#d9684a", 0.25, blur=5),
        Shape(ellipse(26, 27, 13, 9), "#c9583a", 0.22, blur=5),
        Shape(ellipse(0, 62, 26, 9), "#8f5836", 0.35, blur=6, clip=face),
        Shape("M-30 -13 C-25 -18 -15 -18 -10 -14", HAIR, 0.9, stroke=3.4),
        Shape("M30 -13 C25 -18 15 -18 10 -14", HAIR, 0.9, stroke=3.4),
        *eyes,
        Shape("M3 -4 C6 10 9 18 5 22 C2 25 -3 25 -6 22", SKIN_DARK, 0.75, stroke=2.4),
        Shape("M-13 38 C-6 36 6 36 13 38 C8 47 -8 47 -13 38 Z", "#a8503c"),
        Shape("M-15 38 C-8 41 8 41 15 38", "#6f2f22", 0.8, stroke=1.8),
        Shape(fringe, across(-52, 52, (0, HAIR), (0.35, HAIR_LIGHT), (0.6, HAIR), (1, "#1a100b"))),
        Shape("M-36 -34 C-24 -56 2 -62 22 -56", "#8a6a52", 0.45, blur=1.5, stroke=2.4),
        Shape(ellipse(-48, 27, 3.6, 3.6), "#e2bf72"),
        Shape(ellipse(48, 27, 3.6, 3.6), "#b58a42"),
    ]


def upper_arm() -> list[Item]:
    sleeve = (
        "M-24 -20 C-10 -30 90 -26 128 -22 C142 -18 142 18 128 22 "
        "C90 26 -10 32 -24 20 C-32 10 -32 -10 -24 -20 Z"
    )
    return [
        Shape(sleeve, "#3c2f1a", 0.32, blur=4),
        Shape(sleeve, down(-26, 28, (0, SHIRT_LIGHT), (0.45, SHIRT), (1, SHIRT_DARK))),
        Shape("M96 -14 C104 -4 104 6 98 16", SHIRT_DARK, 0.6, stroke=2),
    ]


def forearm() -> list[Item]:
    skin = "M10 -18 C50 -20 90 -14 122 -11 L122 11 C90 15 50 20 10 18 Z"
    cuff = "M-14 -19 C0 -25 26 -24 38 -21 C42 -8 42 8 38 21 C26 24 0 25 -14 19 C-24 10 -24 -10 -14 -19 Z"
    return [
        Shape(skin, "#3c2412", 0.3, blur=3.5),
        Shape(skin, down(-18, 20, (0, SKIN_LIGHT), (0.5, SKIN), (1, SKIN_DARK))),
        Shape(cuff, down(-24, 24, (0, SHIRT_LIGHT), (0.5, SHIRT), (1, SHIRT_DARK))),
        Shape("M30 -20 C34 -8 34 8 30 20", SHIRT_DARK, 0.7, stroke=2),
    ]


def hand() -> list[Item]:
    """The palm and four fingers; what is held lies on them, and the thumb on that."""
    palm = "M-6 -11 C6 -20 26 -24 38 -19 C46 -8 46 10 38 19 C26 23 6 18 -6 11 Z"
    paint = down(-22, 22, (0, SKIN_LIGHT), (0.5, SKIN), (1, SKIN_DARK))
    fingers: list[Item] = []
    for y, reach in ((-14.5, 55), (-5, 61), (4.5, 59), (13.5, 52)):
        fingers.append(Shape(line((30, y), (reach, y * 0.9)), SKIN_DARK, stroke=11.4))
        fingers.append(Shape(line((30, y - 0.6), (reach, y * 0.9 - 0.6)), SKIN, stroke=9.6))
    return [Shape(palm, "#3c2412", 0.3, blur=3.5), *fingers, Shape(palm, paint)]


def thumb() -> list[Item]:
    return [
        Shape(line((13, -12), (27, -13), (42, -5)), SKIN_DARK, stroke=13.4),
        Shape(line((13, -12.6), (27, -13.6), (42, -5.6)), SKIN_LIGHT, stroke=11),
        Shape(ellipse(43, -6, 4, 3), "#e8c2a4", 0.9),
    ]


def strip(tint: str, amount: float) -> list[Item]:
    """A blotter, held at the origin, its tip up."""
    paper = polygon((-6, 6), (-6, -74), (-3, -80), (3, -80), (6, -74), (6, 6))
    return [
        Shape(paper, "#2c2010", 0.28, blur=3),
        Shape(paper, across(-6, 6, (0, "#fffdf7"), (1, "#ece3d0"))),
        Shape(paper, down(-80, -44, (0, tint, 0.95 * amount), (1, tint, 0.0))),
    ]
