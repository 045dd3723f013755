"""Numbered frames with their JSON, as ``playreel export --format png_sequence`` has them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest
from toolkit.wire.codec import from_json
from toolkit.wire.fields import Tag

from .png import encode_png
from .sheet import Sheet

SUFFIX = ".frames.json"
MOST_FRAMES = 4096
PLAIN_NAME = re.compile(r"[^/\\:\0]+\.png")
"""A file beside the JSON: no name leads out of its folder."""


def read_sequence(path: Path, read_picture: Callable[[Path], NDArray[np.uint8]]) -> Sheet:
    """The clip whose JSON this is; ``read_picture`` gives the pixels of one PNG.

    Raises:
        BadRequest: the JSON is another program's or damaged, or a frame is missing or odd.
    """
    try:
        body: Any = json.loads(path.read_text("utf-8"))
        names = [str(frame["file"]) for frame in body["frames"]]
        seconds = tuple(float(frame["seconds"]) for frame in body["frames"])
        pivot = (float(body["pivot"]["x"]), float(body["pivot"]["y"]))
        fps = float(body["fps"])
        metadata = cast(Mapping[str, str], body["meta"]["playreel"])
        tags = tuple(from_json(Tag, tag) for tag in body["tags"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest(f"{path.name} is no {SUFFIX} of Playreel: {error!r:.80}.") from error
    if not 0 < len(names) <= MOST_FRAMES or not all(map(PLAIN_NAME.fullmatch, names)):
        raise BadRequest(f"{path.name} names {len(names)} frames; PNGs beside it are wanted.")
    if fps <= 0 or any(tag.stop > len(names) for tag in tags):
        raise BadRequest(f"{path.name} contradicts itself; export it again.")
    frames = [read_picture(path.with_name(name)) for name in names]
    if len({frame.shape for frame in frames}) != 1:
        raise BadRequest(f"the frames of {path.name} differ in size; export it again.")
    return Sheet(
        frames=np.stack(frames), fps=fps, durations=seconds, tags=tags, pivot=pivot,
        metadata={str(key): str(value) for key, value in metadata.items()},
    )  # fmt: skip


def sequence_files(sheet: Sheet, name: str) -> dict[str, bytes]:
    """The clip as numbered PNGs and their JSON, by file name."""
    images = {
        f"{name}_{number:04d}.png": encode_png(frame) for number, frame in enumerate(sheet.frames)
    }
    body = {
        "fps": sheet.fps,
        "pivot": {"x": sheet.pivot[0], "y": sheet.pivot[1]},
        "frames": [
            {"file": file, "seconds": seconds}
            for file, seconds in zip(images, sheet.frame_seconds, strict=True)
        ],
        "tags": [asdict(tag) for tag in sheet.tags],
        "meta": {"app": "playreel", "playreel": dict(sheet.metadata)},
    }
    return {f"{name}{SUFFIX}": json.dumps(body).encode(), **images}
