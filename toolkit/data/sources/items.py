"""Item: one captioned clip on its way into a training pack, and the zip that holds them."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.data.sources.strips import FRAME_SIDE, Pixels, encode_strip
from toolkit.errors import BadRequest, OutputError

TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""The oldest a zip can hold; a fixed one makes equal packs equal files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Whom a clip comes from and on what terms."""

    source: str
    licence: str
    """SPDX identifier, where there is one."""
    author: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One clip with its labels."""

    id: str
    """Unique in its pack; names the strip's file."""
    frames: Pixels
    """uint8 ``[T, 64, 64, 4]``, straight alpha."""
    subject: str
    caption: str
    action: str = "still"
    direction: str | None = None
    loop: bool = True
    origin: Origin | None = None
    """Where it differs from the pack's own."""
    extras: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        shape = self.frames.shape
        assert shape == (len(self.frames) or 1, FRAME_SIDE, FRAME_SIDE, 4), shape


def manifest_row(pack: str, item: Item, origin: Origin) -> dict[str, Any]:
    """What the manifest says about one item."""
    origin = item.origin or origin
    return {
        "id": f"{pack}/{item.id}",
        "file": f"{item.id}.webp",
        "n": len(item.frames),
        "source": origin.source,
        "licence": origin.licence,
        "author": origin.author,
        "subject": item.subject,
        "action": item.action,
        "direction": item.direction,
        "loop": item.loop,
        "caption": item.caption,
        **item.extras,
    }


def write_pack(target: Path, origin: Origin, items: Iterable[Item]) -> int:
    """Write the strips and ``manifest.jsonl`` to the zip ``target``; how many items it holds.

    The file appears at once and whole, or not at all.

    Raises:
        BadRequest: two items have the same id, or there are none.
        OutputError: the system refuses to write.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".pack-") as folder:
            unfinished = Path(folder) / target.name
            count = _write_zip(unfinished, target.stem, origin, items)
            os.replace(unfinished, target)
    except OSError as error:
        raise OutputError(
            f"cannot write {target}: {error.strerror or error}; choose another folder."
        ) from error
    return count


def _write_zip(path: Path, pack: str, origin: Origin, items: Iterable[Item]) -> int:
    rows: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for item in items:
            if item.id in rows:
                raise BadRequest(
                    f"pack {pack!r} has two items {item.id!r}; ids must be unique: "
                    "rename one in its source's code."
                )
            rows[item.id] = manifest_row(pack, item, origin)
            name = rows[item.id]["file"]
            archive.writestr(zipfile.ZipInfo(name, TIMESTAMP), encode_strip(item.frames))
        if not rows:
            raise BadRequest(
                f"pack {pack!r} came out empty; it must hold items: delete the downloaded "
                "archive and fetch it again."
            )
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values()]
        archive.writestr(zipfile.ZipInfo("manifest.jsonl", TIMESTAMP), "".join(lines))
    return len(rows)
