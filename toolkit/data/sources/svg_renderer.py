"""Draws SVG text as 64x64 frames with ``resvg``; needs the ``train`` extra."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Protocol, cast

import numpy as np

from toolkit.data.sources.strips import FRAME_SIDE, Pixels, read_picture
from toolkit.errors import BadRequest


class Resvg(Protocol):
    """The part of the ``resvg_py`` module in use here."""

    def svg_to_bytes(self, *, svg_string: str, width: int, height: int) -> bytes:
        """A PNG of the drawing."""
        ...


def load_resvg(module: str = "resvg_py") -> Resvg:
    """The renderer, imported only now: most packs do without it.

    Raises:
        BadRequest: it is not installed.
    """
    try:
        return cast(Resvg, importlib.import_module(module))
    except ImportError as error:
        raise BadRequest(
            f"the SVG renderer {module!r} is not installed; this pack needs it: "
            "pip install 'playreel[train]'."
        ) from error


def draw_svg(resvg: Resvg, svg: str) -> Pixels:
    """uint8 ``[64, 64, 4]``, straight alpha; a drawing that is not square leaves a clear rest."""
    drawn = read_picture(
        bytes(resvg.svg_to_bytes(svg_string=svg, width=FRAME_SIDE, height=FRAME_SIDE))
    )
    frame = np.zeros((FRAME_SIDE, FRAME_SIDE, 4), np.uint8)
    shown = drawn[:FRAME_SIDE, :FRAME_SIDE]
    frame[: shown.shape[0], : shown.shape[1]] = shown
    return frame


def icon_svg(icon: Mapping[str, Any], icons: Mapping[str, Any]) -> str:
    """A whole SVG from an icon of an Iconify set, which shares its size with the set's."""
    width = icon.get("width", icons.get("width", 16))
    height = icon.get("height", icons.get("height", 16))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{icon.get("left", 0)} {icon.get("top", 0)} {width} {height}" '
        f'width="{FRAME_SIDE}" height="{FRAME_SIDE}" color="#ffffff">{icon["body"]}</svg>'
    )
