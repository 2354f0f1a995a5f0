"""The six products as drawings, standing on the origin, about 560 units tall."""

from __future__ import annotations

from demo.glass import (
    BRASS,
    CELLAR,
    EMBER,
    INK,
    LABEL,
    PALE,
    SLATE,
    Juice,
    atomiser,
    bottle,
    cap,
    label,
    neck,
    standing,
)
from demo.vector import Item, Shape, Text, across, box, down, ellipse, glow, line, polygon, tub


def pale_cap() -> list[Item]:
    ash = across(
        -52, 52, (0, "#b08a58"), (0.25, "#ecd2a4"), (0.5, "#e0bf8b"), (0.8, "#c69c66"), (1, "#8d6a3f")
    )
    grain = [
        Shape(line((x, -545), (x + 2, -446)), "#8b6437", 0.25, stroke=1.4) for x in (-34, -18, -3, 14, 31)
    ]
    return [*cap(-400, 104, 112, ash, 7), *grain]


def pale_root(closed: bool = True) -> list[Item]:
    return [
        *bottle(286, 400, (34, 30), PALE),
        *neck(-400),
        *(pale_cap() if closed else atomiser(-400)),
        *label(-262, 172, 176, ("PALE", "ROOT"), "N° 1"),
    ]


def slate_cap() -> list[Item]:
    stone = across(-46, 46, (0, "#22292b"), (0.25, "#717c7e"), (0.45, "#4c5658"), (1, "#171c1e"))
    return cap(-444, 84, 82, stone, 12)


def wet_slate(closed: bool = True) -> list[Item]:
    return [
        *bottle(210, 448, (104, 62), SLATE, foot=22),
        *neck(-444, 54),
        *(slate_cap() if closed else atomiser(-444)),
        *label(-288, 136, 190, ("WET", "SLATE"), "N° 2"),
    ]


def ember_cap() -> list[Item]:
    ball = glow(-20, -466, 92, (0, "#8b5a39"), (0.35, "#4b2a17"), (1, "#170b05"))
    return [Shape(ellipse(0, -436, 66, 64), ball), Shape(ellipse(-24, -464, 20, 13), "#ffffff", 0.5, blur=6)]


def ember_loam(closed: bool = True) -> list[Item]:
    return [
        *bottle(352, 346, (150, 132), EMBER, foot=96, wall=13),
        *neck(-342, 70),
        *(ember_cap() if closed else atomiser(-342)),
        *label(-240, 178, 176, ("EMBER", "LOAM"), "N° 3"),
    ]


def cellar_batch(closed: bool = True) -> list[Item]:
    """Its wax stays on."""
    wax = across(-50, 50, (0, "#5a150e"), (0.25, "#c2452f"), (0.42, "#a4321f"), (1, "#480f0a"))
    drips = (
        "M-44 -404 L-44 -540 C-44 -556 44 -556 44 -540 L44 -404 C44 -380 28 -380 28 -404 "
        "C28 -418 12 -418 12 -398 C12 -362 -8 -362 -8 -398 C-8 -416 -22 -416 -22 -404 "
        "C-22 -386 -44 -386 -44 -404 Z"
    )
    x = -92
    return [
        *bottle(248, 404, (88, 118), CELLAR, foot=12, level=0.93),
        Shape(box(-37, -430, 74, 60, 4), across(-37, 37, (0, "#8d8f78"), (0.3, "#f4f4ea"), (1, "#737560"))),
        Shape(drips, wax),
        Shape(box(-32, -532, 12, 108, 6), "#ffffff", 0.4, blur=4),
        Shape(box(x + 2, -258, 184, 186, 3), "#1c1608", 0.4, blur=4),
        Shape(box(x, -262, 184, 186, 3), down(-262, -76, (0, "#23261a"), (1, "#15180e"))),
        Shape(box(x + 7, -255, 170, 172, 1), "#c9a45c", 0.9, stroke=1.4),
        Text(0, -224, "CELLAR BATCH", 14, "#e8d5a4", 2.4),
        Text(0, -138, "40", 82, "#f3e3b8", 5, heavy=True),
        Text(0, -102, "NUMBERED", 13, "#e8d5a4", 3.4),
    ]


