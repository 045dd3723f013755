"""Noto (Apache-2.0) and Twemoji (CC-BY-4.0) drawings, from Iconify's sets on npm."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.items import Item
from toolkit.data.sources.svg_renderer import draw_svg, icon_svg, load_resvg

ICONS = "package/icons.json"


def noto(archives: Sequence[Path]) -> Iterator[Item]:
    """All of Google's drawings; the archive is ``@iconify-json/noto``."""
    return _stills(archives[0], lambda name: True)


def twemoji(archives: Sequence[Path]) -> Iterator[Item]:
    """Twitter's drawings without what Noto shows the same way: skin tones, flags, keycaps."""
    repeats = ("skin-tone", "flag", "keycap")
    return _stills(archives[0], lambda name: not any(word in name for word in repeats))


def read_icons(archive: Path) -> dict[str, Any]:
    """An Iconify set: ``icons`` by name, each with a ``body``, and the size they share."""
    return json.loads(read_archive(archive, lambda name: name == ICONS)[ICONS])


def _stills(archive: Path, wanted: Callable[[str], bool]) -> Iterator[Item]:
    icons, resvg = read_icons(archive), load_resvg()
    for name, icon in icons["icons"].items():
        if wanted(name):
            caption = name.replace("-", " ")
            frame = draw_svg(resvg, icon_svg(icon, icons))
            yield Item(id=name, frames=frame[None], subject=caption, caption=caption)
