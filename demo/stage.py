"""Composes frames in the encoder's own colours (Y'CbCr 4:2:0, BT.709), which spares a conversion each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, cos, floor, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demo.figure import Layer
from demo.raster import Pixels, paint
from demo.vector import Item

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint16]
KEPT = 900  # turned sprites: about 60 MB at 1280 x 720


@dataclass(frozen=True, slots=True)
class Sprite:
    """Y, U, V, A in an image's four channels, premultiplied; `origin` is in its pixels."""

    image: Image.Image
    origin: complex


@dataclass(slots=True)
class Turned:
    """A sprite as it will lie on the frame, `x` and `y` (both even) from where its layer is put.

    Colours times 256, and opacity as what it leaves of the frame, of 256.
    """

    x: int
    y: int
    luma: Words
    luma_left: Words
    chroma: tuple[Words, Words]
    chroma_left: Words


def to_yuv(pixels: Pixels) -> Pixels:
    r, g, b, a = (pixels[..., i] for i in range(4))
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    y = 16 * a + 219 * luma
    u = 128 * a + 224 * (b - luma) / 1.8556
    v = 128 * a + 224 * (r - luma) / 1.5748
    return np.stack((y, u, v, 255 * a), -1)


def sprite(items: list[Item], scale: float, reach: float = 260) -> Sprite:
    """Drawn around the origin, up to `reach` units away, and cut to what is there."""
    side = 2 * ceil(reach * scale)
    middle = complex(side // 2, side // 2)
    values = (to_yuv(paint(items, side, side, middle, complex(scale))) + 0.5).astype(np.uint8)
    # Four plain channels: in "RGBA", Pillow would multiply by opacity once more when it turns the image.
    image = Image.frombytes("CMYK", (side, side), values.tobytes())
    found = image.getchannel("K").getbbox() or (0, 0, 2, 2)
    x0, y0 = max(0, found[0] - 2), max(0, found[1] - 2)
    return Sprite(image.crop((x0, y0, found[2] + 2, found[3] + 2)), middle - complex(x0, y0))


class Stage:
    """A frame that starts from a background, and takes sprites."""

    def __init__(self, background: Pixels, scale: float) -> None:
        self.height, self.width = background.shape[:2]
        self.scale = scale
        self.background = np.empty((self.height * 3 // 2, self.width), np.uint8)
        self.frame = np.empty_like(self.background)
        self._turned: dict[Layer, Turned] = {}
        grain = np.random.default_rng(7).normal(
            0, 0.7, (self.height, self.width)
        )  # against bands in gradients
        yuv = to_yuv(background)
        y, u, v = self.planes(self.background)
        y[:] = np.clip(yuv[..., 0] + grain + 0.5, 16, 235).astype(np.uint8)
        for plane, channel in ((u, 1), (v, 2)):
            four = yuv[..., channel].reshape(self.height // 2, 2, self.width // 2, 2)
            plane[:] = (four.mean((1, 3)) + 0.5).astype(np.uint8)

    def planes(self, buffer: Bytes) -> tuple[Bytes, Bytes, Bytes]:
        flat, size = buffer.reshape(-1), self.height * self.width
        half = (self.height // 2, self.width // 2)
        chroma = flat[size:].reshape(2, *half)
        return flat[:size].reshape(self.height, self.width), chroma[0], chroma[1]

    def begin(self) -> None:
        self.frame[:] = self.background

    def restore(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Bring a part of the background to the front."""
        a, b, c, d = (int(value * self.scale) // 2 * 2 for value in (x0, y0, x1, y1))
        planes = zip(self.planes(self.frame), self.planes(self.background), (1, 2, 2), strict=True)
        for front, back, by in planes:
            front[b // by : d // by, a // by : c // by] = back[b // by : d // by, a // by : c // by]

    def put(self, drawn: Sprite, layer: Layer) -> None:
        """Moves in steps of half a pixel and half a degree, which look smooth and are often known already."""
        at, coarse = layer.at * self.scale, layer.soft
        x, y = floor(at.real / 2) * 2, floor(at.imag / 2) * 2
        rest = complex(round((at.real - x) * 2) / 2, round((at.imag - y) * 2) / 2)
        rough = replace(
            layer,
            at=0j if coarse else rest,
            turn=round(layer.turn / 15) * 15 if coarse else round(layer.turn * 2) / 2,
            stretch=round(layer.stretch * 64) / 64,
            scale=round(layer.scale * 10) / 10,
            alpha=round(layer.alpha * 16) / 16,
        )
        if rough.alpha <= 0:
            return
        known = self._turned.get(rough)
        if known is None:
            if len(self._turned) >= KEPT:
                del self._turned[next(iter(self._turned))]
            known = self._turned[rough] = _turn(drawn, rough)
        self._blend(known, x + known.x, y + known.y)

    def _blend(self, part: Turned, x: int, y: int) -> None:
        luma, *chroma = self.planes(self.frame)
        high, wide = part.luma.shape
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + wide, self.width), min(y + high, self.height)
        if x1 <= x0 or y1 <= y0:
            return
        cut = np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
        _mix(luma[y0:y1, x0:x1], part.luma[cut], part.luma_left[cut])
        cut = np.s_[(y0 - y) // 2 : (y1 - y) // 2, (x0 - x) // 2 : (x1 - x) // 2]
        for plane, color in zip(chroma, part.chroma, strict=True):
            _mix(plane[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2], color[cut], part.chroma_left[cut])


def _turn(drawn: Sprite, layer: Layer) -> Turned:
    c, s = cos(radians(layer.turn)) * layer.scale, sin(radians(layer.turn)) * layer.scale
    flip = -1.0 if layer.mirrored else 1.0
    a, b, d, e = c * layer.stretch, -s * flip, s * layer.stretch, c * flip
    ox, oy, at = drawn.origin.real, drawn.origin.imag, layer.at
    corners = [(x - ox, y - oy) for x in (0, drawn.image.width) for y in (0, drawn.image.height)]
    xs = [at.real + a * x + b * y for x, y in corners]
    ys = [at.imag + d * x + e * y for x, y in corners]
    x0, y0 = floor(min(xs) / 2) * 2, floor(min(ys) / 2) * 2
    size = (ceil(max(xs) / 2) * 2 - x0, ceil(max(ys) / 2) * 2 - y0)
    det = a * e - b * d
    a, b, d, e = e / det, -b / det, -d / det, a / det
    mx, my = x0 - at.real, y0 - at.imag
    back = (a, b, ox + a * mx + b * my, d, e, oy + d * mx + e * my)
    image = drawn.image.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR)
    full = [_faded(channel, layer.alpha) for channel in (image.getchannel(0), image.getchannel(3))]
    half = [_faded(channel, layer.alpha) for channel in image.reduce(2).split()[1:]]
    return Turned(
        x0, y0, _times256(full[0]), _left(full[1]), (_times256(half[0]), _times256(half[1])), _left(half[2])
    )


def _faded(channel: Image.Image, alpha: float) -> Words:
    words = np.asarray(channel).astype(np.uint16)
    return words if alpha == 1 else words * np.uint16(alpha * 256) >> np.uint16(8)


def _times256(words: Words) -> Words:
    return (words << np.uint16(8)) + np.uint16(128)


def _left(words: Words) -> Words:
    return np.uint16(256) - words - (words >> np.uint16(7))


def _mix(under: Bytes, color: Words, left: Words) -> None:
    mixed = under * left
    mixed += color
    mixed >>= 8
    under[:] = mixed
