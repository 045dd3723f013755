"""Frames of a mesh that turns once, as the packs of 3D models hold them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.data.sources.strips import FRAME_SIDE, Pixels, clear_hidden
from toolkit.rendering.camera import Framing
from toolkit.rendering.frame import Renderer
from toolkit.rendering.lights import Lighting
from toolkit.rendering.mesh import Mesh
from toolkit.rendering.orbit import orbit

VIEWS = 16
SAMPLES = 3
FILL = 0.94
"""Share of the frame that the ball around the subject takes."""
LEAST_ALPHA = 4.0
"""Mean over all frames; road markings and rulers seen from their side show less."""
SMALLEST = 1e-9


def turntable(mesh: Mesh, elevation: float) -> Pixels:
    """uint8 ``[16, 64, 64, 4]``: one turn, counter-clockwise seen from above, at one scale.

    ``elevation`` is the camera's, in degrees; y is up in the mesh.
    """
    renderer = Renderer(mesh, frame_cylinder(mesh, elevation), Lighting(), samples=SAMPLES)
    views = orbit(VIEWS, elevation=elevation, clockwise=False)
    return clear_hidden(np.stack([renderer.draw(view).rgba for view in views]))


def shows_enough(frames: Pixels) -> bool:
    """Whether there is something to be seen in the frames."""
    return bool(frames[..., 3].mean() >= LEAST_ALPHA)


def frame_cylinder(mesh: Mesh, elevation: float) -> Framing:
    """The framing of the cylinder around the mesh's box, whose middle stays in the middle.

    The box and not the outline decides, so that all models stand around the same point.
    """
    low, high = mesh.bounds
    middle = (low + high) / 2
    offsets = mesh.positions[np.unique(mesh.faces)] - middle
    radius = float(np.hypot(offsets[:, 0], offsets[:, 2]).max())
    tall = float(np.abs(offsets[:, 1]).max())
    lean = np.radians(elevation)
    extent = max(radius, tall * np.cos(lean) + radius * np.sin(lean), SMALLEST)
    place = _triple(middle)
    return Framing(
        width=FRAME_SIDE,
        height=FRAME_SIDE,
        scale=FRAME_SIDE * FILL / 2 / float(extent),
        center=place,
        anchor=place,
        anchor_pixel=(FRAME_SIDE / 2, FRAME_SIDE / 2),
        radius=max(float(np.linalg.norm(offsets, axis=1).max()), SMALLEST),
        distance=0.0,
    )


def _triple(vector: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
