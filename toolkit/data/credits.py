"""Who made what the model learned from, and under which licences: counted in the packs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import BadRequest

CREDITS_FILE = Path(__file__).with_name("credits.json")
MANIFEST = "manifest.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """The items of one pack that share source and licence."""

    pack: str
    source: str
    licence: str
    num_items: int
    authors: tuple[str, ...]
    """Each once, in the alphabet's order."""


def count_credits(packs: Sequence[Path]) -> list[Credit]:
    """What the packs' manifests say of their items, by pack, source and licence.

    Raises:
        BadRequest: a file is no training pack.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for path in sorted(packs):
        for row in _rows(path):
            key = (path.stem, str(row["source"]), str(row["licence"]))
            groups.setdefault(key, []).append(str(row["author"]))
    return [
        Credit(
            pack=pack,
            source=source,
            licence=licence,
            num_items=len(authors),
            authors=tuple(sorted({name for joint in authors for name in _names(pack, joint)},
                                 key=lambda name: (name.casefold(), name))),
        )
        for (pack, source, licence), authors in sorted(groups.items())
    ]  # fmt: skip


def write_credits(credits: Sequence[Credit], path: Path = CREDITS_FILE) -> None:
    """Keep the credits as JSON."""
    rows = [asdict(credit) for credit in credits]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_credits(path: Path = CREDITS_FILE) -> list[Credit]:
    """The credits that ``write_credits`` kept."""
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return [Credit(authors=tuple(row.pop("authors")), **row) for row in rows]


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield from (json.loads(line) for line in archive.read(MANIFEST).splitlines())
    except (RuntimeError, zipfile.BadZipFile, KeyError, OSError) as error:
        raise BadRequest(
            f"{path} is no training pack ({error}); make it with playreel train packs."
        ) from error


def _names(pack: str, joint: str) -> list[str]:
    """Open Surge's pictures have several authors each; elsewhere a comma is part of the name."""
    return joint.split(", ") if pack == "opensurge" else [joint]
