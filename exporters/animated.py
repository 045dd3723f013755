"""Animated pictures that play anywhere: GIF, APNG and lossless WebP."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from html import escape
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from exporters.film_limits import APNG, GIF, WEBP, FilmLimits
from exporters.options import SheetOptions
from exporters.png import encode_png, text_chunks
from exporters.provenance import XMP_ATTRIBUTE, metadata_text
from exporters.spritesheet import play_order, visible
from toolkit.clip import Clip

Pixels = NDArray[np.uint8]
_CLEAR = 255
"""Palette index of the transparent pixels of a GIF."""


def export_gif(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.gif``: one palette of 255 colours for all frames, pixels opaque or clear.

    Exact when the opaque pixels (alpha 128 and more) have at most 255 colours. Delays are
    hundredths of a second, rounded so that the whole lasts as long as the clip, and at least two
    of them, because browsers slow down anything faster.

    Raises:
        BadRequest: a frame stays longer than 655.35 seconds, or a side has over 65,535 pixels.
    """
    hundredths = _delays(clip, GIF)
    indices, palette = _indexed(timeline(clip)[0])
    blocks = [_gif_frame(frame, delay) for frame, delay in zip(indices, hundredths, strict=True)]
    return {f"{name}.gif": b"".join([_gif_header(clip, palette), *blocks, b";"])}


def export_apng(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.apng``: every frame exactly, with full alpha; times in milliseconds.

    Raises:
        BadRequest: a frame stays longer than 65.535 seconds.
    """
    milliseconds = _delays(clip, APNG)
    frames, _ = timeline(clip)
    if len(frames) == 1:
        return {f"{name}.apng": encode_png(frames[0], clip.metadata)}
    settings = {"disposal": 1, "blend": 0, "optimize": False, "compress_level": 9}
    return {
        f"{name}.apng": _animation(
            frames,
            "PNG",
            duration=milliseconds,
            loop=0 if _loops(clip) else 1,
            pnginfo=text_chunks(clip.metadata),
            **settings,
        )
    }


def export_webp(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.webp``: every visible pixel exactly, with full alpha; times in milliseconds.

    Raises:
        BadRequest: a frame stays longer than 16,777 seconds, or a side has over 16,383 pixels.
    """
    milliseconds = _delays(clip, WEBP)
    frames, _ = timeline(clip)
    settings = {"lossless": True, "exact": True, "quality": 80, "method": 4, "allow_mixed": False}
    content = _animation(
        frames,
        "WEBP",
        duration=milliseconds,
        loop=0 if _loops(clip) else 1,
        xmp=_xmp(metadata_text(clip.metadata)) if clip.metadata else b"",
        **settings,
    )
    return {f"{name}.webp": _with_alpha_flag(content)}


def timeline(clip: Clip) -> tuple[Pixels, tuple[float, ...]]:
    """Frames uint8 ``[N, H, W, 4]`` and seconds as they play from start to end.

    Each tag plays one round in its direction where it starts; a tag that begins inside another
    is passed over, and frames without a tag play once.
    """
    order = _order(clip)
    return visible(clip.frames[order]), tuple(clip.frame_seconds[index] for index in order)


def milliseconds(seconds: Sequence[float]) -> tuple[int, ...]:
    """When each frame ends, in whole milliseconds from the start, each at least one later."""
    ends: list[int] = []
    for end in accumulate(seconds):
        ends.append(max(ends[-1] + 1 if ends else 1, round(end * 1000)))
    return tuple(ends)


def _loops(clip: Clip) -> bool:
    return any(tag.loop for tag in clip.tags_or_whole)


def _order(clip: Clip) -> list[int]:
    """The frames of the timeline."""
    order: list[int] = []
    index = 0
    while index < clip.num_frames:
        tag = next((tag for tag in clip.tags if tag.start == index), None)
        order += play_order(tag) if tag else (index,)
        index = tag.stop if tag else index + 1
    return order


def _delays(clip: Clip, limits: FilmLimits) -> list[int]:
    """How long each frame of the timeline stays, in the file's units; checks what it can hold."""
    limits.check_size(clip)
    order = _order(clip)
    return limits.delays([clip.frame_seconds[index] for index in order], order)


def _animation(frames: Pixels, file_format: str, **settings: Any) -> bytes:
    images = [Image.fromarray(frame) for frame in frames]
    buffer = io.BytesIO()
    images[0].save(buffer, file_format, save_all=True, append_images=images[1:], **settings)
    return buffer.getvalue()


def _with_alpha_flag(content: bytes) -> bytes:
    """The WebP marked as having alpha, where its header has room for marks.

    libwebp cuts frames to what is opaque and then leaves the mark out, so that viewers fill the
    clear border with black.
    """
    if content[12:16] != b"VP8X":
        return content
    flags = content[20] | 0x10
    return content[:20] + bytes([flags]) + content[21:]


def _xmp(text: str) -> bytes:
    attribute = f'xmlns:playreel="urn:playreel" {XMP_ATTRIBUTE}="{escape(text)}"'
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {attribute}/></rdf:RDF></x:xmpmeta>'
    ).encode()


def _indexed(frames: Pixels) -> tuple[Pixels, bytes]:
    """Palette indices uint8 ``[N, H, W]`` and the palette of 256 RGB triples."""
    opaque = frames[..., 3] >= 128
    packed = frames[..., :3].astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colors, inverse = np.unique(packed[opaque], return_inverse=True)
    triples = (colors[:, None] >> np.array([16, 8, 0], np.uint32) & 255).astype(np.uint8)
    indices = np.full(opaque.shape, _CLEAR, np.uint8)
    if len(colors) <= _CLEAR:
        indices[opaque] = inverse.reshape(-1)
        return indices, triples.tobytes().ljust(768, b"\0")
    image = Image.fromarray(frames[..., :3][opaque][None])
    reduced = image.quantize(_CLEAR, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    indices[opaque] = np.asarray(reduced)[0]
    return indices, bytes(reduced.getpalette() or ()).ljust(768, b"\0")


def _gif_header(clip: Clip, palette: bytes) -> bytes:
    """The canvas, the global palette, endless repeat if the clip loops, and the metadata."""
    parts = [b"GIF89a", struct.pack("<HHBBB", clip.width, clip.height, 0xF7, _CLEAR, 0), palette]
    if _loops(clip):
        parts.append(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    if clip.metadata:
        text = metadata_text(clip.metadata).encode()
        pieces = [text[start : start + 255] for start in range(0, len(text), 255)]
        parts += [b"!\xfe", *(bytes([len(piece)]) + piece for piece in pieces), b"\0"]
    return b"".join(parts)


def _gif_frame(indices: Pixels, hundredths: int) -> bytes:
    """One frame, cut to what is opaque; disposal 2 clears that much before the next.

    Written here because Pillow's own animation writer gives each frame a palette and merges
    equal neighbours.
    """
    rows = np.flatnonzero((indices != _CLEAR).any(1))
    columns = np.flatnonzero((indices != _CLEAR).any(0))
    top, bottom = (rows[0], rows[-1] + 1) if rows.size else (0, 1)
    left, right = (columns[0], columns[-1] + 1) if columns.size else (0, 1)
    image = Image.fromarray(np.ascontiguousarray(indices[top:bottom, left:right]))
    control = b"!\xf9\x04" + struct.pack("<BHBB", 2 << 2 | 1, hundredths, _CLEAR, 0)
    blocks = GifImagePlugin.getdata(image, offset=(int(left), int(top)))
    return control + b"".join(blocks)
