"""Writes a drawing as one self-contained SVG: no font, picture or style from anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

from demo.vector import Group, Item, Linear, Paint, Shape, Text, num, text_width

FONT = "'Helvetica Neue', Inter, 'Segoe UI', Roboto, Arial, sans-serif"


def to_svg(items: Iterable[Item], width: int, height: int, title: str) -> str:
    writer = _Writer()
    body = [writer.item(item) for item in items]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{escape(title)}</title>",
            "<defs>",
            *writer.defs,
            "</defs>",
            f'<g font-family="{FONT}">',
            *body,
            "</g>",
            "</svg>\n",
        )
    )


class _Writer:
    def __init__(self) -> None:
        self.defs: list[str] = []
        self.known: dict[str, str] = {}

    def define(self, tag: str, rest: str) -> str:
        name = self.known.get(tag + rest)
        if name is None:
            name = self.known[tag + rest] = f"d{len(self.defs)}"
            self.defs.append(f'<{tag} id="{name}"{rest}</{tag}>')
        return f"url(#{name})"

    def paint(self, paint: Paint) -> str:
        if isinstance(paint, str):
            return paint
        stops = ""
        for stop in paint.stops:
            faint = f' stop-opacity="{num(stop[2])}"' if len(stop) == 3 else ""
            stops += f'<stop offset="{num(stop[0])}" stop-color="{stop[1]}"{faint}/>'
        units = ' gradientUnits="userSpaceOnUse"'
        if isinstance(paint, Linear):
            (x1, y1), (x2, y2) = paint.start, paint.end
            where = f' x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}">'
            return self.define("linearGradient", units + where + stops)
        where = f' cx="{num(paint.centre[0])}" cy="{num(paint.centre[1])}" r="{num(paint.radius)}">'
        return self.define("radialGradient", units + where + stops)

    def item(self, item: Item) -> str:
        if isinstance(item, Group):
            turn = f" rotate({num(item.turn)})" if item.turn else ""
            scale = f" scale({item.scale:.4g})" if item.scale != 1 else ""
            inside = "".join(self.item(child) for child in item.items)
            return f'<g transform="translate({num(item.dx)} {num(item.dy)}){turn}{scale}">{inside}</g>'
        return self.text(item) if isinstance(item, Text) else self.shape(item)

    def text(self, text: Text) -> str:
        weight = ' font-weight="600"' if text.heavy else ""
        fixed = f'text-anchor="{text.anchor}" textLength="{num(text_width(text))}"'
        return (
            f'<text x="{num(text.x)}" y="{num(text.y)}" font-size="{num(text.size)}"{weight} '
            f'fill="{text.color}" {fixed}>{escape(text.words)}</text>'
        )

    def shape(self, shape: Shape) -> str:
        paint = self.paint(shape.paint)
        look = f' fill="{paint}"'
        if shape.stroke:
            round_ends = 'stroke-linecap="round" stroke-linejoin="round"'
            look = f' fill="none" stroke="{paint}" stroke-width="{num(shape.stroke)}" {round_ends}'
        if shape.opacity < 1:
            look += f' opacity="{num(shape.opacity)}"'
        if shape.blur:
            look += f' filter="{self.blur(shape)}"'
        drawn = f'<path d="{shape.path}"{look}/>'
        if not shape.clip:
            return drawn
        clip = self.define("clipPath", f'><path d="{shape.clip}"/>')
        return f'<g clip-path="{clip}">{drawn}</g>'

    def blur(self, shape: Shape) -> str:
        # In user space, because a share of the box of a flat shadow would cut the blur off.
        numbers = [float(found) for found in re.findall(r"-?[\d.]+", shape.path)]
        spill = 3 * shape.blur + shape.stroke
        x, y = min(numbers[::2]) - spill, min(numbers[1::2]) - spill
        w, h = max(numbers[::2]) + spill - x, max(numbers[1::2]) + spill - y
        where = f' x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}"'
        rest = f' filterUnits="userSpaceOnUse"{where} color-interpolation-filters="sRGB">'
        return self.define("filter", rest + f'<feGaussianBlur stdDeviation="{num(shape.blur)}"/>')
