"""What a triangle looks like at one sample: its colour, glow and opacity, compiled by numba.

Colours are linear light. Textures repeat; a texture seen smaller than it is comes from its
smaller copies, one seen larger keeps its texels square, as pixel-art textures want. Compiled
functions take each array by itself: handing over tuples of arrays costs more than the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.compiled import inlined
from toolkit.rendering.mesh import AlphaMode, Material, Mesh
from toolkit.rendering.textures import MAX_LEVELS, pack_textures

OPAQUE, MASK, BLEND = 0, 1, 2
MODES: dict[AlphaMode, int] = {"opaque": OPAQUE, "mask": MASK, "blend": BLEND}
BASE, EMISSION, BASE_TEXTURE, EMISSION_TEXTURE, ALPHA_MODE, CUTOFF, UNLIT = 0, 4, 7, 8, 9, 10, 11
"""Columns of a material's row: base colour (4), emission (3), then one number each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Materials, textures and vertex colours of a mesh as arrays for compiled code."""

    face_materials: NDArray[np.int32]
    materials: NDArray[np.float64]
    """f64 ``[M, 12]``, see the columns above."""
    attributes: NDArray[np.float32]
    """f32 ``[V, 6]``: u, v, and linear red, green, blue and opacity."""
    texels: NDArray[np.uint8]
    levels: NDArray[np.int64]
    linear: NDArray[np.float32]
    """f32 ``[256]``."""

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """All of them, in the order in which compiled functions take them."""
        return (
            self.face_materials, self.materials, self.attributes, self.texels, self.levels,
            self.linear,
        )  # fmt: skip


def look_of(mesh: Mesh) -> Look:
    """The look of a mesh; textures that several materials share are stored once."""
    textures: list[NDArray[np.uint8]] = []
    rows = np.array([_row(material, textures) for material in mesh.materials], np.float64)
    packed = pack_textures(textures)
    attributes = np.empty((len(mesh.positions), 6), np.float32)
    attributes[:, :2], attributes[:, 2:] = mesh.uvs, mesh.colors
    return Look(
        face_materials=mesh.face_materials,
        materials=rows,
        attributes=attributes,
        texels=packed.pixels,
        levels=packed.levels,
        linear=to_linear(np.arange(256) / 255.0).astype(np.float32),
    )


