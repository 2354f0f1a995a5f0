"""The film, short and small: what is in the file, that it loops, and that it is whole or not there."""

from pathlib import Path

import av
import numpy as np
import pytest

from demo.clip import build_clip, build_poster
from demo.film import Film
from demo.plot import PLOT
from demo.scene import SPOTS, STRIPS
from demo.sound import RATE, sound
from demo.story import CHAPTERS, LENGTH, pose

SMALL = {"width": 320, "height": 180}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "media" / "clip.mp4"
    heard: list[float] = []
    build_clip(path, seconds=4, progress=heard.append, **SMALL)
    assert heard == [0.25, 0.5, 0.75, 1.0]
    return path


def test_it_decodes_to_what_was_asked_for(clip: Path) -> None:
    with av.open(str(clip)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == (320, 180)
        assert video.average_rate == 25
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", RATE, 2)
        assert file.duration is not None
        assert abs(file.duration / av.time_base - 4) < 0.1
        assert sum(1 for _ in file.decode(video)) == 100


def test_a_player_may_enter_every_two_seconds(clip: Path) -> None:
    with av.open(str(clip)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert (len(packets), keys) == (100, [0, 50])


def test_its_index_comes_first(clip: Path) -> None:
    data, at, boxes = clip.read_bytes(), 0, []
    while at < len(data):
        boxes.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    assert boxes.index(b"moov") < boxes.index(b"mdat")


def test_it_is_whole_or_not_there(tmp_path: Path) -> None:
    def interrupt(_done: float) -> None:
        raise KeyboardInterrupt

    kept = tmp_path / "clip.mp4"
    kept.write_bytes(b"yesterday's")
    with pytest.raises(KeyboardInterrupt):
        build_clip(kept, seconds=2, progress=interrupt, **SMALL)
    assert kept.read_bytes() == b"yesterday's"
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize(("width", "height"), [(320, 181), (320, 200), (0, 0), (-320, -180), (48, 27)])
def test_an_unfit_size_is_refused(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(ValueError, match="16:9"):
        build_clip(tmp_path / "clip.mp4", width=width, height=height)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("seconds", "fps"), [(0, 25), (-1, 25), (2, 0)])
def test_no_length_is_refused(tmp_path: Path, seconds: int, fps: int) -> None:
    with pytest.raises(ValueError, match="second"):
        build_clip(tmp_path / "clip.mp4", seconds=seconds, fps=fps)
    assert not list(tmp_path.iterdir())


def test_the_picture_ends_where_it_begins() -> None:
    film = Film(320, 180)
    first = film.frame(0, 72, words=False).copy()
    again = film.frame(72, 72, words=False).copy()
    assert np.array_equal(first, again)
    nearly = film.frame(72 - 1 / 25, 72, words=False)
    assert np.abs(first.astype(int) - nearly).mean() < 0.5


def test_nothing_jumps_from_one_frame_to_the_next() -> None:
    step = 1 / 25
    moments = np.arange(0, LENGTH, step)
    for s in moments:
        before, after = pose(s), pose(s + step)
        for name, most in (
            ("left", 26),
            ("right", 26),
            ("nod", 3),
            ("tilt", 1),
            ("left_lean", 6),
            ("right_lean", 6),
        ):
            assert abs(getattr(after, name) - getattr(before, name)) < most, (name, s)


def test_each_bottle_is_lifted_and_each_chapter_is_told() -> None:
    assert {bottle for _, _, bottle in PLOT.held} == {0, 1, 2, 3}
    assert [pose(start + 1).chapter for start, _, _ in CHAPTERS] == list(range(len(CHAPTERS)))


def test_things_are_taken_and_put_down_where_they_stand() -> None:
    for start, end, bottle in PLOT.held:
        for moment in (start, end):
            hand = pose(moment).right if bottle == 3 else pose(moment).left
            assert abs(hand - SPOTS[bottle].grip) < 0.5
    for spans, hand_of in ((PLOT.left_strips, "left"), (PLOT.right_strips, "right")):
        for start, end, strip in spans:
            for moment in (start, end):
                assert abs(getattr(pose(moment), hand_of) - STRIPS[strip]) < 0.5


def test_the_lower_third_stays_calm() -> None:
    film = Film(320, 180)
    still = film.frame(0, 72).copy()
    for second in range(0, 72, 3):
        moved = film.frame(second, 72)
        assert np.array_equal(still[134:180], moved[134:180])


def test_the_sound_is_quiet_and_has_no_seam() -> None:
    samples = sound(6).astype(int)
    assert samples.shape == (2, 6 * RATE)
    loudest = np.abs(samples).max()
    assert 300 < loudest < 0.36 * 32768
    steps = np.abs(np.diff(samples, axis=1)).max()
    assert np.abs(samples[:, 0] - samples[:, -1]).max() <= steps


def test_a_poster_is_a_still(tmp_path: Path) -> None:
    build_poster(tmp_path / "poster.jpg", **SMALL)
    assert (tmp_path / "poster.jpg").read_bytes().startswith(b"\xff\xd8\xff")
