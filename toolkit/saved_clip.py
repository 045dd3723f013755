"""Clips out of exported files: an animated picture, or a sheet or sequence with its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence, UnidentifiedImageError

from exporters.provenance import read_metadata
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

Pixels = NDArray[np.uint8]
FORMATS = ("PNG", "WEBP", "GIF")
MAX_SIDE = 16384
MAX_PIXELS = 2**26
"""Of all frames together; 256 MiB of RGBA."""
NAME = "name"
"""Metadata key of what the clip's files are called."""
LAYOUT = "layout"
"""Metadata key of the timing, tags and pivot, which animated pictures cannot hold themselves."""
BESIDE = (".frames.json", ".aseprite.json", ".aseprite_hash.json", ".webp", ".apng", ".gif")
"""What may lie beside a sheet and say where its frames are, best first."""


def with_layout(clip: Clip) -> Clip:
    """The clip whose metadata also holds its timing, tags and pivot, for ``read_clip``."""
    layout = {
        "frames": clip.num_frames,
        "fps": float(clip.fps),
        "durations": clip.durations,
        "pivot": clip.pivot,
        "tags": [[tag.name, tag.start, tag.stop, tag.loop, tag.direction] for tag in clip.tags],
    }
    text = json.dumps(layout, separators=(",", ":"))
    return replace(clip, fps=float(clip.fps), metadata={**clip.metadata, LAYOUT: text})


