"""An asset's clip -> its files: every format exported, through the cache, and written."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from exporters import export, normals_for
from exporters.write import write_files
from toolkit.batch.assets import Asset, Export
from toolkit.batch.cache import Cache
from toolkit.batch.keys import content_hash, export_key
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.messages import Request, TurntableRequest
from toolkit.pipelines.sprites import plan
from toolkit.pipelines.turntable import split_passes, tags_of
from toolkit.saved_clip import NAME, with_layout

SAMPLE_SIDE = 16
STEM = "playreel-stand-in"
PASS = "pass"
"""Metadata key of a turntable's file: which of its passes it shows."""


def files_of(asset: Asset, clip: Clip, clip_key: str, cache: Cache) -> dict[str, bytes]:
    """The files of all formats by name; a format that is cached is not exported again.

    Raises:
        BadRequest: two formats want one file with different content.
    """
    first = PurePosixPath(asset.path).name
    files: dict[str, bytes] = {}
    passes = split_passes(clip)
    for number, (part, seen) in enumerate(passes.items()):
        stem = f"{first}_{part}" if number else first
        about = {
            NAME: first,
            **({PASS: part} if isinstance(asset.request, TurntableRequest) else {}),
        }
        named = with_layout(replace(seen, metadata={**seen.metadata, **about}))
        for wanted in alike(asset.exports, len(passes)):
            key = export_key(clip_key, stem, wanted)
            found = cache.files(key)
            if found is None:
                found = export(
                    named, wanted.format, name=stem, options=wanted.options,
                    normals=normals_for(part, wanted.format, passes),
                )  # fmt: skip
                cache.put_files(key, found)
            files = merged(files, found, wanted)
    return files


def alike(exports: tuple[Export, ...], passes: int) -> tuple[Export, ...]:
    """The exports; of several passes those that lay their sheets out alike.

    An engine can then use one as the normal map of another.
    """
    if passes == 1:
        return exports
    return tuple(
        replace(each, options=replace(each.options, merge_equal=False)) for each in exports
    )


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
    path = PurePosixPath(asset.path)
    request = asset.request
    parts = request.passes if isinstance(request, TurntableRequest) else ("rgba",)
    names = _stand_in_files(alike(asset.exports, len(parts)), spans_of(request), parts)
    return tuple((path.parent / name.replace(STEM, path.name)).as_posix() for name in names)


@functools.lru_cache(maxsize=4096)
def _stand_in_files(
    exports: tuple[Export, ...], spans: tuple[FrameTag, ...], parts: tuple[str, ...]
) -> tuple[str, ...]:
    """Names of the files of a clip of such passes that is called ``STEM``."""
    files: dict[str, bytes] = {}
    clip = _stand_in(spans)
    passes = dict.fromkeys(parts, clip)
    for number, part in enumerate(parts):
        stem = f"{STEM}_{part}" if number else STEM
        for wanted in exports:
            made = export(
                clip, wanted.format, name=stem, options=wanted.options,
                normals=normals_for(part, wanted.format, passes),
            )  # fmt: skip
            files = merged(files, made, wanted)
    return tuple(files)


def spans_of(request: Request) -> tuple[FrameTag, ...]:
    """The tags that the clip of a request will have."""
    if isinstance(request, TurntableRequest):
        return tags_of(request)
    count = request.num_frames
    return tuple(
        FrameTag(name=take.name, start=index * count, stop=(index + 1) * count)
        for index, take in enumerate(plan(request))
    )


def _stand_in(spans: tuple[FrameTag, ...]) -> Clip:
    """Small different frames with a clear border, so that every option shows."""
    total = spans[-1].stop
    frames = np.zeros((total, SAMPLE_SIDE, SAMPLE_SIDE, 4), np.uint8)
    frames[:, 4:-4, 4:-4, 3] = 255
    frames[:, 4, 4, 0] = np.arange(total) % 256
    frames[:, 4, 5, 0] = np.arange(total) // 256
    return Clip(frames=frames, fps=12, tags=spans)
