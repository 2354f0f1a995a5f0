"""What a bottle is made of: glass, juice, neck, cap, label. Drawn standing on the origin, upwards."""

from __future__ import annotations

from dataclasses import dataclass

from demo.vector import Item, Paint, Shape, Text, across, box, down, ellipse, line, tub

INK = "#2a2419"
LABEL = "#faf6ec"
BRASS = across(
    -60, 60, (0, "#7d5f2c"), (0.22, "#e9d091"), (0.38, "#f8ecc4"), (0.6, "#b98f49"), (1, "#6b4e22")
)


@dataclass(frozen=True, slots=True)
class Juice:
    light: str
    mid: str
    deep: str


PALE = Juice("#f6efb4", "#dcd067", "#a39a34")
SLATE = Juice("#d3e4dc", "#86b0a3", "#3f6d62")
EMBER = Juice("#f7b95a", "#cd6f1b", "#74320a")
CELLAR = Juice("#a9ae55", "#636f26", "#2c3710")


def standing(width: float, tint: str) -> list[Item]:
    """The shadow that a thing throws on the counter, and the light that its colour throws."""
    return [
        Shape(ellipse(width * 0.34, -6, width * 0.86, 26), "#4a3a20", 0.26, blur=18),
        Shape(ellipse(0, -4, width * 0.53, 12), "#2c2010", 0.55, blur=7),
        Shape(ellipse(width * 0.72, 4, width * 0.42, 12), tint, 0.55, blur=11),
    ]


def bottle(
    width: float,
    height: float,
    shoulder: tuple[float, float],
    juice: Juice,
    *,
    foot: float = 16,
    level: float = 0.88,
    wall: float = 11,
) -> list[Item]:
    """Glass and juice only; the neck, the cap and the label go on top."""
    left, top = -width / 2, -height
    body = tub(left, top, width, height, shoulder, (foot, foot))
    inner_top = (max(shoulder[0] - wall, 4), max(shoulder[1] - wall, 4))
    x, w = left + wall, width - 2 * wall
    inside = tub(x, top + wall, w, height - wall - 26, inner_top, (foot * 0.8, foot * 0.8))
    surface = -26 - (height - wall - 26) * level
    edge = w / 2
    return [
        *standing(width, juice.mid),
        Shape(body, across(left, -left, (0, "#cfd3c4"), (0.2, "#f7f6ee"), (0.75, "#eceade"), (1, "#b9bba9"))),
        Shape(
            box(x, surface, w, -surface),
            across(
                -edge,
                edge,
                (0, juice.deep),
                (0.14, juice.mid),
                (0.42, juice.light),
                (0.78, juice.mid),
                (1, juice.deep),
            ),
            clip=inside,
        ),
        Shape(
            box(x, surface, w, -surface),
            down(surface, -26, (0, juice.deep, 0.0), (0.6, juice.deep, 0.05), (1, juice.deep, 0.6)),
            clip=inside,
        ),
        Shape(ellipse(0, surface, edge, 7), juice.light, 0.9, clip=inside),
        Shape(line((0, top), (6, -40)), "#ffffff", 0.35, stroke=5, clip=inside),
        Shape(
            box(left, -27, width, 27),
            down(-27, 0, (0, juice.light, 0.75), (0.45, "#ffffff", 0.7), (1, juice.deep, 0.55)),
            clip=body,
        ),
        Shape(box(-left - 34, top, 40, height), juice.deep, 0.36, blur=12, clip=body),
        Shape(box(left + 15, top + 18, 19, height - 50, 9), "#ffffff", 0.62, blur=3, clip=body),
        Shape(box(left + 42, top + 26, 6, height - 90, 3), "#ffffff", 0.4, blur=1.5, clip=body),
        Shape(box(-left - 15, top + shoulder[1] + 8, 5, height * 0.6, 2), "#ffffff", 0.55, blur=1, clip=body),
        Shape(
            body,
            across(left, -left, (0, "#6d6a52", 0.6), (0.3, "#ffffff", 0.9), (1, "#57523a", 0.65)),
            stroke=3,
        ),
    ]


def neck(top: float, width: float = 62) -> list[Item]:
    """A glass neck with its metal collar, standing on the shoulders at `top`."""
    half = width / 2
    return [
        Shape(
            box(-half, top - 22, width, 26, 4),
            across(-half, half, (0, "#a9aa98"), (0.3, "#ffffff"), (1, "#8d8d7c")),
        ),
        Shape(box(-half - 6, top - 36, width + 12, 24, 5), BRASS),
        Shape(line((-half - 4, top - 24), (half + 4, top - 24)), "#5c431c", 0.45, stroke=1.6),
    ]


def cap(top: float, width: float, height: float, paint: Paint, rounding: float = 8) -> list[Item]:
    half, y = width / 2, top - 36 - height
    return [
        Shape(box(-half, y, width, height, rounding), paint),
        Shape(box(-half + 8, y + 6, width - 16, 8, 4), "#ffffff", 0.28, blur=2),
        Shape(
            box(-half, y + height - 10, width, 10, 3),
            "#1c140a",
            0.22,
            blur=3,
            clip=box(-half, y, width, height),
        ),
    ]


def label(y: float, width: float, height: float, lines: tuple[str, ...], number: str) -> list[Item]:
    """The house's label: a number, the name, a hair line, the maker."""
    x = -width / 2
    words = [
        Text(0, y + height * 0.5 + 26 * i - 13 * (len(lines) - 2), text, 23, INK, 3.4, heavy=True)
        for i, text in enumerate(lines)
    ]
    return [
        Shape(box(x + 2, y + 4, width, height, 3), "#2c2010", 0.3, blur=4),
        Shape(
            box(x, y, width, height, 3),
            across(x, -x, (0, "#e9e2d0"), (0.25, LABEL), (0.7, "#fffdf6"), (1, "#ded5bf")),
        ),
        Shape(box(x + 7, y + 7, width - 14, height - 14, 1), INK, 0.5, stroke=1.2),
        Text(0, y + 38, number, 17, "#8c4a10", 2, heavy=True),
        *words,
        Shape(line((-18, y + height - 44), (18, y + height - 44)), INK, 0.6, stroke=1.4),
        Text(0, y + height - 22, "ATELIER VETIVER", 9.5, "#5d5442", 1.6),
    ]


def atomiser(top: float) -> list[Item]:
    """What is under a cap: the pump that a finger presses."""
    return [
        Shape(box(-9, top - 56, 18, 24, 2), BRASS),
        Shape(box(-21, top - 92, 42, 40, 5), across(-21, 21, *BRASS.stops)),
        Shape(ellipse(12, top - 74, 3.4, 3.4), "#2c2010", 0.8),
    ]
