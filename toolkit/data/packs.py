"""Training packs: zips of lossless WebP strips with one manifest line an item."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.conditioning.control import Style
from toolkit.data.heldout import is_held_out_subject

FRAME_SIDE = 64
PACK_STYLES: dict[str, Style] = {
    "angband": "sprite", "arcade": "sprite", "crawl": "sprite", "freedink": "sprite",
    "freedoom": "sprite", "opensurge": "sprite", "procgen": "sprite",
    "fluent3d": "illustration", "fluent_anim": "illustration", "meteocons": "illustration",
    "noto": "illustration", "openclipart": "illustration", "twemoji": "illustration",
    "ldraw": "render", "sh3d": "render",
}  # fmt: skip
TRADEMARKS = re.compile(
    r"\b(apple|imac|iphone|ipad|macbook|vw|volkswagen|peugeot|renault|smart car|smart fortwo|"
    r"playstation|xbox|nintendo|wii|citroen|fiat|ikea|samsung|sony|banknote|bill \d+|lego|"
    r"chevrolet|ford|seat leon|yamaha|rubik's)\b",
    re.IGNORECASE,
)
"""Names of makers and of what they make, and banknotes."""
GORE = re.compile(r"\b(blood|bloody|splatter|gore|gory)\b", re.IGNORECASE)
"""Words of captions whose clips carry no ``gore`` mark of their own."""
CLIPART_WITH_USE = re.compile(
    r"^(recreation|people|food|transportation|animals|plants|tools|buildings)"
)
RAW_IDENTIFIER = re.compile(r"\b(SD_\w+|\w+_\w+|\w*\d{3,}\w*)\b")
FLIPPED = {"left": "right", "right": "left"}


@dataclass(frozen=True, kw_only=True)
class PackItem:
    """One captioned clip of a pack, decoded when first looked at."""

    pack: str
    encoded: bytes
    """The WebP strip."""
    num_frames: int
    caption: str
    subject: str
    licence: str
    author: str
    loop: bool
    azimuth: bool
    """Whether the frames are one full turn of the subject."""

    @property
    def style(self) -> Style:
        """The look this pack teaches."""
        return PACK_STYLES[self.pack]

    @cached_property
    def frames(self) -> NDArray[np.uint8]:
        """uint8 ``[T, 64, 64, 4]``, straight alpha."""
        strip = np.asarray(Image.open(io.BytesIO(self.encoded)).convert("RGBA"))
        return np.ascontiguousarray(
            strip.reshape(FRAME_SIDE, self.num_frames, FRAME_SIDE, 4).transpose(1, 0, 2, 3)
        )


def clean_caption(text: str) -> str:
    """The caption without raw identifiers and double spaces, in lower case."""
    return re.sub(r"\s+", " ", RAW_IDENTIFIER.sub("", text).replace(" ,", ",")).strip(" ,").lower()


def flip_caption(caption: str) -> str:
    """The caption of the mirrored clip: left and right change places."""
    return re.sub(r"\b(left|right)\b", lambda match: FLIPPED[match[1]], caption)


def _wanted(pack: str, row: dict[str, Any]) -> bool:
    """Whether an item is fit for training: no gore, no trademark, a caption, not held out."""
    text = f"{row.get('caption', '')} {row.get('subject', '')}"
    if row.get("gore") or GORE.search(text) or TRADEMARKS.search(text):
        return False
    if not clean_caption(row.get("caption") or ""):
        return False
    if pack == "openclipart" and not CLIPART_WITH_USE.match(row.get("category", "")):
        return False
    return not re.search(r"keycap|flag: |^flag", text)


def load_pack(path: Path, *, held_out: bool = False) -> list[PackItem]:
    """The items of a pack that may be trained on; with ``held_out``, those kept for evaluation."""
    items: list[PackItem] = []
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).name: name for name in archive.namelist()}
        rows = [json.loads(line) for line in archive.read(names["manifest.jsonl"]).splitlines()]
        for row in rows:
            subject = str(row.get("subject") or row["caption"])
            if not _wanted(path.stem, row) or is_held_out_subject(path.stem, subject) != held_out:
                continue
            items.append(
                PackItem(
                    pack=path.stem,
                    encoded=archive.read(names[row["file"]]),
                    num_frames=row["n"],
                    caption=clean_caption(row["caption"]),
                    subject=subject,
                    licence=row["licence"],
                    author=row["author"],
                    loop=bool(row.get("loop", True)),
                    azimuth=row.get("direction") == "turntable" and row["n"] >= 8,
                )
            )
    return items
