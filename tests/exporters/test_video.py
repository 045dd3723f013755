"""Films as FFmpeg's own decoders read them, alpha included."""

import io
import json
from dataclasses import replace
from itertools import accumulate

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from exporters import export
from exporters.animated import timeline
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip

CLIPS = {"busy": busy_clip(), "one": plain_clip(1), "many": plain_clip(64, 20, 10)}
FILES = {"webm": "hero.webm", "mp4": "hero.mp4", "mov": "hero.mov", "mov_png": "hero_lossless.mov"}


def film(clip: Clip, format: str) -> bytes:
    return export(clip, format, name="hero")[FILES[format]]


def decoded(content: bytes, decoder: str) -> list[av.VideoFrame]:
    """Every frame; FFmpeg's default decoder of VP9 leaves alpha out, libvpx does not."""
    with av.open(io.BytesIO(content)) as opened:
        stream = opened.streams.video[0]
        context = av.VideoCodecContext.create(decoder, "r")
        context.extradata = stream.codec_context.extradata
        context.width, context.height = stream.width, stream.height
        context.pix_fmt = stream.codec_context.pix_fmt
        packets = [packet for packet in opened.demux(stream) if packet.size]
        return [frame for packet in [*packets, None] for frame in context.decode(packet)]


def alpha(frame: av.VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[3]
    rows = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def blocks(num_frames: int = 6) -> Clip:
    """Whole blocks of 16 x 16 pixels, whose middle half a resolution of colour can hold."""
    cells = np.random.default_rng(3).integers(0, 256, (num_frames, 4, 8, 4), np.uint8)
    cells[:, :1] = 0
    return Clip(frames=cells.repeat(16, 1).repeat(16, 2), fps=10)


@pytest.mark.parametrize("name", CLIPS)
def test_lossless_gives_every_pixel_back(name: str) -> None:
    frames = decoded(film(CLIPS[name], "mov_png"), "png")
    wanted, _ = timeline(CLIPS[name])
    np.testing.assert_array_equal([frame.to_ndarray(format="rgba") for frame in frames], wanted)


@pytest.mark.parametrize("name", CLIPS)
def test_prores_is_off_by_three_at_most(name: str) -> None:
    frames = decoded(film(CLIPS[name], "mov"), "prores")
    wanted, _ = timeline(CLIPS[name])
    seen = np.stack([frame.to_ndarray(format="rgba") for frame in frames]).astype(int)
    assert np.abs(seen[..., 3] - wanted[..., 3]).max() <= 1
    assert np.abs(seen - wanted)[wanted[..., 3] > 0].max() <= 3


@pytest.mark.parametrize("name", CLIPS)
def test_webm_keeps_alpha(name: str) -> None:
    frames = decoded(film(CLIPS[name], "webm"), "libvpx-vp9")
    wanted, _ = timeline(CLIPS[name])
    assert {frame.format.name for frame in frames} == {"yuva420p"}
    seen = np.stack([alpha(frame) for frame in frames]).astype(int)
    assert np.abs(seen - wanted[..., 3]).max() <= 1


def test_webm_keeps_colour_where_half_its_resolution_can() -> None:
    clip = blocks()
    frames = decoded(film(clip, "webm"), "libvpx-vp9")
    seen = np.stack([frame.to_ndarray(format="rgba") for frame in frames]).astype(int)
    inner = np.zeros(clip.frames.shape[1:3], bool)
    inner[7::16, 7::16] = inner[8::16, 8::16] = True
    where = inner & (clip.frames[..., 3] > 0)
    assert np.abs(seen - clip.frames)[where].max() <= 4


def test_mp4_shows_the_clip_on_black() -> None:
    clip = blocks()
    with av.open(io.BytesIO(film(clip, "mp4"))) as opened:
        assert opened.streams.video[0].codec_context.name == "h264"
        seen = [frame.to_ndarray(format="rgb24").astype(int) for frame in opened.decode(video=0)]
    wanted = clip.frames[..., :3] * (clip.frames[..., 3:] / 255)
    inner = np.zeros(clip.frames.shape[1:3], bool)
    inner[7::16, 7::16] = inner[8::16, 8::16] = True
    assert np.abs(np.stack(seen) - wanted)[:, inner].max() <= 12


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("name", CLIPS)
def test_frames_come_at_their_millisecond(name: str, format: str) -> None:
    _, seconds = timeline(CLIPS[name])
    ends = [round(end * 1000) for end in accumulate(seconds)]
    with av.open(io.BytesIO(film(CLIPS[name], format))) as opened:
        stream = opened.streams.video[0]
        packets = [packet for packet in opened.demux(stream) if packet.size]
        starts = [round(1000 * float(packet.pts * packet.time_base)) for packet in packets]
        assert starts == [0, *ends[:-1]]
        assert opened.duration == pytest.approx(ends[-1] * 1000, abs=1000)


@pytest.mark.parametrize("format", FILES)
def test_the_comment_is_the_metadata(format: str) -> None:
    with av.open(io.BytesIO(film(busy_clip(), format))) as opened:
        tags = {key.lower(): value for key, value in opened.metadata.items()}
    assert json.loads(tags["comment"]) == METADATA


def test_odd_sides_grow_by_one_clear_pixel_in_webm_alone() -> None:
    clip = replace(plain_clip(2, 15, 11), metadata={})
    (frame, _) = decoded(film(clip, "webm"), "libvpx-vp9")
    assert (frame.width, frame.height) == (16, 12)
    assert alpha(frame)[11].max() == alpha(frame)[:, 15].max() == 0
    np.testing.assert_array_equal(alpha(frame)[:11, :15], clip.frames[0, ..., 3])
    (lossless, _) = decoded(film(clip, "mov_png"), "png")
    assert (lossless.width, lossless.height) == (15, 11)
