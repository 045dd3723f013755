"""Unity: the sheet's import settings with a sprite per frame, and an AnimationClip per tag."""

from __future__ import annotations

import hashlib
import json

from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.spritesheet import (
    SheetFrame,
    SpriteSheet,
    build_sheet,
    play_order,
    tag_stems,
)
from exporters.texturepacker import frame_names
from exporters.unity_text import ANIMATION, ASSET_META, SPRITE, TEXTURE_META
from toolkit.clip import Clip, FrameTag

_CLIP_ID = 7400000
"""The number that Unity gives the one AnimationClip of a file."""


def export_unity(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """The files of ``unity_files``, by file name."""
    return unity_files(build_sheet(clip, options=options), name)


def unity_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """The pages and ``NAME_TAG.anim`` with a ``.meta`` each, which keep what refers to them.

    Ids come from names alone: exporting again under the same name, over the old files, keeps
    every reference of the project; two sprites need two names. Sprites have 100 pixels a unit,
    the clip's pivot, and the hit box as physics shape. Animations are for a SpriteRenderer.
    """
    pages = page_names(sheet, name)
    texts: dict[str, str] = {}
    for page, file in enumerate(pages):
        texts[f"{file}.meta"] = _texture_meta(sheet, name, page)
    for tag, stem in zip(sheet.tags, tag_stems(sheet.tags), strict=True):
        file = f"{name}_{stem}.anim"
        texts[file] = _animation(sheet, name, tag, stem)
        texts[f"{file}.meta"] = ASSET_META.format(guid=guid(file), main=_CLIP_ID)
    return {**{file: text.encode() for file, text in texts.items()}, **page_files(sheet, name)}


def guid(file: str) -> str:
    """The same 32 hexadecimal digits for the same file name, always."""
    return _digest(f"playreel:{file}")


def sprite_id(name: str) -> int:
    """The same positive 63-bit number for the same sprite name, always."""
    return int(_digest(f"playreel sprite:{name}")[:15], 16) + 1


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _texture_meta(sheet: SpriteSheet, name: str, page: int) -> str:
    names = frame_names(sheet, name)
    file = page_names(sheet, name)[page]
    here = [index for index, frame in enumerate(sheet.frames) if frame.page == page]
    return TEXTURE_META.format(
        guid=guid(file),
        sprites="".join(_sprite(sheet, names[index], sheet.frames[index]) for index in here),
        table="".join(f"      {quoted(names[i])}: {sprite_id(names[i])}\n" for i in here),
    )


def _sprite(sheet: SpriteSheet, name: str, frame: SheetFrame) -> str:
    """One sprite: y counts upwards, the pivot is a share of the region and may leave it."""
    x, y, w, h = frame.region
    left, top = frame.offset
    width, height = frame.size
    across, up = sheet.pivot[0] * width - left, (1 - sheet.pivot[1]) * height - (height - top - h)
    return SPRITE.format(
        name=quoted(name),
        x=x,
        y=sheet.pages[frame.page].shape[0] - y - h,
        w=w,
        h=h,
        pivot_x=f"{across / w:.9g}",
        pivot_y=f"{up / h:.9g}",
        shape=_physics_shape(frame),
        sprite=_digest(f"playreel sprite:{name}"),
        id=sprite_id(name),
    )


def _physics_shape(frame: SheetFrame) -> str:
    """The hit box as one outline, in pixels from the middle of the region, y up."""
    if frame.hit_box is None:
        return " []"
    (x, y, w, h), (left, top) = frame.hit_box, frame.offset
    west, north = x - left - frame.region[2] / 2, frame.region[3] / 2 - (y - top)
    corners = [(west, north), (west, north - h), (west + w, north - h), (west + w, north)]
    points = [f"{{x: {across:.9g}, y: {up:.9g}}}" for across, up in corners]
    return "\n      - - " + "\n        - ".join(points)


def _animation(sheet: SpriteSheet, name: str, tag: FrameTag, stem: str) -> str:
    """Sprite by sprite at its second.

    Unity lets the last key last one tick of the sample rate, so a last frame that stays longer
    comes again one tick before the end.
    """
    names, files = frame_names(sheet, name), page_names(sheet, name)
    order = play_order(tag)
    shown = [
        f"{{fileID: {sprite_id(names[index])}, guid: {guid(files[sheet.frames[index].page])}, "
        "type: 3}"
        for index in order
    ]
    starts = [0.0]
    for index in order:
        starts.append(starts[-1] + sheet.frames[index].duration)
    keys = list(zip(starts[:-1], shown, strict=True))
    if (last_tick := starts[-1] - 1 / sheet.fps) > starts[-2] + 1e-6:
        keys.append((last_tick, shown[-1]))
    return ANIMATION.format(
        name=quoted(f"{name}_{stem}"),
        id=_CLIP_ID,
        keys="".join(f"    - time: {at:.9g}\n      value: {sprite}\n" for at, sprite in keys),
        sprites="".join(f"    - {sprite}\n" for _, sprite in keys),
        rate=f"{sheet.fps:.9g}",
        stop=f"{starts[-1]:.9g}",
        loop=int(tag.loop),
    )


def quoted(text: str) -> str:
    """A YAML string; the escapes of JSON are a subset of YAML's."""
    return json.dumps(text, ensure_ascii=False)
