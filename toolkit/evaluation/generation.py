"""Clips of a bundle by the way users go, kept in a folder so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.clip import Clip
from toolkit.generate import generate
from toolkit.messages import Request, SpriteRequest, encode_request
from toolkit.runtime.models import load_models

ClipMaker = Callable[[Request], Clip]
REPORT_EVERY = 16


def bundle_maker(bundle: Path, *, threads: int | None = None) -> ClipMaker:
    """Clips by the bundle's own runtime, the finish included, as ``playreel generate`` makes them.

    Raises:
        ModelNotFound, ModelMismatch: the bundle is incomplete or damaged.
    """
    models = load_models(bundle, threads=threads)
    return lambda request: generate(request, models)


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
    clips: list[NDArray[np.uint8]] = []
    for done, request in enumerate(requests, start=1):
        path = cache / f"{_key(request, model)}.png"
        if not path.is_file():
            _write(path, make(request).frames)
            if done % REPORT_EVERY == 0 or done == len(requests):
                report(f"{done} of {len(requests)} clips")
        clips.append(_read(path, request.num_frames))
    return np.stack(clips)


def png_of(frame: NDArray[np.uint8]) -> bytes:
    """A frame uint8 ``[H, W, 4]`` as PNG, for ``SpriteRequest.image``."""
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG")
    return file.getvalue()


def _key(request: SpriteRequest, model: str) -> str:
    return hashlib.sha256(f"{model} {encode_request(request)}".encode()).hexdigest()[:24]


def _write(path: Path, frames: NDArray[np.uint8]) -> None:
    """Frames stacked into one PNG; written beside and renamed, so a kill leaves no half file."""
    scratch = path.with_suffix(".tmp")
    scratch.write_bytes(png_of(frames.reshape(-1, frames.shape[2], 4)))
    os.replace(scratch, path)


def _read(path: Path, num_frames: int) -> NDArray[np.uint8]:
    column = np.asarray(Image.open(path).convert("RGBA"))
    return column.reshape(num_frames, -1, column.shape[1], 4)