def to_linear(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light in [0, 1] of sRGB in [0, 1] (IEC 61966-2-1)."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _row(material: Material, textures: list[NDArray[np.uint8]]) -> list[float]:
    return [
        *material.base,
        *material.emission,
        _number(material.base_texture, textures),
        _number(material.emission_texture, textures),
        MODES[material.alpha_mode],
        material.cutoff,
        float(material.unlit),
    ]


def _number(texture: NDArray[np.uint8] | None, textures: list[NDArray[np.uint8]]) -> int:
    """The texture's place in the list, which grows when it is new; -1 for none."""
    if texture is None:
        return -1
    for index, known in enumerate(textures):
        if known is texture:
            return index
    textures.append(texture)
    return len(textures) - 1


@inlined
def corner_weights(
    points: Any, a: int, b: int, c: int, px: float, py: float, perspective: bool
) -> Any:
    """Shares of the corners ``a``, ``b``, ``c`` at a sample, true in perspective too."""
    x0, y0, x1, y1 = points[a, 0], points[a, 1], points[b, 0], points[b, 1]
    x2, y2 = points[c, 0], points[c, 1]
    per_area = 1.0 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * per_area
    w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * per_area
    w2 = 1.0 - w0 - w1
    if perspective:
        w0, w1, w2 = w0 * points[a, 2], w1 * points[b, 2], w2 * points[c, 2]
        total = w0 + w1 + w2
        w0, w1, w2 = w0 / total, w1 / total, w2 / total
    return w0, w1, w2


@inlined
def texture_scale(points: Any, attributes: Any, a: int, b: int, c: int) -> float:
    """Area in texture coordinates per area in samples of a triangle."""
    across = (attributes[b, 0] - attributes[a, 0]) * (attributes[c, 1] - attributes[a, 1])
    along = (attributes[c, 0] - attributes[a, 0]) * (attributes[b, 1] - attributes[a, 1])
    area = (points[b, 0] - points[a, 0]) * (points[c, 1] - points[a, 1])
    area -= (points[c, 0] - points[a, 0]) * (points[b, 1] - points[a, 1])
    return abs(across - along) / max(abs(area), 1e-12)


@inlined
def texel(
    texels: Any, levels: Any, linear: Any, texture: int, u: float, v: float, scale: float
) -> Any:
    """Linear colour and opacity of a texture at ``u``, ``v``, for a triangle of that scale."""
    u, v = u - np.floor(u), 1.0 - (v - np.floor(v))
    start, width, height = levels[texture, 0, 0], levels[texture, 0, 1], levels[texture, 0, 2]
    density = scale * width * height
    if density <= 1.0:
        at = start + min(int(v * height), height - 1) * width + min(int(u * width), width - 1)
        alpha = texels[at, 3] / np.float32(255)
        return linear[texels[at, 0]], linear[texels[at, 1]], linear[texels[at, 2]], alpha
    level = min(int(0.5 * np.log2(density)), MAX_LEVELS - 1)
    start, width = levels[texture, level, 0], levels[texture, level, 1]
    height = levels[texture, level, 2]
    x, y = u * width - 0.5, v * height - 0.5
    left, top = int(np.floor(x)), int(np.floor(y))
    share_x, share_y = np.float32(x - left), np.float32(y - top)
    red = green = blue = alpha = np.float32(0)
    for corner in range(4):
        column, row = (left + corner % 2) % width, (top + corner // 2) % height
        share = share_x if corner % 2 else np.float32(1) - share_x
        share *= share_y if corner // 2 else np.float32(1) - share_y
        at = start + row * width + column
        red += share * linear[texels[at, 0]]
        green += share * linear[texels[at, 1]]
        blue += share * linear[texels[at, 2]]
        alpha += share * texels[at, 3] / np.float32(255)
    return red, green, blue, alpha


@inlined
def base_and_glow(
    points: Any, faces: Any, face: int, w0: float, w1: float, w2: float,
    face_materials: Any, materials: Any, attributes: Any, texels: Any, levels: Any, linear: Any,
) -> Any:  # fmt: skip
    """Red, green, blue and opacity of the unlit surface, then red, green and blue of its glow."""
    a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
    row = face_materials[face]
    red = w0 * attributes[a, 2] + w1 * attributes[b, 2] + w2 * attributes[c, 2]
    green = w0 * attributes[a, 3] + w1 * attributes[b, 3] + w2 * attributes[c, 3]
    blue = w0 * attributes[a, 4] + w1 * attributes[b, 4] + w2 * attributes[c, 4]
    alpha = w0 * attributes[a, 5] + w1 * attributes[b, 5] + w2 * attributes[c, 5]
    red, green = red * materials[row, 0], green * materials[row, 1]
    blue, alpha = blue * materials[row, 2], alpha * materials[row, 3]
    own_red, own_green = materials[row, EMISSION], materials[row, EMISSION + 1]
    own_blue = materials[row, EMISSION + 2]
    for column in (BASE_TEXTURE, EMISSION_TEXTURE):
        texture = int(materials[row, column])
        if texture < 0:
            continue
        u = w0 * attributes[a, 0] + w1 * attributes[b, 0] + w2 * attributes[c, 0]
        v = w0 * attributes[a, 1] + w1 * attributes[b, 1] + w2 * attributes[c, 1]
        scale = texture_scale(points, attributes, a, b, c)
        one = texel(texels, levels, linear, texture, u, v, scale)
        if column == BASE_TEXTURE:
            red, green, blue, alpha = red * one[0], green * one[1], blue * one[2], alpha * one[3]
        else:
            own_red, own_green, own_blue = own_red * one[0], own_green * one[1], own_blue * one[2]
    if materials[row, ALPHA_MODE] == OPAQUE:
        alpha = 1.0
    return red, green, blue, alpha, own_red, own_green, own_blue