def sample_set() -> list[Item]:
    items: list[Item] = standing(400, "#a98c5c")
    items.append(Shape(box(-196, -420, 392, 300, 6), down(-420, -120, (0, "#a88a5e"), (1, "#cfb184"))))
    items.append(Shape(box(-180, -404, 360, 300, 4), down(-404, -150, (0, "#6d5433"), (1, "#947548"))))
    for i, (juice, cap_color) in enumerate(((PALE, "#d9b985"), (SLATE, "#3f494b"), (EMBER, "#3b2012"))):
        items += _vial(-118 + 118 * i, juice, cap_color)
    front = polygon((-200, -190), (200, -190), (196, 0), (-196, 0))
    return [
        *items,
        Shape(front, across(-200, 200, (0, "#cdaf80"), (0.3, "#e6cda3"), (0.75, "#d8bb8c"), (1, "#b2925f"))),
        Shape(line((-200, -190), (200, -190)), "#fbeccb", 0.8, stroke=4),
        Shape(box(-110, -152, 220, 112, 2), LABEL),
        Shape(box(-104, -146, 208, 100, 1), INK, 0.5, stroke=1.2),
        Text(0, -102, "THREE VETIVERS", 18, INK, 1.8, heavy=True),
        Text(0, -72, "SAMPLE SET", 12, "#5d5442", 3),
    ]


def _vial(x: float, juice: Juice, cap_color: str) -> list[Item]:
    glass = box(x - 36, -452, 72, 330, 12)
    edges = (x - 32, x + 32)
    return [
        Shape(box(x - 26, -440, 84, 300, 12), "#20140a", 0.35, blur=12),
        Shape(glass, across(x - 36, x + 36, (0, "#bfc1b0"), (0.3, "#fdfdf8"), (1, "#a3a492"))),
        Shape(
            box(x - 30, -404, 60, 260, 8),
            across(*edges, (0, juice.deep), (0.3, juice.light), (0.7, juice.mid), (1, juice.deep)),
        ),
        Shape(box(x - 24, -446, 9, 240, 4), "#ffffff", 0.7, blur=2),
        Shape(glass, "#5d5a44", 0.4, stroke=2),
        Shape(box(x - 31, -474, 62, 30, 4), BRASS if x == 0 else across(x - 31, x + 31, *BRASS.stops)),
        Shape(
            box(x - 27, -538, 54, 68, 7),
            across(x - 27, x + 27, (0, cap_color), (0.3, "#ffffff"), (0.42, cap_color), (1, "#1c140c")),
        ),
        Shape(box(x - 27, -538, 54, 68, 7), cap_color, 0.62),
    ]


def refill_flask() -> list[Item]:
    metal: tuple[tuple[float, str], ...] = (
        (0, "#7f8280"),
        (0.1, "#c9ccc9"),
        (0.26, "#f7f8f6"),
        (0.36, "#dfe2df"),
        (0.6, "#a9adaa"),
        (0.86, "#d3d6d3"),
        (1, "#757876"),
    )
    body = tub(-124, -400, 248, 400, (110, 72), (20, 12))
    ridges = [Shape(line((-40, y), (40, y)), "#4d3b1c", 0.4, stroke=2) for y in (-456, -446, -436, -426)]
    return [
        *standing(262, "#d9d6c8"),
        Shape(body, across(-124, 124, *metal)),
        Shape(ellipse(0, -372, 92, 24), "#ffffff", 0.35, blur=10, clip=body),
        Shape(box(-124, -70, 248, 70), down(-70, 0, (0, "#3c3f3d", 0.0), (1, "#3c3f3d", 0.45)), clip=body),
        Shape(
            box(-124, -278, 248, 150),
            across(-124, 124, (0, "#27402f"), (0.28, "#5c8266"), (0.6, "#3a5c45"), (1, "#1d3124")),
        ),
        Text(0, -220, "REFILL", 36, "#f6f1e0", 7, heavy=True),
        Shape(line((-22, -198), (22, -198)), "#f6f1e0", 0.8, stroke=1.6),
        Text(0, -166, "100 ML", 18, "#f6f1e0", 4),
        Text(0, -60, "ATELIER VETIVER", 11, "#5a5c58", 2),
        Shape(box(-36, -424, 72, 32, 4), across(-36, 36, *metal)),
        Shape(box(-44, -486, 88, 72, 8), across(-44, 44, *BRASS.stops)),
        *ridges,
        Shape(body, "#4c4f4c", 0.35, stroke=2),
    ]
