"""Frames in equal cells, row by row, for formats that know no trimming."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from exporters.options import SheetOptions
from toolkit.errors import BadRequest


def grid(frames: NDArray[np.uint8], columns: int, options: SheetOptions) -> NDArray[np.uint8]:
    """Frames uint8 ``[N, H, W, 4]`` as one picture of ``columns`` cells a row; the rest is clear.

    Raises:
        BadRequest: the picture is larger than ``options.max_side``.
    """
    count, height, width, _ = frames.shape
    rows = -(-count // columns)
    longest = max(rows * height, columns * width)
    if longest > options.max_side:
        raise BadRequest(
            f"{count} frames of {width}x{height} in {columns} columns need {longest} pixels; "
            f"a page has at most {options.max_side}: raise max_side or make smaller frames."
        )
    cells = np.zeros((rows * columns, height, width, 4), np.uint8)
    cells[:count] = frames
    rows_of_cells = cells.reshape(rows, columns, height, width, 4).swapaxes(1, 2)
    return np.ascontiguousarray(rows_of_cells.reshape(rows * height, columns * width, 4))
