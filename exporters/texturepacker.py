"""TexturePacker's JSON, as a hash (PixiJS, Phaser, Unreal) and as an array (Phaser)."""

from __future__ import annotations

import json
from typing import Any

from exporters.aseprite import milliseconds, place
from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.provenance import checked_metadata
from exporters.spritesheet import SpriteSheet, build_sheet, play_order
from toolkit.clip import Clip


def export_texturepacker(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.json`` and ``NAME.png``; one numbered pair per page when there are several."""
    return hash_files(build_sheet(clip, options=options), name)


def export_texturepacker_array(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.array.json`` and the pages; several pages make it a Phaser multi-atlas."""
    return array_files(build_sheet(clip, options=options), name)


def hash_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """One JSON per page; the first names the others in ``related_multi_packs`` (PixiJS)."""
    pages = page_names(sheet, name)
    files = [page.removesuffix(".png") + ".json" for page in pages]
    documents = [_hash_page(sheet, name, number) for number in range(len(pages))]
    if len(pages) > 1:
        documents[0]["meta"]["related_multi_packs"] = files[1:]
    texts = {file: _encoded(document) for file, document in zip(files, documents, strict=True)}
    return {**texts, **page_files(sheet, name)}


def array_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """One JSON with a list of frames, or with a list of textures when there are several pages."""
    entries = [_array_page(sheet, name, number) for number in range(len(sheet.pages))]
    meta = _meta(sheet)
    if len(entries) == 1:
        page = entries[0]
        document = {"frames": page.pop("frames"), "meta": {**meta, **page}}
    else:
        document = {"textures": entries, "meta": meta}
    return {f"{name}.array.json": _encoded(document), **page_files(sheet, name)}


def frame_names(sheet: SpriteSheet, name: str) -> tuple[str, ...]:
    """A name for each frame: ``hero_walk_0000``, counted from the start of its first tag.

    A frame without a tag is ``hero_0000``, counted from the start of the clip. The sprite's name
    stands in front because PixiJS keeps the frames of all sheets in one cache.
    """
    names = [f"{name}_{index:04d}" for index in range(len(sheet.frames))]
    for tag in reversed(sheet.tags):
        for index in range(tag.start, tag.stop):
            names[index] = f"{name}_{tag.name}_{index - tag.start:04d}"
    return tuple(names)


def _hash_page(sheet: SpriteSheet, name: str, page: int) -> dict[str, Any]:
    names = frame_names(sheet, name)
    indices = [index for index, frame in enumerate(sheet.frames) if frame.page == page]
    return {
        "frames": {names[index]: _entry(sheet, index) for index in indices},
        "animations": _animations(sheet, names, page),
        "meta": {**_meta(sheet), **_image(sheet, name, page)},
    }


def _animations(sheet: SpriteSheet, names: tuple[str, ...], page: int) -> dict[str, list[str]]:
    """Tag to the frames one round plays; PixiJS wants all of them on the page that lists it."""
    return {
        tag.name: [names[index] for index in play_order(tag)]
        for tag in sheet.tags
        if all(frame.page == page for frame in sheet.frames[tag.start : tag.stop])
    }


def _array_page(sheet: SpriteSheet, name: str, page: int) -> dict[str, Any]:
    names = frame_names(sheet, name)
    frames = [
        {"filename": names[index], **_entry(sheet, index)}
        for index, frame in enumerate(sheet.frames)
        if frame.page == page
    ]
    return {**_image(sheet, name, page), "frames": frames}


def _entry(sheet: SpriteSheet, index: int) -> dict[str, Any]:
    """One frame; Phaser and Unreal read ``pivot``, PixiJS reads ``anchor``.

    ``duration`` and ``hitBox``, in the untrimmed frame, are ours: Phaser hands them on as the
    frame's ``customData``, PixiJS as the sheet's ``data``.
    """
    frame = sheet.frames[index]
    pivot = {"x": sheet.pivot[0], "y": sheet.pivot[1]}
    entry = {**place(frame), "pivot": pivot, "anchor": pivot, "duration": milliseconds(frame)}
    return {**entry, "hitBox": frame.hit_box_sides} if frame.hit_box else entry


def _image(sheet: SpriteSheet, name: str, page: int) -> dict[str, Any]:
    height, width, _ = sheet.pages[page].shape
    return {
        "image": page_names(sheet, name)[page],
        "format": "RGBA8888",
        "size": {"w": width, "h": height},
        "scale": 1,
    }


def _meta(sheet: SpriteSheet) -> dict[str, Any]:
    return {"app": "playreel", "version": "1.0", "playreel": checked_metadata(sheet.metadata)}


def _encoded(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
