"""Turns pictures of any size into 64x64 frames, and frames into a strip."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from toolkit.errors import BadRequest

Pixels = NDArray[np.uint8]
"""uint8 ``[H, W, 4]``, straight alpha."""

FRAME_SIDE = 64
FAINTEST_ALPHA = 1e-3
"""Below this the colour under premultiplied alpha is noise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One drawing and the pixel of it that stays in place from frame to frame."""

    pixels: Pixels
    x: int
    y: int


def read_picture(data: bytes) -> Pixels:
    """uint8 ``[H, W, 4]`` from an encoded picture of any format that Pillow reads.

    Raises:
        BadRequest: the bytes are no such picture.
    """
    try:
        return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))
    except UnidentifiedImageError as error:
        raise BadRequest(
            f"a picture of {len(data)} bytes starts with {data[:8]!r}; it must be a PNG, WebP or "
            "BMP: delete the downloaded package and fetch it again."
        ) from error


def standing(pixels: Pixels) -> Picture:
    """A picture held at the middle of its bottom edge."""
    return Picture(pixels=pixels, x=pixels.shape[1] // 2, y=pixels.shape[0])


def centred(pixels: Pixels) -> Picture:
    """A picture held at its middle."""
    return Picture(pixels=pixels, x=pixels.shape[1] // 2, y=pixels.shape[0] // 2)


def mirrored(pixels: Pixels) -> Pixels:
    """The picture with left and right exchanged."""
    return np.ascontiguousarray(pixels[:, ::-1])


def align(pictures: Sequence[Picture]) -> list[Pixels]:
    """Frames of one size with the anchors on top of each other, cut to what any frame shows."""
    left = min(-picture.x for picture in pictures)
    top = min(-picture.y for picture in pictures)
    right = max(picture.pixels.shape[1] - picture.x for picture in pictures)
    bottom = max(picture.pixels.shape[0] - picture.y for picture in pictures)
    frames: list[Pixels] = []
    for picture in pictures:
        frame = np.zeros((bottom - top, right - left, 4), np.uint8)
        height, width = picture.pixels.shape[:2]
        y, x = -picture.y - top, -picture.x - left
        frame[y : y + height, x : x + width] = picture.pixels
        frames.append(frame)
    return crop_together(frames)


def crop_together(frames: Sequence[Pixels], threshold: int = 0) -> list[Pixels]:
    """The frames cut to the box where any of them has alpha above the threshold.

    Frames that show nothing at all come back whole.
    """
    shown = np.any([frame[..., 3] > threshold for frame in frames], axis=0)
    if not shown.any():
        return list(frames)
    rows = np.flatnonzero(shown.any(axis=1))
    columns = np.flatnonzero(shown.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return [frame[box] for frame in frames]


def fit_scale(frames: Sequence[Pixels], margin: int = 1) -> float:
    """The factor that makes the frames fill a 64x64 frame inside the margin."""
    height, width = frames[0].shape[:2]
    inner = FRAME_SIDE - 2 * margin
    return min(inner / width, inner / height)


def fit(
    frames: Sequence[Pixels],
    *,
    margin: int = 1,
    scale: float | None = None,
    anchor: Literal["bottom", "middle"] = "bottom",
    enlarge: bool = True,
) -> Pixels:
    """uint8 ``[T, 64, 64, 4]``: the frames, all of one size, at one scale on clear frames.

    Small pictures grow by a whole number, pixel by pixel, and large ones shrink by area with
    premultiplied alpha. They stand ``margin`` pixels above the bottom edge or in the middle.
    """
    factor = fit_scale(frames, margin) if scale is None else scale
    if factor >= 1:
        factor = int(factor) if enlarge else 1
    height = max(1, round(frames[0].shape[0] * factor))
    width = max(1, round(frames[0].shape[1] * factor))
    free = FRAME_SIDE - margin - height if anchor == "bottom" else (FRAME_SIDE - height) // 2
    y, x = max(0, free), max(0, (FRAME_SIDE - width) // 2)
    fitted = np.zeros((len(frames), FRAME_SIDE, FRAME_SIDE, 4), np.uint8)
    for target, frame in zip(fitted, frames, strict=True):
        resized = _grow(frame, int(factor)) if factor >= 1 else shrink(frame, width, height)
        resized = resized[: FRAME_SIDE - y, : FRAME_SIDE - x]
        target[y : y + resized.shape[0], x : x + resized.shape[1]] = resized
    return fitted


def _grow(pixels: Pixels, factor: int) -> Pixels:
    """Every pixel as a square of ``factor`` by ``factor``."""
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture at another size, by area, weighing each colour with its alpha."""
    unit = pixels.astype(np.float32) / 255
    unit[..., :3] *= unit[..., 3:]
    planes = [Image.fromarray(plane) for plane in np.ascontiguousarray(unit.transpose(2, 0, 1))]
    small = [np.asarray(plane.resize((width, height), Image.Resampling.BOX)) for plane in planes]
    resized = np.stack(small, axis=-1)
    alpha = np.clip(resized[..., 3:], 0, 1)
    colour = np.where(
        alpha > FAINTEST_ALPHA, resized[..., :3] / np.maximum(alpha, FAINTEST_ALPHA), 0
    )
    straight = np.clip(np.concatenate([colour, alpha], axis=-1), 0, 1)
    return clear_hidden((straight * 255 + 0.5).astype(np.uint8))


def clear_hidden(pixels: Pixels) -> Pixels:
    """The picture with black under every clear pixel, so equal looks are equal bytes."""
    return np.where(pixels[..., 3:] > 0, pixels, np.uint8(0))


def encode_strip(frames: Pixels) -> bytes:
    """Lossless WebP of ``[T, 64, 64, 4]`` frames side by side.

    All that shows is kept bit by bit; colour under clear pixels turns black.
    """
    strip = clear_hidden(np.concatenate(list(frames), axis=1))
    encoded = io.BytesIO()
    Image.fromarray(strip).save(encoded, "WEBP", lossless=True, quality=75, method=4, exact=True)
    return encoded.getvalue()
