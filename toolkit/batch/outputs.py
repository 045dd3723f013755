"""An asset's clip -> its files: every format exported, through the cache, and written."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from exporters import export
from exporters.write import write_files
from toolkit.batch.assets import Asset, Export
from toolkit.batch.cache import Cache
from toolkit.batch.keys import content_hash, export_key
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.pipelines.sprites import plan
from toolkit.saved_clip import NAME, with_layout

SAMPLE_SIDE = 16
STEM = "playreel-stand-in"


def files_of(asset: Asset, clip: Clip, clip_key: str, cache: Cache) -> dict[str, bytes]:
    """The files of all formats by name; a format that is cached is not exported again.

    Raises:
        BadRequest: two formats want one file with different content.
    """
    stem = PurePosixPath(asset.path).name
    named = with_layout(replace(clip, metadata={**clip.metadata, NAME: stem}))
    files: dict[str, bytes] = {}
    for wanted in asset.exports:
        key = export_key(clip_key, stem, wanted)
        found = cache.files(key)
        if found is None:
            found = export(named, wanted.format, name=stem, options=wanted.options)
            cache.put_files(key, found)
        files = merged(files, found, wanted)
    return files


def merged(files: dict[str, bytes], more: dict[str, bytes], wanted: Export) -> dict[str, bytes]:
    """Both together; a file that both have must be the same.

    Raises:
        BadRequest: it is not.
    """
    for name, content in more.items():
        if files.get(name, content) != content:
            raise BadRequest(
                f"{wanted.format} and another format both write {name}, with different options; "
                "give them the same ones, or make one its own asset."
            )
    return {**files, **more}


def write_asset(asset: Asset, files: dict[str, bytes], out: Path) -> dict[str, str]:
    """Write the files and give path below the output folder to sha256.

    Raises:
        OutputError: the system refuses.
    """
    folder = PurePosixPath(asset.path).parent
    write_files(files, out / folder)
    return {(folder / name).as_posix(): content_hash(body) for name, body in files.items()}


def planned_files(asset: Asset) -> tuple[str, ...]:
    """Paths of the files that an asset will have, found by exporting a tiny stand-in.

    A sheet that overflows gets further pages, which only its own pixels can tell.

    Raises:
        BadRequest: two formats want one file with different content.
    """
    tags = tuple(take.name for take in plan(asset.request))
    path = PurePosixPath(asset.path)
    names = _stand_in_files(asset.exports, tags, asset.request.num_frames)
    return tuple((path.parent / name.replace(STEM, path.name)).as_posix() for name in names)


@functools.lru_cache(maxsize=4096)
def _stand_in_files(
    exports: tuple[Export, ...], tags: tuple[str, ...], num_frames: int
) -> tuple[str, ...]:
    """Names of the files of a clip that is called ``STEM``."""
    files: dict[str, bytes] = {}
    clip = _stand_in(tags, num_frames)
    for wanted in exports:
        made = export(clip, wanted.format, name=STEM, options=wanted.options)
        files = merged(files, made, wanted)
    return tuple(files)


def _stand_in(tags: tuple[str, ...], num_frames: int) -> Clip:
    """Small different frames with a clear border, so that every option shows."""
    total = num_frames * len(tags)
    frames = np.zeros((total, SAMPLE_SIDE, SAMPLE_SIDE, 4), np.uint8)
    frames[:, 4:-4, 4:-4, 3] = 255
    frames[:, 4, 4, 0] = np.arange(total) % 256
    frames[:, 4, 5, 0] = np.arange(total) // 256
    spans = tuple(
        FrameTag(name=name, start=index * num_frames, stop=(index + 1) * num_frames)
        for index, name in enumerate(tags)
    )
    return Clip(frames=frames, fps=12, tags=spans)
