"""Paints a drawing into pixels with Pillow and numpy, for the film's sprites."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from demo.vector import Group, Item, Linear, Paint, Shape, Text, advance, font, text_width

Pixels = NDArray[np.float32]
"""Height x width x RGBA, 0 to 1, colour already multiplied by opacity."""

Outline = list[complex]
SMOOTH = 4  # edges are drawn this many times larger and averaged


def paint(items: Iterable[Item], width: int, height: int, at: complex = 0j, by: complex = 1 + 0j) -> Pixels:
    """`by` scales and turns, then `at` moves: a point z of the drawing lands on z * by + at."""
    canvas = np.zeros((height, width, 4), np.float32)
    _paint(canvas, items, at, by)
    return canvas


def _paint(canvas: Pixels, items: Iterable[Item], at: complex, by: complex) -> None:
    for item in items:
        if isinstance(item, Group):
            turned = np.exp(1j * np.deg2rad(item.turn)) * item.scale
            _paint(canvas, item.items, at + by * complex(item.dx, item.dy), complex(by * turned))
        elif isinstance(item, Text):
            _text(canvas, item, at, by)
        else:
            _shape(canvas, item, at, by)


def _shape(canvas: Pixels, shape: Shape, at: complex, by: complex) -> None:
    outlines = [[point * by + at for point in outline] for outline in _flatten(shape.path)]
    blur, stroke = shape.blur * abs(by), shape.stroke * abs(by)
    every = [point for outline in outlines for point in outline]
    spill = 3 * blur + stroke / 2 + 1
    height, width = canvas.shape[:2]
    x0 = max(0, int(min(p.real for p in every) - spill))
    y0 = max(0, int(min(p.imag for p in every) - spill))
    x1 = min(width, int(max(p.real for p in every) + spill) + 1)
    y1 = min(height, int(max(p.imag for p in every) + spill) + 1)
    if x1 <= x0 or y1 <= y0:
        return
    if blur:  # what lies outside the canvas still bleeds in
        margin = int(3 * blur) + 1
        mask = _mask(outlines, x0 - margin, y0 - margin, x1 + margin, y1 + margin, stroke, blur)
        mask = mask[margin:-margin, margin:-margin]
    else:
        mask = _mask(outlines, x0, y0, x1, y1, stroke, 0)
    if shape.clip:
        clip = [[point * by + at for point in outline] for outline in _flatten(shape.clip)]
        mask = mask * _mask(clip, x0, y0, x1, y1, 0, 0)
    color, alpha = _colors(shape.paint, x0, y0, x1, y1, at, by)
    _over(canvas[y0:y1, x0:x1], color, mask * alpha * np.float32(shape.opacity))


def _text(canvas: Pixels, text: Text, at: complex, by: complex) -> None:
    scale, wide = abs(by), text_width(text)
    start = text.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * wide
    corner = complex(start, text.y) * by + at
    x0, y0 = int(corner.real) - 4, int(corner.imag - 1.2 * text.size * scale)
    sheet = Image.new("L", ((int(wide * scale) + 12) * SMOOTH, int(1.8 * text.size * scale + 4) * SMOOTH))
    draw, letters = ImageDraw.Draw(sheet), font(max(1, round(text.size * scale * SMOOTH)))
    heavy = text.size * scale * SMOOTH / 40 if text.heavy else 0
    for letter in text.words:
        spot = (complex(start, text.y) * by + at - complex(x0, y0)) * SMOOTH
        draw.text((spot.real, spot.imag), letter, 255, letters, anchor="ls", stroke_width=heavy)
        start += advance(text, letter)
    mask = _shares(sheet.reduce(SMOOTH))
    cut_x, cut_y = max(0, -x0), max(0, -y0)
    target = canvas[max(0, y0) : y0 + mask.shape[0], max(0, x0) : x0 + mask.shape[1]]
    _over(target, _rgb(text.color), mask[cut_y : cut_y + target.shape[0], cut_x : cut_x + target.shape[1]])


def _over(under: Pixels, color: Pixels, alpha: Pixels) -> None:
    under *= (1 - alpha)[..., None]
    under[..., :3] += color * alpha[..., None]
    under[..., 3] += alpha


def _flatten(path: str) -> list[Outline]:
    outlines: list[Outline] = []
    for command, rest in re.findall(r"([MLCZ])([^MLCZ]*)", path):
        numbers = [float(found) for found in re.findall(r"-?[\d.]+", rest)]
        points = [complex(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        if command == "M":
            outlines.append(points)
        elif command == "L":
            outlines[-1] += points
        elif command == "C":
            for i in range(0, len(points), 3):
                a, (b, c, d) = outlines[-1][-1], points[i : i + 3]
                for t in np.linspace(0, 1, 17)[1:]:
                    s = 1 - t
                    outlines[-1].append(complex(s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d))
        else:
            outlines[-1].append(outlines[-1][0])
    return outlines


def _mask(outlines: list[Outline], x0: int, y0: int, x1: int, y1: int, stroke: float, blur: float) -> Pixels:
    coarse = 1 if blur > 2 else SMOOTH
    sheet = Image.new("L", ((x1 - x0) * coarse, (y1 - y0) * coarse))
    draw, radius = ImageDraw.Draw(sheet), stroke * coarse / 2
    for outline in outlines:
        spots = [((p.real - x0) * coarse, (p.imag - y0) * coarse) for p in outline]
        if stroke:
            draw.line(spots, 255, max(1, round(2 * radius)), joint="curve")
            for x, y in (spots[0], spots[-1]) if radius > 1 else ():
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
        elif len(spots) > 2:
            draw.polygon(spots, 255)
    if coarse > 1:
        sheet = sheet.reduce(coarse)
    if blur:
        sheet = sheet.filter(ImageFilter.GaussianBlur(blur))
    return _shares(sheet)


def _shares(sheet: Image.Image) -> Pixels:
    return np.asarray(sheet, np.float32) / np.float32(255)


def _rgb(color: str) -> Pixels:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / np.float32(255)


def _colors(
    paint: Paint, x0: int, y0: int, x1: int, y1: int, at: complex, by: complex
) -> tuple[Pixels, Pixels]:
    if isinstance(paint, str):
        return _rgb(paint), np.ones((1, 1), np.float32)
    y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32) + np.float32(0.5)
    if isinstance(paint, Linear):
        start, end = complex(*paint.start) * by + at, complex(*paint.end) * by + at
        run = end - start
        where = ((x - start.real) * run.real + (y - start.imag) * run.imag) / (abs(run) ** 2)
    else:
        centre = complex(*paint.centre) * by + at
        where = np.hypot(x - centre.real, y - centre.imag) / (paint.radius * abs(by))
    at_stop = [stop[0] for stop in paint.stops]
    rgb = [_rgb(stop[1]) for stop in paint.stops]
    opacity = [stop[2] if len(stop) == 3 else 1.0 for stop in paint.stops]
    color = np.stack([np.interp(where, at_stop, [c[i] for c in rgb]) for i in range(3)], -1)
    return color.astype(np.float32), np.interp(where, at_stop, opacity).astype(np.float32)
