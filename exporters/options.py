"""What a caller may choose about an export; standard library only, so importing it is cheap."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from toolkit.errors import BadRequest

MAX_STEM = 80
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
"""Names that Windows keeps for devices, with any suffix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOptions:
    """How frames become a sheet; checks itself on construction and raises ``BadRequest``."""

    trim: bool = True
    """Cut the transparent border off every frame; its offset is kept."""
    padding: int = 2
    """Empty pixels between neighbours, 0 to 64; stops one frame bleeding into another."""
    extrude: int = 1
    """Border pixels repeated outwards, 0 to 16; stops seams when the sheet is filtered."""
    power_of_two: bool = False
    """Round both sides of a page up to a power of two, as old GPUs and PVRTC want."""
    merge_equal: bool = True
    """Store equal pictures once; off, sheets of clips with equal alpha are laid out alike."""
    max_side: int = 4096
    """Longest page side in pixels, 16 to 16384; what does not fit goes on another page."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("padding", self.padding, 0, 64),
            ("extrude", self.extrude, 0, 16),
            ("max_side", self.max_side, 16, 16384),
        ):
            if not low <= value <= high:
                raise BadRequest(f"{name} is {value}; must be {low} to {high}.")


def file_stem(name: str) -> str:
    """The name as a file name every system takes: ASCII letters, digits, ``-`` and ``_``.

    Accents are folded, anything else (emoji too) becomes ``_`` or goes; 80 characters at most;
    ``sprite`` when nothing is left.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9-]+", "_", folded).strip("_-")
    stem = words[:MAX_STEM].rstrip("_-")
    return f"{stem}_" if stem.lower() in _RESERVED else stem or "sprite"
