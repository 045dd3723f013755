"""SpriteSheet: packed pages plus what every engine format needs to know about each frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exporters.layout import lay_out
from exporters.options import SheetOptions, file_stem
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels, y down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFrame:
    """Where one frame of the clip lies on the sheet and how to restore it."""

    page: int
    region: Box
    """On the page, without padding and extrusion."""
    offset: tuple[int, int]
    """Left and top pixels that trimming took away."""
    size: tuple[int, int]
    """Width and height before trimming."""
    duration: float
    """Seconds."""
    hit_box: Box | None = None
    """In the frame before trimming; see ``hit_box``."""

    @property
    def trimmed(self) -> bool:
        """Whether the region is smaller than the frame."""
        return self.region[2:] != self.size

    @property
    def hit_box_sides(self) -> dict[str, int] | None:
        """The hit box as JSON formats write it: ``x``, ``y``, ``w`` and ``h``."""
        return named_sides(self.hit_box) if self.hit_box else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpriteSheet:
    """A clip laid out on pages; the source of every atlas format."""

    pages: tuple[NDArray[np.uint8], ...]
    """uint8 ``[H, W, 4]`` each, straight alpha, colour 0 wherever alpha is 0."""
    frames: tuple[SheetFrame, ...]
    """One per frame of the clip, in its order; equal frames share a region."""
    tags: tuple[FrameTag, ...]
    """At least one; names differ and are not empty."""
    pivot: tuple[float, float]
    metadata: Mapping[str, str]
    fps: float
    normals: tuple[NDArray[np.uint8], ...] = ()
    """Normal maps uint8 ``[H, W, 4]`` laid out like ``pages``, +x right and +y up; often none."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of an untrimmed frame."""
        return self.frames[0].size

    @property
    def pivot_pixel(self) -> tuple[int, int]:
        """The pivot in whole pixels of an untrimmed frame, halves rounded up."""
        width, height = self.size
        return int(np.floor(self.pivot[0] * width + 0.5)), int(
            np.floor(self.pivot[1] * height + 0.5)
        )


def build_sheet(
    clip: Clip, *, options: SheetOptions, normals: NDArray[np.uint8] | None = None
) -> SpriteSheet:
    """The clip packed onto as few and as dense pages as the portfolio finds.

    Colour of fully transparent pixels becomes 0. Equal pictures, wherever they lie in their
    frames, are stored once, unless ``options.merge_equal`` is off. A frame without a visible
    pixel takes one transparent pixel. ``normals`` are normal maps of the frames, of the same
    shape, and are laid out like them.

    Raises:
        BadRequest: a frame is larger than ``options.max_side``, or the normals differ in shape.
    """
    frames = visible(clip.frames)
    boxes = [_trimmed_box(frame) if options.trim else _whole_box(frame) for frame in frames]
    layers = frames if normals is None else _with_normals(frames, normals)
    crops = [_crop(layer, box) for layer, box in zip(layers, boxes, strict=True)]
    layout = lay_out(crops, options)
    return SpriteSheet(
        pages=tuple(np.ascontiguousarray(page[..., :4]) for page in layout.pages),
        normals=tuple(page[..., 4:] for page in layout.pages if normals is not None),
        frames=tuple(
            SheetFrame(
                page=page,
                region=(x, y, box[2], box[3]),
                offset=box[:2],
                size=(clip.width, clip.height),
                duration=seconds,
                hit_box=hit_box(frame),
            )
            for frame, (page, x, y), box, seconds in zip(
                frames, layout.places, boxes, clip.frame_seconds, strict=True
            )
        ),
        tags=distinct_tags(clip.tags_or_whole),
        pivot=clip.pivot,
        metadata=clip.metadata,
        fps=clip.fps,
    )


def sheet_frames(sheet: SpriteSheet) -> NDArray[np.uint8]:
    """The frames uint8 ``[T, H, W, 4]`` that ``build_sheet`` laid out, exactly."""
    width, height = sheet.frames[0].size
    frames = np.zeros((len(sheet.frames), height, width, 4), np.uint8)
    for frame, entry in zip(frames, sheet.frames, strict=True):
        left, top = entry.offset
        _, _, w, h = entry.region
        frame[top : top + h, left : left + w] = _crop(sheet.pages[entry.page], entry.region)
    return frames


def visible(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy of RGBA pixels with colour 0 wherever alpha is 0, so that equal looks are equal."""
    return np.where(frames[..., 3:] > 0, frames, np.uint8(0))


def distinct_tags(tags: Sequence[FrameTag]) -> tuple[FrameTag, ...]:
    """The tags under names that are not empty, can be written as UTF-8, and differ.

    A name that comes again gets ``_2``, ``_3`` and so on.
    """
    taken: set[str] = set()
    distinct: list[FrameTag] = []
    for tag in tags:
        base = tag.name.encode("utf-8", "replace").decode() or "default"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        distinct.append(replace(tag, name=name))
    return tuple(distinct)


def tag_stems(tags: Sequence[FrameTag]) -> tuple[str, ...]:
    """For each tag a part of a file name of its own, also where case makes no difference."""
    taken: set[str] = set()
    stems: list[str] = []
    for tag in tags:
        base = file_stem(tag.name)
        stem, count = base, 1
        while stem.lower() in taken:
            count += 1
            stem = f"{base}_{count}"
        taken.add(stem.lower())
        stems.append(stem)
    return tuple(stems)


def play_order(tag: FrameTag) -> tuple[int, ...]:
    """The frames of a tag in the order one round plays them.

    A looping ping-pong leaves out both ends on the way back, since the next round shows the
    first; one that plays once ends where it began.
    """
    forward = tuple(range(tag.start, tag.stop))
    if tag.direction == "reverse":
        return forward[::-1]
    if tag.direction == "pingpong":
        return forward + (forward[-2:0:-1] if tag.loop else forward[-2::-1])
    return forward


def hit_box(frame: NDArray[np.uint8]) -> Box | None:
    """The box around all of a frame uint8 ``[H, W, 4]`` that is at least half opaque, if any is."""
    return box_around(frame[..., 3] >= 128)


def named_sides(box: Box) -> dict[str, int]:
    """A box as JSON formats write it: ``x``, ``y``, ``w`` and ``h``."""
    return dict(zip("xywh", box, strict=True))


def box_around(mask: NDArray[np.bool_]) -> Box | None:
    """The smallest box around what is set in a mask bool ``[H, W]``, if anything is."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if rows.size == 0:
        return None
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1


def _trimmed_box(frame: NDArray[np.uint8]) -> Box:
    """The smallest box around what can be seen, or one pixel when nothing can."""
    return box_around(frame[..., 3] > 0) or (0, 0, 1, 1)


def _whole_box(frame: NDArray[np.uint8]) -> Box:
    return 0, 0, frame.shape[1], frame.shape[0]


def _with_normals(frames: NDArray[np.uint8], normals: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames and normals as one picture of eight channels, so that both are cut and packed alike.

    A normal stands wherever its frame has a pixel, with the frame's own alpha.
    """
    if normals.shape != frames.shape:
        raise BadRequest(
            f"normals are {list(normals.shape)} and frames {list(frames.shape)}; "
            "give one normal map of the same size for every frame."
        )
    directions = np.concatenate([normals[..., :3], frames[..., 3:]], axis=-1)
    return np.concatenate([frames, visible(directions)], axis=-1)


def _crop(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    x, y, w, h = box
    return pixels[y : y + h, x : x + w]
