"""Drawings as plain data: the same items become a file in `demo.svg` and pixels in `demo.raster`.

Coordinates are SVG's: x to the right, y downwards. A path is a string of absolute `M L C Z`.
A group moves, turns and scales evenly, and nothing else, so gradients and blurs need no matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PIL import ImageFont

Point = tuple[float, float]
Colour = tuple[float, str] | tuple[float, str, float]


@dataclass(frozen=True, slots=True)
class Linear:
    """Each stop is (where from 0 to 1, colour) or (where, colour, opacity)."""

    start: Point
    end: Point
    stops: tuple[Colour, ...]


@dataclass(frozen=True, slots=True)
class Radial:
    centre: Point
    radius: float
    stops: tuple[Colour, ...]


Paint = str | Linear | Radial


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled path, or its outline when `stroke` is a width. `clip` is a path that it stays inside."""

    path: str
    paint: Paint
    opacity: float = 1.0
    blur: float = 0.0
    stroke: float = 0.0
    clip: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line at `x`. Its width is fixed by our own font, so that no browser's font can spill it."""

    x: float
    y: float
    words: str
    size: float
    color: str
    spacing: float = 0.0
    anchor: str = "middle"
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    items: tuple[Item, ...]
    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    turn: float = 0.0


Item = Shape | Text | Group


def across(x0: float, x1: float, *stops: Colour) -> Linear:
    return Linear((x0, 0), (x1, 0), stops)


def down(y0: float, y1: float, *stops: Colour) -> Linear:
    return Linear((0, y0), (0, y1), stops)


def glow(x: float, y: float, radius: float, *stops: Colour) -> Radial:
    return Radial((x, y), radius, stops)


def num(value: float) -> str:
    """At most two decimals, and never `-0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def spot(*points: Point) -> str:
    return " ".join(f"{num(x)} {num(y)}" for x, y in points)


def line(*points: Point) -> str:
    return "M" + " L".join(spot(point) for point in points)


def polygon(*points: Point) -> str:
    return line(*points) + " Z"


def box(x: float, y: float, w: float, h: float, radius: float = 0.0) -> str:
    return tub(x, y, w, h, (radius, radius), (radius, radius))


def ellipse(x: float, y: float, rx: float, ry: float) -> str:
    return tub(x - rx, y - ry, 2 * rx, 2 * ry, (rx, ry), (rx, ry))


def tub(x: float, y: float, w: float, h: float, top: Point, bottom: Point) -> str:
    """A rectangle whose corners have (x, y) radii of their own above and below."""
    k = 0.4477  # what a cubic leaves of the radius to look like a quarter of an ellipse
    (tx, ty), (bx, by), right, foot = top, bottom, x + w, y + h
    return " ".join(
        (
            f"M{spot((x + tx, y))} L{spot((right - tx, y))}",
            f"C{spot((right - tx * k, y), (right, y + ty * k), (right, y + ty))}",
            f"L{spot((right, foot - by))}",
            f"C{spot((right, foot - by * k), (right - bx * k, foot), (right - bx, foot))}",
            f"L{spot((x + bx, foot))}",
            f"C{spot((x + bx * k, foot), (x, foot - by * k), (x, foot - by))}",
            f"L{spot((x, y + ty))}",
            f"C{spot((x, y + ty * k), (x + tx * k, y), (x + tx, y))} Z",
        )
    )


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font inside Pillow: the same on every machine."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("this Pillow was built without FreeType")
    return found


def advance(text: Text, letter: str) -> float:
    """How far to the next letter."""
    return font(200).getlength(letter) * text.size / 200 * (1.06 if text.heavy else 1) + text.spacing


def text_width(text: Text) -> float:
    return sum(advance(text, letter) for letter in text.words) - text.spacing
