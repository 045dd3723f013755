"""Cocos property lists: sprite frames (format 3) and the animations that play them (format 2)."""

from __future__ import annotations

import plistlib
from typing import Any

from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.provenance import checked_metadata
from exporters.spritesheet import SheetFrame, SpriteSheet, build_sheet, play_order
from exporters.texturepacker import frame_names
from toolkit.clip import Clip

MILLISECOND = 0.001


def export_cocos(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.plist`` and ``NAME.png``, a numbered pair per page, and ``NAME.animations.plist``.

    The animations are for ``AnimationCache``, which gives each frame its own time.
    """
    return cocos_files(build_sheet(clip, options=options), name)


def cocos_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """The Cocos files of a sheet."""
    pages = page_names(sheet, name)
    lists = [page.removesuffix(".png") + ".plist" for page in pages]
    documents = [_page(sheet, name, number) for number in range(len(pages))]
    return {
        **{file: _encoded(page) for file, page in zip(lists, documents, strict=True)},
        f"{name}.animations.plist": _encoded(_animations(sheet, name, lists)),
        **page_files(sheet, name),
    }


def _page(sheet: SpriteSheet, name: str, page: int) -> dict[str, Any]:
    names = frame_names(sheet, name)
    height, width, _ = sheet.pages[page].shape
    image = page_names(sheet, name)[page]
    return {
        "frames": {
            f"{names[index]}.png": _frame(frame, sheet.pivot)
            for index, frame in enumerate(sheet.frames)
            if frame.page == page
        },
        "metadata": {
            "format": 3,
            "pixelFormat": "RGBA8888",
            "premultiplyAlpha": False,
            "realTextureFileName": image,
            "textureFileName": image,
            "size": f"{{{width},{height}}}",
            "playreel": checked_metadata(sheet.metadata),
        },
    }


def _frame(frame: SheetFrame, pivot: tuple[float, float]) -> dict[str, Any]:
    """The offset goes from the middle of the whole frame to that of the region, y up."""
    x, y, w, h = frame.region
    left, top = frame.offset
    width, height = frame.size
    across, up = left + w / 2 - width / 2, height / 2 - top - h / 2
    return {
        "aliases": [],
        "anchor": f"{{{pivot[0]:g},{1 - pivot[1]:g}}}",
        "spriteOffset": f"{{{across:g},{up:g}}}",
        "spriteSize": f"{{{w},{h}}}",
        "spriteSourceSize": f"{{{width},{height}}}",
        "textureRect": f"{{{{{x},{y}}},{{{w},{h}}}}}",
        "textureRotated": False,
    }


def _animations(sheet: SpriteSheet, name: str, lists: list[str]) -> dict[str, Any]:
    """One round of each tag; whoever runs the animation decides whether it starts again."""
    names = frame_names(sheet, name)
    return {
        "animations": {
            f"{name}_{tag.name}": {
                "delayPerUnit": MILLISECOND,
                "restoreOriginalFrame": False,
                "frames": [
                    {
                        "spriteframe": f"{names[index]}.png",
                        "delayUnits": sheet.frames[index].duration / MILLISECOND,
                    }
                    for index in play_order(tag)
                ],
            }
            for tag in sheet.tags
        },
        "properties": {"format": 2, "spritesheets": lists},
        "metadata": {"playreel": checked_metadata(sheet.metadata)},
    }


def _encoded(document: dict[str, Any]) -> bytes:
    return plistlib.dumps(document, sort_keys=True)
