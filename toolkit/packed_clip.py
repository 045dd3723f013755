"""A clip as one PNG sheet that holds all of it, and back: what the server stores and sends."""

from __future__ import annotations

import io
import json
import math
import warnings
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from exporters.png import text_chunks
from exporters.provenance import read_metadata
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest, ResourceLimit
from toolkit.wire.codec import from_json, to_json
from toolkit.wire.fields import ResultInfo, Tag

SHEET = "sheet"
"""Metadata key of the layout, beside the clip's own."""
MAX_SHEET_SIDE = 16384
"""Larger pictures do not load in Godot."""
MAX_SHEET_PIXELS = 2**26
"""256 MiB of RGBA."""
COMPRESSION = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedClip:
    """A clip ready to store."""

    png: bytes
    info: ResultInfo
    """Everything but ``result``, which is the bytes' own hash and is known to the store."""


def columns_for(num_frames: int, width: int, height: int) -> int:
    """Columns of a sheet that is about square.

    Raises:
        ResourceLimit: no sheet of at most 16384 pixels a side and 2**26 pixels holds the frames.
    """
    columns = max(1, round(math.sqrt(num_frames * height / width)))
    rows = -(-num_frames // columns)
    largest = max(columns * width, rows * height)
    if largest > MAX_SHEET_SIDE or columns * rows * width * height > MAX_SHEET_PIXELS:
        raise ResourceLimit(
            f"{num_frames} frames of {width}x{height} are more than one sheet holds "
            f"({MAX_SHEET_PIXELS} pixels); ask for fewer actions, directions or frames."
        )
    return columns


def tile(frames: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Frames ``[T, H, W, 4]`` side by side, row by row, on a clear sheet."""
    count, height, width, _ = frames.shape
    rows = -(-count // columns)
    padded = np.zeros((rows * columns, height, width, 4), np.uint8)
    padded[:count] = frames
    grid = padded.reshape(rows, columns, height, width, 4).swapaxes(1, 2)
    return grid.reshape(rows * height, columns * width, 4)


def pack_clip(clip: Clip) -> PackedClip:
    """The clip as one PNG; equal clips give equal bytes.

    Raises:
        ResourceLimit: the clip is larger than a sheet may be.
    """
    columns = columns_for(clip.num_frames, clip.width, clip.height)
    info = ResultInfo(
        result="", media="image/png", size=0, width=clip.width, height=clip.height,
        num_frames=clip.num_frames, columns=columns, fps=float(clip.fps),
        durations=tuple(float(seconds) for seconds in clip.durations),
        tags=tuple(_tag(tag) for tag in clip.tags),
        pivot=(float(clip.pivot[0]), float(clip.pivot[1])),
    )  # fmt: skip
    layout = json.dumps(to_json(info), sort_keys=True, separators=(",", ":"))
    chunks = text_chunks({**clip.metadata, SHEET: layout})
    buffer = io.BytesIO()
    image = Image.fromarray(tile(clip.frames, columns))
    image.save(buffer, "PNG", pnginfo=chunks, compress_level=COMPRESSION)
    return PackedClip(png=buffer.getvalue(), info=info)


def _tag(tag: FrameTag) -> Tag:
    return Tag(**{entry.name: getattr(tag, entry.name) for entry in fields(FrameTag)})


def unpack_clip(png: bytes) -> Clip:
    """The clip that ``pack_clip`` packed, exactly.

    Raises:
        BadRequest: the bytes are no such sheet.
    """
    metadata = read_metadata(png)
    if SHEET not in metadata:
        raise BadRequest("the picture holds no sheet layout; give a result of the server.")
    info = _layout(metadata.pop(SHEET))
    sheet = _pixels(png)
    rows = -(-info.num_frames // max(1, info.columns))
    if sheet.shape != (rows * info.height, info.columns * info.width, 4):
        raise BadRequest(f"the sheet is {list(sheet.shape)}; its layout says otherwise.")
    grid = sheet.reshape(rows, info.height, info.columns, info.width, 4).swapaxes(1, 2)
    frames = grid.reshape(-1, info.height, info.width, 4)[: info.num_frames]
    return Clip(
        frames=np.ascontiguousarray(frames),
        fps=info.fps,
        durations=info.durations,
        tags=tuple(FrameTag(**to_json(tag)) for tag in info.tags),
        pivot=(info.pivot[0], info.pivot[1]),
        metadata=metadata,
    )


def _layout(text: str) -> ResultInfo:
    try:
        body: Any = json.loads(text)
    except ValueError as error:
        raise BadRequest(f"the layout of the sheet is damaged: {error}.") from error
    if isinstance(body, dict):
        body = {
            **cast(dict[str, Any], body),
            "result": "0" * 64,
        }  # not known when the sheet was packed
    info: ResultInfo = from_json(ResultInfo, body)
    if len(info.pivot) != 2:
        raise BadRequest(f"the pivot of the sheet is {info.pivot}; must be two numbers.")
    return info


def _pixels(png: bytes) -> NDArray[np.uint8]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
                if image.width * image.height > MAX_SHEET_PIXELS:
                    raise BadRequest(
                        f"the sheet is {image.width}x{image.height} pixels; "
                        f"at most {MAX_SHEET_PIXELS} in all."
                    )
                return np.asarray(image.convert("RGBA"))
    except (
        UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError,
    ) as error:  # fmt: skip
        raise BadRequest(f"the sheet cannot be read: {error}.") from error