def read_clip(path: Path) -> Clip:
    """The clip of an animated GIF, APNG or WebP, of ``.frames.json`` or of Aseprite JSON.

    A still sheet is read through the file of the same name beside it. Files that Playreel wrote
    keep timing, tags, pivot and metadata; in animated pictures tags that play backwards come
    back as the frames they showed.

    Raises:
        BadRequest: the file is missing, damaged, too large or none of these.
    """
    try:
        if path.suffix == ".json":
            return _from_json(path, json.loads(path.read_text("utf-8-sig")))
        frames, seconds, loops = _pictures(path)
        if len(frames) > 1 or path.suffix != ".png":
            return _from_animation(frames, seconds, loops=loops, metadata=_metadata_of(path))
        return _from_json_or_animation_beside(path)
    except BadRequest:
        raise
    except UnidentifiedImageError as error:
        raise BadRequest(f"{path} is no clip; give a GIF, APNG, WebP or sheet JSON.") from error
    except OSError as error:
        raise BadRequest(f"cannot read {path}: {error.strerror or error}.") from error
    except (KeyError, TypeError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadRequest(f"{path} is damaged or no clip: {error!r}; export it again.") from error


def _from_json_or_animation_beside(path: Path) -> Clip:
    beside = [path.with_name(path.stem + suffix) for suffix in BESIDE]
    for other in beside:
        if other.is_file():
            return read_clip(other)
    raise BadRequest(
        f"{path} is one picture and does not say where its frames are; put "
        f"{path.stem}.webp or {path.stem}.aseprite.json beside it, or give that file."
    )


def _pictures(path: Path) -> tuple[Pixels, tuple[float, ...], bool]:
    """Frames uint8 ``[N, H, W, 4]`` as shown, their seconds, and whether they repeat."""
    with Image.open(path, formats=FORMATS) as image:
        count = getattr(image, "n_frames", 1)
        if max(image.size) > MAX_SIDE or count * image.width * image.height > MAX_PIXELS:
            raise BadRequest(
                f"{path} has {count} frames of {image.width}x{image.height}; "
                f"at most {MAX_PIXELS} pixels in all."
            )
        frames: list[Pixels] = []
        seconds: list[float] = []
        for frame in ImageSequence.Iterator(image):
            frames.append(np.asarray(frame.convert("RGBA")))
            seconds.append(float(frame.info.get("duration", 0)) / 1000 or 0.1)
        return np.stack(frames), tuple(seconds), image.info.get("loop", 1) == 0


def _metadata_of(path: Path) -> Mapping[str, str]:
    """The metadata in the file; a picture from elsewhere has none."""
    try:
        return read_metadata(path.read_bytes())
    except BadRequest:
        return {}


def _from_animation(
    frames: Pixels, seconds: Sequence[float], *, loops: bool, metadata: Mapping[str, str]
) -> Clip:
    whole = (FrameTag(name="default", start=0, stop=len(frames), loop=loops),)
    plain = Clip(
        frames=frames,
        fps=min(240.0, max(1.0, round(1 / float(np.median(seconds)), 3))),
        durations=tuple(seconds),
        tags=whole,
        metadata=metadata,
    )
    if LAYOUT not in metadata:
        return plain
    layout: dict[str, Any] = json.loads(metadata[LAYOUT])
    tags = tuple(
        FrameTag(name=name, start=start, stop=stop, loop=loop, direction=direction)
        for name, start, stop, loop, direction in layout["tags"]
    )
    if any(tag.direction != "forward" for tag in tags):
        return replace(plain, pivot=_pair(layout["pivot"]))
    return _laid_out(plain, layout, tags)


def _laid_out(plain: Clip, layout: Mapping[str, Any], tags: tuple[FrameTag, ...]) -> Clip:
    """The clip with every frame back where an encoder merged equal neighbours."""
    durations = tuple(float(length) for length in layout["durations"])
    fps = float(layout["fps"])
    wanted = durations or (1 / fps,) * int(layout["frames"])
    starts = np.array([0.0, *accumulate(wanted)])
    middles = (starts[:-1] + starts[1:]) / 2
    shown = np.searchsorted(np.cumsum(plain.durations), middles, side="right")
    frames = plain.frames[np.minimum(shown, plain.num_frames - 1)]
    return Clip(
        frames=frames,
        fps=fps,
        durations=durations,
        tags=tags,
        pivot=_pair(layout["pivot"]),
        metadata=plain.metadata,
    )


def _from_json(path: Path, document: Any) -> Clip:
    """The clip of ``.frames.json`` or of Aseprite's JSON, whose pictures lie beside it."""
    if not isinstance(document, dict) or "frames" not in document:
        raise BadRequest(f"{path} has no frames; give a .frames.json or Aseprite JSON file.")
    body = cast(dict[str, Any], document)
    if "fps" in body:
        return _from_sequence(path.parent, body)
    if "frameTags" in body.get("meta", {}):
        return _from_aseprite(path.parent, body)
    raise BadRequest(f"{path} has no tags; export it as aseprite, png_sequence or webp.")


def _from_sequence(folder: Path, body: Mapping[str, Any]) -> Clip:
    parts = [_pictures(folder / Path(entry["file"]).name)[0] for entry in body["frames"]]
    tags = tuple(FrameTag(**tag) for tag in body["tags"])
    return Clip(
        frames=np.concatenate(parts),
        fps=float(body["fps"]),
        durations=tuple(float(entry["seconds"]) for entry in body["frames"]),
        tags=tags,
        pivot=(float(body["pivot"]["x"]), float(body["pivot"]["y"])),
        metadata=body["meta"].get("playreel", {}),
    )


def _from_aseprite(folder: Path, body: Mapping[str, Any]) -> Clip:
    meta: Mapping[str, Any] = body["meta"]
    sheet = _pictures(folder / Path(meta["image"]).name)[0][0]
    listed: Any = body["frames"]
    entries: list[Any] = list(listed.values()) if isinstance(listed, dict) else listed  # type: ignore[reportUnknownArgumentType]
    durations = tuple(float(entry["duration"]) / 1000 for entry in entries)
    tags = tuple(
        FrameTag(
            name=tag["name"],
            start=tag["from"],
            stop=tag["to"] + 1,
            loop="repeat" not in tag,
            direction=tag.get("direction", "forward"),
        )
        for tag in meta["frameTags"]
    )
    frames = np.stack([_untrimmed(sheet, entry) for entry in entries])
    metadata = meta.get("playreel", {})
    clip = Clip(
        frames=frames,
        fps=min(240.0, round(1 / float(np.median(durations)), 3)),
        durations=durations,
        tags=tags,
        pivot=_aseprite_pivot(meta, frames.shape[2], frames.shape[1]),
        metadata=metadata,
    )
    if LAYOUT not in metadata:
        return clip
    layout = json.loads(metadata[LAYOUT])
    return replace(
        clip, fps=layout["fps"], durations=tuple(layout["durations"]), pivot=_pair(layout["pivot"])
    )


def _untrimmed(sheet: Pixels, entry: Mapping[str, Any]) -> Pixels:
    """One frame of the sheet, with the border back that trimming took."""
    region, place, size = entry["frame"], entry["spriteSourceSize"], entry["sourceSize"]
    if max(size["w"], size["h"]) > MAX_SIDE:
        raise BadRequest(f"a frame is {size['w']}x{size['h']}; at most {MAX_SIDE} pixels a side.")
    frame = np.zeros((size["h"], size["w"], 4), np.uint8)
    cut = sheet[region["y"] : region["y"] + region["h"], region["x"] : region["x"] + region["w"]]
    frame[place["y"] : place["y"] + region["h"], place["x"] : place["x"] + region["w"]] = cut
    return frame


def _aseprite_pivot(meta: Mapping[str, Any], width: int, height: int) -> tuple[float, float]:
    """The pivot of the first slice that has one, as a share; else the middle of the bottom."""
    for part in meta.get("slices", ()):
        for key in part["keys"]:
            if "pivot" in key:
                left, top = key["bounds"]["x"], key["bounds"]["y"]
                point = key["pivot"]
                return (left + point["x"]) / width, (top + point["y"]) / height
    return 0.5, 1.0


def _pair(values: Sequence[float]) -> tuple[float, float]:
    x, y = values
    return float(x), float(y)
