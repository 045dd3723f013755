"""RPG Maker MV and MZ: a single character's sheet, three steps in four directions."""

from __future__ import annotations

from exporters.grid import grid
from exporters.options import SheetOptions
from exporters.png import encode_png
from exporters.spritesheet import play_order, visible
from toolkit.clip import Clip, FrameTag

_ROWS = ("down", "left", "right", "up")
_OPPOSITE = {"left": "right", "right": "left"}


def export_rpgmaker(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``$NAME.png``: rows down, left, right and up; columns step, stand, step.

    A row is the first tag whose name ends in its direction; left and right mirror each other
    when one is missing, and any other missing row shows the first tag. The step pictures are
    those a quarter and three quarters through the round, the one between is its first.
    The engine's own clock rules, so times are lost; 48 x 48 pixels is its usual cell.

    Raises:
        BadRequest: the sheet is larger than ``options.max_side``.
    """
    frames = visible(clip.frames)
    cells = frames[[index for row in _ROWS for index in _steps(*_row(clip, row)[:1])]]
    for number, row in enumerate(_ROWS):
        if _row(clip, row)[1]:
            cells[3 * number : 3 * number + 3] = cells[3 * number : 3 * number + 3, :, ::-1]
    return {f"${name}.png": encode_png(grid(cells, 3, options), clip.metadata)}


def _row(clip: Clip, direction: str) -> tuple[FrameTag, bool]:
    """The tag that fills the row, and whether it stands mirrored."""
    tags = clip.tags_or_whole
    for wanted in (direction, _OPPOSITE.get(direction, direction)):
        for tag in tags:
            if tag.name.lower().endswith(wanted):
                return tag, wanted != direction
    return tags[0], False


def _steps(tag: FrameTag) -> tuple[int, int, int]:
    order = play_order(tag)
    return order[len(order) // 4], order[0], order[3 * len(order) // 4]
