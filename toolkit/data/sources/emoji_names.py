"""Names and keywords of emoji by code points, from npm's ``emojibase-data`` (MIT)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.data.sources.archives import read_archive

NAMES = "package/en/data.json"
GROUPS = (
    "smileys", "people", "component", "animals-nature", "food-drink",
    "travel-places", "activities", "objects", "symbols", "flags",
)  # fmt: skip
SKIN_TONES = {
    "1f3fb": "light skin tone",
    "1f3fc": "medium-light skin tone",
    "1f3fd": "medium skin tone",
    "1f3fe": "medium-dark skin tone",
    "1f3ff": "dark skin tone",
}
VARIATION_SELECTOR = "fe0f"


@dataclass(frozen=True, kw_only=True, slots=True)
class EmojiName:
    """What an emoji is called."""

    label: str
    """With the skin tone."""
    base: str
    """Without it."""
    keywords: tuple[str, ...]
    group: str | None


def code_key(name: str) -> str:
    """Code points in lower-case hexadecimal, joined by ``-``, without variation selectors."""
    points = name.lower().replace(" ", "-").split("-")
    return "-".join(point for point in points if point != VARIATION_SELECTOR)


def skin_tones(key: str) -> list[str]:
    """The skin tones among the code points, each once, in their order."""
    return list(dict.fromkeys(point for point in key.split("-") if point in SKIN_TONES))


def read_emoji_names(archive: Path) -> dict[str, EmojiName]:
    """Names by code key, of the emoji and their skin tones; the archive is emojibase-data."""
    entries = json.loads(read_archive(archive, lambda name: name == NAMES)[NAMES])
    names: dict[str, EmojiName] = {}
    for entry in entries:
        for variant in (entry, *entry.get("skins", ())):
            names[code_key(variant["hexcode"])] = _name(entry, variant)
    return names


def _name(entry: Mapping[str, Any], variant: Mapping[str, Any]) -> EmojiName:
    group: int | None = entry.get("group")
    return EmojiName(
        label=variant["label"],
        base=entry["label"],
        keywords=tuple(entry.get("tags", ())),
        group=None if group is None else GROUPS[group],
    )
