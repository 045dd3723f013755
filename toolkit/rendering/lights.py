"""Lights: from where, how bright, whether they turn with the camera, and in how many steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest
from toolkit.rendering.view import View, rotation

Holder = Literal["camera", "subject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """Parallel white light."""

    direction: tuple[float, float, float]
    """Towards the light: right, up, and to the viewer (of view 0 when the subject holds it)."""
    strength: float
    """Linear light that a white surface facing it gives back."""


STUDIO = (
    Light(direction=(-0.45, 0.65, 0.6), strength=0.72),
    Light(direction=(0.85, 0.05, 0.45), strength=0.16),
    Light(direction=(0.35, 0.55, -0.75), strength=0.30),
)
"""Key from the upper left, as sprites have it, a faint fill from the right, a rim from behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighting:
    """The light in which a mesh is drawn."""

    lights: tuple[Light, ...] = STUDIO
    ambient: float = 0.22
    """Linear light from everywhere."""
    holder: Holder = "camera"
    """``camera`` lights every view from the same side of the screen; ``subject`` turns along."""
    bands: int = 0
    """0 shades smoothly; 2 to 16 draws so many flat tones, as cartoons have them."""

    def __post_init__(self) -> None:
        if self.bands and not 2 <= self.bands <= 16:
            raise BadRequest(f"toon_bands is {self.bands}; must be 0, or 2 to 16.")


UNLIT = Lighting(lights=(), ambient=1.0)
"""Surfaces in their own colours, for engines that light sprites themselves."""


def lights_for(lighting: Lighting, view: View) -> NDArray[np.float64]:
    """Unit direction in the camera's frame and strength of each light, f64 ``[L, 4]``."""
    if not lighting.lights:
        return np.zeros((0, 4))
    rows = np.array([[*light.direction, light.strength] for light in lighting.lights])
    rows[:, :3] /= np.linalg.norm(rows[:, :3], axis=1, keepdims=True)
    if lighting.holder == "subject":
        rows[:, :3] = rows[:, :3] @ rotation(view).T
    return rows
