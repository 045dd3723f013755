"""Unreal's Paper2D: TexturePacker's hash under the name and the marks that its importer wants."""

from __future__ import annotations

import json
from typing import Any

from exporters.options import SheetOptions
from exporters.spritesheet import build_sheet
from exporters.texturepacker import hash_files
from toolkit.clip import Clip

SUFFIX = ".paper2dsprites"


def export_unreal(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.paper2dsprites`` and ``NAME.png``; one numbered pair per page.

    Dragged into the content browser they become a texture and a sprite per frame; the sprites of
    one tag, selected together, become a flipbook.
    """
    files = hash_files(build_sheet(clip, options=options), name)
    return {
        file.removesuffix(".json") + SUFFIX if file.endswith(".json") else file: (
            _marked(content) if file.endswith(".json") else content
        )
        for file, content in files.items()
    }


def _marked(content: bytes) -> bytes:
    """The importer takes only files that say they come from TexturePacker for Paper2D."""
    document: dict[str, Any] = json.loads(content)
    meta = document["meta"]
    meta |= {"app": "http://www.codeandweb.com/texturepacker", "target": "paper2d"}
    meta.pop("related_multi_packs", None)
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
