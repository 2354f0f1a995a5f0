"""The film's sound: a quiet room, slow soft chords, and what the hands do. It ends where it begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo.plot import PLOT
from demo.story import LENGTH

RATE = 48_000
LOUDEST = 0.35  # of full scale: it plays under a page that the viewer did not ask to be loud

Wave = NDArray[np.float64]

CHORDS = (
    (130.81, 196.0, 246.94, 329.63),
    (110.0, 164.81, 246.94, 261.63),
    (146.83, 220.0, 261.63, 349.23),
    (98.0, 146.83, 246.94, 293.66),
    (130.81, 196.0, 293.66, 329.63),
    (87.31, 130.81, 220.0, 329.63),
)


def sound(seconds: int) -> NDArray[np.int16]:
    """Two rows of samples, left and right."""
    count = round(seconds * RATE)
    rng = np.random.default_rng(3)
    left, right = _room(rng, count), _room(rng, count)
    pad = _pad(count)
    left += pad
    right += np.roll(pad, RATE // 90)
    scale = seconds / LENGTH
    for i, when in enumerate(PLOT.taps):
        tap = _tap(620.0 + 90 * (i % 3))
        _add(left, tap * 0.8, when * scale)
        _add(right, tap, when * scale + 0.0004)
    for when, _ in PLOT.sprays:
        spray = _spray(rng)
        _add(left, spray, when * scale)
        _add(right, spray * 0.7, when * scale)
    both = np.stack((left, right))
    both *= LOUDEST / max(np.abs(both).max(), LOUDEST)
    return (both * 32767).astype(np.int16)


def _add(track: Wave, part: Wave, seconds: float) -> None:
    """What would ring past the end rings on at the beginning."""
    start = round(seconds * RATE)
    while len(part):
        start %= len(track)
        fits = part[: len(track) - start]
        track[start : start + len(fits)] += fits
        start, part = start + len(fits), part[len(fits) :]


def _room(rng: np.random.Generator, count: int) -> Wave:
    """Noise shaped by its whole spectrum, which makes it periodic; a twelfth of the film, again and again."""
    part = count // 12
    spectrum = np.fft.rfft(rng.normal(0, 1, part))
    hertz = np.fft.rfftfreq(part, 1 / RATE)
    spectrum *= hertz / (hertz + 60) / (1 + (hertz / 380) ** 2)
    noise = np.fft.irfft(spectrum, part)
    return np.tile(noise / noise.std() * 0.0018, 12)


def _pad(count: int) -> Wave:
    """Each chord swells and fades over its neighbours."""
    total, share = np.zeros(count), count / len(CHORDS)
    length = int(share * 1.7)
    t = np.arange(length, dtype=np.float32) / RATE
    swell = np.sin(np.pi * np.arange(length) / length) ** 2 * 0.035
    for i, chord in enumerate(CHORDS):
        tone = np.zeros(length, np.float32)
        for k, hertz in enumerate(chord):
            wave = np.sin(np.float32(2 * np.pi * hertz) * t)
            rich = wave * (1 + 0.44 * np.sin(np.float32(2 * np.pi * hertz) * t + np.float32(np.pi / 2)))
            tone += (1 + 0.12 * np.sin(np.float32(2 * np.pi * (0.11 + 0.03 * k)) * t)) * rich / len(chord)
        _add(total, tone * swell, (i * share) / RATE)
    return total


def _tap(hertz: float) -> Wave:
    """Glass set down on wood."""
    t = np.arange(int(0.35 * RATE)) / RATE
    wood = np.sin(2 * np.pi * 190 * t) * np.exp(-t * 55)
    ring = np.sin(2 * np.pi * hertz * 3.1 * t) * np.exp(-t * 30) * 0.25
    return np.asarray((wood + ring) * np.minimum(t / 0.002, 1) * 0.06, np.float64)


def _spray(rng: np.random.Generator) -> Wave:
    t = np.arange(int(0.45 * RATE)) / RATE
    hiss = np.convolve(rng.normal(0, 1, len(t)), (0.25, 0.5, 0.25), "same")
    return np.asarray(hiss * np.minimum(t / 0.03, 1) * np.exp(-t * 11) * 0.035, np.float64)
