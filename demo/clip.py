"""Builds the film that the demo plays as its live picture, and a still of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from PIL import Image

from demo.film import Film
from demo.scene import HEIGHT, WIDTH
from demo.sound import RATE, sound
from demo.stage import Bytes

KEYFRAME_SECONDS = 2
BT709 = 1  # the number of these colours in the standards that x264 and MP4 quote

Progress = Callable[[float], None]


def build_clip(
    path: Path,
    *,
    seconds: int = 72,
    width: int = WIDTH,
    height: int = HEIGHT,
    fps: int = 25,
    progress: Progress | None = None,
) -> None:
    """Write a 16:9 MP4 (H.264, AAC, index first) that loops without a seam.

    `progress` hears the share that is done, from 0 to 1, once for each second of film. The file appears
    when it is whole and not before. Raises ValueError for a size that is odd or not 16:9, or no length.
    """
    _check(width, height)
    if seconds < 1 or fps < 1:
        raise ValueError("a clip needs at least a second and a frame in it")
    film, samples = Film(width, height), sound(seconds)
    with (
        _whole(path) as unfinished,
        av.open(str(unfinished), "w", format="mp4", options={"movflags": "+faststart"}) as file,
    ):
        video, audio = _video(file, width, height, fps), _audio(file)
        for second in range(seconds):
            heard = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, second * RATE : (second + 1) * RATE].T.reshape(1, -1)),
                "s16",
                "stereo",
            )
            heard.sample_rate, heard.pts, heard.time_base = RATE, second * RATE, Fraction(1, RATE)
            file.mux(audio.encode(heard))
            for number in range(second * fps, (second + 1) * fps):
                seen = _seen(film.frame(number / fps, seconds))
                seen.pts, seen.time_base = number, Fraction(1, fps)
                file.mux(video.encode(seen))
            if progress:
                progress((second + 1) / seconds)
        file.mux(video.encode(None))
        file.mux(audio.encode(None))


def build_poster(path: Path, *, at: float = 27.3, width: int = WIDTH, height: int = HEIGHT) -> None:
    """Write a still as JPEG, without the film's captions. `at` is a second of the 72."""
    _check(width, height)
    still = _seen(Film(width, height).frame(at, 72, words=False))
    colors = still.to_ndarray(format="rgb24", src_colorspace=Colorspace.ITU709)
    with _whole(path) as unfinished:
        Image.fromarray(colors).save(unfinished, "JPEG", quality=88, optimize=True, progressive=True)


def _check(width: int, height: int) -> None:
    if width % 2 or height % 2 or width * 9 != height * 16 or width < 2:
        raise ValueError(f"{width} x {height} is not an even 16:9 size")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end, or leaves no trace."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _seen(planes: Bytes) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    return frame


def _video(file: OutputContainer, width: int, height: int, fps: int) -> VideoStream:
    every = KEYFRAME_SECONDS * fps
    stream = file.add_stream("libx264", rate=fps)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.gop_size = every
    stream.time_base = Fraction(1, fps)
    stream.codec_context.color_range = ColorRange.MPEG
    stream.codec_context.colorspace = Colorspace.ITU709
    stream.codec_context.color_primaries = stream.codec_context.color_trc = BT709
    stream.thread_type, stream.thread_count = "FRAME", 2  # encodes while the next frame is composed
    stream.options = {
        "preset": "veryfast",
        "crf": "21",
        # The picture moves little: one reference and a short search are enough, and save a fifth of the time.
        "x264-params": f"keyint={every}:min-keyint={every}:scenecut=0:open-gop=0"
        ":ref=1:subme=1:me=dia:weightp=0:trellis=0:rc-lookahead=10",
    }
    return stream


def _audio(file: OutputContainer) -> AudioStream:
    stream = file.add_stream("aac", rate=RATE, layout="stereo")
    stream.bit_rate = 96_000
    return stream
