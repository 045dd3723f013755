"""What Blender is asked to draw, and its channels as a ``Frame`` like our own renderer's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from toolkit.rendering.bpy_process import y_up, z_up
from toolkit.rendering.camera import Framing, project
from toolkit.rendering.frame import Frame, straight_srgb
from toolkit.rendering.lights import Lighting, lights_for
from toolkit.rendering.view import View, rotation

_ndimage: Any = ndimage
Planes = Mapping[str, NDArray[np.float32]]
INDEX = ("Object Index.X", "IndexOB.X")
"""Blender 5 and 4 name the pass differently; 0 is where nothing is."""
AWAY = 4.0
"""Where an eye with parallel rays stands, in radii of the subject."""


def camera_ask(pose: int, view: View, framing: Framing, lighting: Lighting) -> dict[str, Any]:
    """The camera and the lights of one frame, in Blender's axes."""
    rows = rotation(view)
    center = np.array(framing.center)
    reach = framing.distance or AWAY * framing.radius
    x, y = project(center[None], view, framing)[0, :2]
    span = framing.width / framing.scale
    lights = lights_for(lighting, view)[:, :3] @ rows
    return {
        "pose": pose,
        **dict(zip(("right", "up", "toward"), z_up(rows).tolist(), strict=True)),
        "eye": z_up(center + rows[2] * reach).tolist(),
        "span": span,
        "angle": 2 * float(np.arctan(span / 2 / reach)) if framing.distance else 0.0,
        "shift": [
            (framing.width / 2 - x) / framing.width,
            (y - framing.height / 2) / framing.width,
        ],
        "clip": [0.01 * framing.radius, reach + AWAY * framing.radius],
        "lights": z_up(lights).tolist(),
    }


def frame_from(planes: Planes, view: View, framing: Framing, *, gone: NDArray[np.float64]) -> Frame:
    """One frame of Blender's channels.

    Where an edge covers a pixel but not its first sample, normal, depth and object come from the
    nearest pixel that knows them.
    """
    alpha = planes["Combined.A"]
    seen = alpha > 0.5 / 255
    objects = np.rint(next(planes[name] for name in INDEX if name in planes)).astype(np.int32) - 1
    near = _nearest(seen & (objects >= 0))
    normal = _vectors(planes, "Normal")[near] @ rotation(view).T
    length = np.linalg.norm(normal, axis=-1, keepdims=True)
    places = _vectors(planes, "Position")[near] - gone
    depth = (places - np.array(framing.center)) @ rotation(view)[2]
    rgba = np.stack([planes[f"Combined.{channel}"] for channel in "RGBA"], -1)
    return Frame(
        rgba=straight_srgb(rgba, seen),
        normal=np.where(seen[..., None], normal / np.where(length > 0, length, 1), 0).astype("f4"),
        depth=np.where(seen, depth, 0).astype(np.float32),
        objects=np.where(seen, objects[near], -1).astype(np.int32),
    )


def _vectors(planes: Planes, name: str) -> NDArray[np.float64]:
    """A pass of vectors f64 ``[H, W, 3]``, in our axes."""
    return y_up(np.stack([planes[f"{name}.{axis}"] for axis in "XYZ"], -1).astype(np.float64))


def _nearest(known: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each pixel, row and column of the nearest that is known."""
    places: NDArray[np.intp] = np.indices(known.shape)
    if known.any():
        places = _ndimage.distance_transform_edt(
            ~known, return_distances=False, return_indices=True
        )
    return places[0], places[1]
