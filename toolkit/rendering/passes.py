"""Passes: each thing a frame knows, as a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.camera import Framing
from toolkit.rendering.frame import Frame
from toolkit.rendering.view import View, rotation

GOLDEN_TURN = 0.618033988749895


def pass_pixels(frame: Frame, name: str, view: View, framing: Framing) -> NDArray[np.uint8]:
    """One pass of a frame as uint8 ``[H, W, 4]``; all passes share the alpha of ``rgba``.

    ``normal`` and ``world_normal`` hold x, y, z from -1 to 1 in red, green, blue, y up (as Godot,
    Blender and OpenGL want it): the camera's right, up and towards it, or the mesh's own axes.
    ``depth`` is grey, black at the back and white at the front of the ball around the subject.
    ``object`` has one flat colour per object, see ``object_colors``.
    """
    match name:
        case "rgba":
            return frame.rgba
        case "normal":
            return _with_alpha(_packed(frame.normal), frame)
        case "world_normal":
            turned = frame.normal @ rotation(view).astype(np.float32)
            return _with_alpha(_packed(turned), frame)
        case "depth":
            grey = np.clip(frame.depth / (2 * framing.radius) + 0.5, 0, 1)
            return _with_alpha(np.rint(grey * 255)[..., None].repeat(3, -1), frame)
        case _:
            assert name == "object"
            palette = object_colors(int(frame.objects.max(initial=0)) + 1)
            return _with_alpha(palette[np.maximum(frame.objects, 0)], frame)


def object_colors(count: int) -> NDArray[np.uint8]:
    """Colours uint8 ``[count, 3]`` that differ for neighbours: the hue goes on by a golden turn.

    They repeat after 765 objects at the earliest.
    """
    hue = np.arange(count) * GOLDEN_TURN % 1.0 * 6
    value = np.array([255, 200, 150])[np.arange(count) // 255 % 3]
    ramp = np.stack(
        [np.clip(abs(hue - 3) - 1, 0, 1), np.clip(2 - abs(hue - 2), 0, 1),
         np.clip(2 - abs(hue - 4), 0, 1)], 1,
    )  # fmt: skip
    return np.rint(ramp * value[:, None]).astype(np.uint8)


def _packed(normals: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.rint((normals * 0.5 + 0.5) * 255)


def _with_alpha(rgb: NDArray[np.float32] | NDArray[np.uint8], frame: Frame) -> NDArray[np.uint8]:
    alpha = frame.rgba[..., 3:]
    return np.concatenate([np.where(alpha > 0, rgb, 0).astype(np.uint8), alpha], -1)
