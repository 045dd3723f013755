"""sRGB to OKLab, where equal distances look about equally different (Ottosson, 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def to_oklab(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    """OKLab f32 ``[..., 3]`` (L 0 to 1, a and b about -0.4 to 0.4) of sRGB uint8 ``[..., 3]``.

    A colour has the same bits in whatever array it stands, so that equal colours compare equal.
    """
    level = np.arange(256, dtype=np.float32) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(_mixed(linear.astype(np.float32)[colours], _CONES_FROM_RGB))
    return _mixed(cones, _LAB_FROM_CONES)


def _mixed(parts: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """``parts @ matrix`` in one order of sums; BLAS takes another for another count of rows."""
    red, green, blue = (parts[..., axis, None] * matrix[axis] for axis in range(3))
    return red + green + blue


def pack(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """One uint32 ``0xrrggbb`` per colour of uint8 ``[..., 3]``; sorts and compares fast."""
    wide = colours.astype(np.uint32)
    return np.asarray((wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2], np.uint32)


def unpack(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """uint8 ``[..., 3]`` from ``pack``."""
    return np.stack([packed >> 16, packed >> 8, packed], axis=-1).astype(np.uint8)


_CONES_FROM_RGB = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ],
    np.float32,
)
_LAB_FROM_CONES = np.array(
    [
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ],
    np.float32,
)
