"""Clips of a bundle by the way users go, kept in a folder so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.clip import Clip
from toolkit.messages import SpriteRequest, encode_request

BATCH = 8
"""Requests handed over at once."""


class ClipMaker(Protocol):
    """What turns requests into clips; all requests of one call have one size, length and loop."""

    def __call__(self, requests: Sequence[SpriteRequest], /) -> list[Clip]:
        """One clip a request, in order."""
        ...


def generate_cached(
    make: ClipMaker,
    requests: Sequence[SpriteRequest],
    *,
    model: str,
    cache: Path,
    report: Callable[[str], None],
) -> NDArray[np.uint8]:
    """Frames uint8 ``[N, F, H, W, 4]`` of the requests; what ``cache`` holds is not made again.

    ``model`` is the hash of the network: clips of another network are never taken for these.
    """
    cache.mkdir(parents=True, exist_ok=True)
    paths = [cache / f"{_key(request, model)}.png" for request in requests]
    missing = [at for at, path in enumerate(paths) if not path.is_file()]
    for group in _groups(requests, missing):
        for at, clip in zip(group, make([requests[at] for at in group]), strict=True):
            _write(paths[at], clip.frames)
        missing = missing[len(group) :]
        report(f"{len(requests) - len(missing)} of {len(requests)} clips")
    return np.stack(
        [_read(path, request.num_frames) for path, request in zip(paths, requests, strict=True)]
    )


def png_of(frame: NDArray[np.uint8]) -> bytes:
    """A frame uint8 ``[H, W, 4]`` as PNG, for ``SpriteRequest.image``."""
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG")
    return file.getvalue()


def _key(request: SpriteRequest, model: str) -> str:
    return hashlib.sha256(f"{model} {encode_request(request)}".encode()).hexdigest()[:24]


def _groups(requests: Sequence[SpriteRequest], wanted: list[int]) -> list[list[int]]:
    """Indices in runs of at most ``BATCH`` that may go through the network together."""
    kinds: dict[tuple[object, ...], list[int]] = {}
    for at in wanted:
        one = requests[at]
        kind = (one.loop, one.num_frames, one.width, one.height, bool(one.image))
        kinds.setdefault(kind, []).append(at)
    return [
        group[start : start + BATCH]
        for group in kinds.values()
        for start in range(0, len(group), BATCH)
    ]


def _write(path: Path, frames: NDArray[np.uint8]) -> None:
    """Frames stacked into one PNG; written beside and renamed, so a kill leaves no half file."""
    scratch = path.with_suffix(".tmp")
    scratch.write_bytes(png_of(frames.reshape(-1, frames.shape[2], 4)))
    os.replace(scratch, path)


def _read(path: Path, num_frames: int) -> NDArray[np.uint8]:
    column = np.asarray(Image.open(path).convert("RGBA"))
    return column.reshape(num_frames, -1, column.shape[1], 4)
