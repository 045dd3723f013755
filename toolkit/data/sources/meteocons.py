"""Bas Milius' animated weather icons (MIT), from Iconify's set on npm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from toolkit.data.sources.emoji_drawings import read_icons
from toolkit.data.sources.items import Item
from toolkit.data.sources.smil import AnimatedSvg
from toolkit.data.sources.svg_renderer import draw_svg, icon_svg, load_resvg

FRAMES = 16
LONGEST_SECONDS = 8.0
JUST_AFTER = 1e-4
"""Seconds past a frame's time, so what begins then has begun."""


def meteocons(archives: Sequence[Path]) -> Iterator[Item]:
    """Clips of 16 frames over one period; the archive is ``@iconify-json/meteocons``."""
    icons, resvg = read_icons(archives[0]), load_resvg()
    for name, icon in icons["icons"].items():
        if "<animate" not in icon["body"] and "<set" not in icon["body"]:
            continue
        text = icon_svg(icon, icons).replace("<svg ", '<svg fill="none" ', 1)
        svg = AnimatedSvg(text=text.replace("currentColor", "#ffffff"))
        seconds = min(svg.seconds, LONGEST_SECONDS) or 1.0
        moments = [index * seconds / FRAMES + JUST_AFTER for index in range(FRAMES)]
        caption = icon_caption(name)
        yield Item(
            id=name,
            frames=np.stack([draw_svg(resvg, svg.at(moment)) for moment in moments]),
            subject=caption,
            caption=caption,
            action="animated",
            extras={"delay_ms": round(1000 * seconds / FRAMES)},
        )


def icon_caption(name: str) -> str:
    """``rain-fill`` is ``rain weather icon filled``."""
    filled = " filled" if name.endswith("-fill") else ""
    return f"{name.replace('-fill', '').replace('-', ' ')} weather icon{filled}"
