"""Materials and vertex colours as trimesh loads them, to ours in linear light."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.rendering.mesh import AlphaMode, Material
from toolkit.rendering.surface import to_linear
from toolkit.rendering.textures import decode_texture

ALPHA_MODES: dict[str, AlphaMode] = {"MASK": "mask", "BLEND": "blend"}
PLAIN = Material()


class MaterialReader:
    """Turns each trimesh material into one of ours, once; textures are decoded once too."""

    def __init__(self, name: str, document: Mapping[str, Any] | None) -> None:
        """``document`` is the glTF that names its materials by number, or ``None``."""
        self.name = name
        self.document = document
        self.materials: list[Material] = []
        self._numbers: dict[int, int] = {}
        self._textures: dict[tuple[int, bool], NDArray[np.uint8]] = {}

    def number_of(self, visual: Any) -> int:
        """The index in ``materials`` of what a trimesh visual shows."""
        material = getattr(visual, "material", None)
        if visual.kind != "texture" or material is None:
            if self.document is None and visual.kind != "vertex":
                return self._place(0, PLAIN)
            return self._place(1, PBR_DEFAULT)
        if id(material) not in self._numbers:
            return self._place(id(material), self._read(material))
        return self._numbers[id(material)]

    def _place(self, key: int, material: Material) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.materials)
            self.materials.append(material)
        return self._numbers[key]

    def _read(self, material: Any) -> Material:
        if self.document is not None and str(material.name).isdigit():
            return self._from_gltf(material, self.document["materials"][int(material.name)])
        return self._from_obj(material)

    def _from_gltf(self, loaded: Any, entry: Mapping[str, Any]) -> Material:
        """glTF 2.0, chapter 3.9: factors are linear, textures sRGB."""
        mode = ALPHA_MODES.get(entry.get("alphaMode", "OPAQUE"), "opaque")
        extensions: Mapping[str, Any] = entry.get("extensions", {})
        metal = entry.get("pbrMetallicRoughness", {})
        red, green, blue, alpha = metal.get("baseColorFactor", (1.0, 1.0, 1.0, 1.0))
        strong = extensions.get("KHR_materials_emissive_strength", {}).get("emissiveStrength", 1.0)
        glow = [float(part) * strong for part in entry.get("emissiveFactor", (0, 0, 0))]
        return Material(
            base=(float(red), float(green), float(blue), float(alpha)),
            emission=(glow[0], glow[1], glow[2]),
            base_texture=self._texture(loaded.baseColorTexture, opaque=mode == "opaque"),
            emission_texture=self._texture(loaded.emissiveTexture, opaque=True),
            alpha_mode=mode,
            cutoff=float(entry.get("alphaCutoff", 0.5)),
            unlit="KHR_materials_unlit" in extensions,
        )

    def _from_obj(self, loaded: Any) -> Material:
        """MTL: ``Kd`` is sRGB as people type it, ``d`` or ``Tr`` the opacity, ``Ke`` the glow.

        With a texture, ``Kd`` tints it only when it is not black, which exporters write there.
        """
        extra: Mapping[str, Any] = getattr(loaded, "kwargs", {})
        image: Image.Image | None = getattr(loaded, "image", None)
        color = _floats(extra.get("kd"), 3)
        if color is None or (image is not None and not any(color)):
            color = [1.0, 1.0, 1.0] if image is not None else [0.8, 0.8, 0.8]
        opacity = _floats(extra.get("d"), 1)
        clear = _floats(extra.get("tr"), 1)
        alpha = opacity[0] if opacity else 1 - clear[0] if clear else 1.0
        texture = self._texture(image, opaque=False)
        see_through = alpha < 1 or (texture is not None and bool((texture[..., 3] < 255).any()))
        red, green, blue = to_linear(np.clip(color, 0, 1)).tolist()
        glow = to_linear(np.clip(_floats(extra.get("ke"), 3) or [0.0] * 3, 0, 1)).tolist()
        return Material(
            base=(red, green, blue, float(np.clip(alpha, 0, 1))),
            emission=(glow[0], glow[1], glow[2]),
            base_texture=texture,
            alpha_mode="blend" if see_through else "opaque",
        )

    def _texture(self, image: Image.Image | None, *, opaque: bool) -> NDArray[np.uint8] | None:
        if image is None:
            return None
        key = (id(image), opaque)
        if key not in self._textures:
            label = f"{self.name}, texture {image.info.get('file_path', len(self._textures))}"
            self._textures[key] = decode_texture(image, label, opaque=opaque)
        return self._textures[key]


PBR_DEFAULT = Material(base=(1.0, 1.0, 1.0, 1.0))
"""What glTF says of a surface without material; elsewhere vertex colours say all."""


def vertex_colors(mesh: Any, *, linear: bool) -> NDArray[np.float32] | None:
    """Linear colours f32 ``[V, 4]`` of the vertices, or ``None`` without any of their own.

    ``linear`` says that the file (glTF) gives linear light already.
    """
    visual: Any = mesh.visual
    if visual.kind == "vertex":
        colors: NDArray[Any] = np.asarray(visual.vertex_colors)
    else:
        attributes: Any = getattr(visual, "vertex_attributes", None) or {}
        colors = np.asarray(attributes.get("color", ()))
    if len(colors) != len(mesh.vertices):
        return None
    largest = {np.dtype(np.uint8): 255.0, np.dtype(np.uint16): 65535.0}.get(colors.dtype, 1.0)
    unit = colors.astype(np.float64) / largest
    out = np.ones((len(unit), 4), np.float32)
    rgb = np.clip(unit[:, :3], 0, 1)
    out[:, :3] = rgb if linear else to_linear(rgb)
    if unit.shape[1] > 3:
        out[:, 3] = np.clip(unit[:, 3], 0, 1)
    return out


def _floats(value: Any, count: int) -> list[float] | None:
    """So many numbers out of an MTL value, or ``None``."""
    try:
        numbers = [float(part) for part in np.ravel(value)[:count]]
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == count and np.isfinite(numbers).all() else None
