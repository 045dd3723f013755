"""Films: WebM (VP9), ProRes 4444 and lossless PNG in MOV with alpha, MP4 (H.264) without."""

from __future__ import annotations

import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exporters.animated import milliseconds, timeline
from exporters.film_limits import MOV, MP4, WEBM
from exporters.options import SheetOptions
from exporters.provenance import metadata_text
from toolkit.clip import Clip
from toolkit.errors import PlayreelError

_TICK = Fraction(1, 1000)
"""Seconds; WebM counts in milliseconds, and so do the others here."""


def export_webm(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.webm``: VP9 without further loss; alpha exact to 1, colour of thin lines bleeds.

    VP9 with alpha halves the resolution of colour, so that frames take one more pixel where a
    side is odd.

    Raises:
        BadRequest: a side has more pixels than the film can count.
        PlayreelError: PyAV, of the extra ``video``, is not installed.
    """
    WEBM.check_size(clip)
    settings = {"lossless": "1", "auto-alt-ref": "0", "lag-in-frames": "0"}
    content = _film(_even(clip), "webm", "libvpx-vp9", "yuva420p", settings)
    return {f"{name}.webm": content}


def export_mp4(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.mp4``: H.264 as every player takes it, so without alpha: on black, lossy.

    Colour has half the resolution, so that frames take one more pixel where a side is odd.

    Raises:
        BadRequest: a side has more pixels than the film can count.
        PlayreelError: PyAV, of the extra ``video``, is not installed.
    """
    MP4.check_size(clip)
    settings = {"crf": "12", "bf": "0"}
    content = _film(_on_black(_even(clip)), "mp4", "libx264", "yuv420p", settings)
    return {f"{name}.mp4": content}


def export_mov(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.mov``: ProRes 4444 with 16 bits of alpha, for video editors.

    Raises:
        BadRequest: a side has more pixels than the film can count.
        PlayreelError: PyAV, of the extra ``video``, is not installed.
    """
    MOV.check_size(clip)
    settings = {"profile": "4", "alpha_bits": "16", "vendor": "apl0"}
    return {f"{name}.mov": _film(clip, "mov", "prores_ks", "yuva444p10le", settings)}


def export_mov_png(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME_lossless.mov``: every visible pixel exactly, a PNG a frame.

    Raises:
        BadRequest: a side has more pixels than the film can count.
        PlayreelError: PyAV, of the extra ``video``, is not installed.
    """
    MOV.check_size(clip)
    return {f"{name}_lossless.mov": _film(clip, "mov", "png", "rgba", {})}


def _even(clip: Clip) -> Clip:
    """The clip with a clear row or column more where a side is odd."""
    pad = ((0, 0), (0, clip.height % 2), (0, clip.width % 2), (0, 0))
    return clip.with_frames(np.pad(clip.frames, pad))


def _on_black(clip: Clip) -> Clip:
    """The clip, opaque, as it looks on black."""
    frames, alpha = clip.frames.copy(), clip.frames[..., 3:].astype(np.uint16)
    frames[..., :3] = (frames[..., :3] * alpha + 127) // 255
    frames[..., 3] = 255
    return clip.with_frames(frames)


def _film(
    clip: Clip, container: str, codec: str, pixels: str, settings: Mapping[str, str]
) -> bytes:
    """The clip's timeline, encoded on one thread and without dates, so that bytes repeat."""
    av = _av()
    frames, seconds = timeline(clip)
    ends = milliseconds(seconds)
    starts = [0, *ends[:-1]]
    buffer = io.BytesIO()
    options = {"fflags": "+bitexact"}
    with av.open(buffer, "w", format=container, container_options=options) as film:
        film.metadata["comment"] = metadata_text(clip.metadata)
        stream = film.add_stream(codec, rate=Fraction(clip.fps).limit_denominator(1000))
        stream.width, stream.height = frames.shape[2], frames.shape[1]
        stream.pix_fmt = pixels
        stream.options = dict(settings)
        stream.time_base = stream.codec_context.time_base = _TICK
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        for start, end, frame in zip(starts, ends, frames, strict=True):
            for packet in stream.encode(_picture(av, frame, start, end)):
                film.mux(packet)
        for packet in stream.encode():
            film.mux(packet)
    return buffer.getvalue()


def _picture(av: Any, frame: NDArray[np.uint8], start: int, end: int) -> Any:
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgba")
    picture.pts, picture.time_base, picture.duration = start, _TICK, end - start
    return picture


def _av() -> Any:
    """PyAV, which not everybody has."""
    try:
        import av
    except ModuleNotFoundError as error:
        raise PlayreelError("films need PyAV; pip install 'playreel[video]'.") from error
    return av
