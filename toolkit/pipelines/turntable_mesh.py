"""A turntable back to a mesh: hull, surface, colours, and a check that the views agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.clip import Clip
from toolkit.errors import BadRequest, JobCancelled
from toolkit.messages import Progress
from toolkit.rendering.hull import carve
from toolkit.rendering.hull_colors import mesh_of, project_colors
from toolkit.rendering.hull_surface import Surface, is_watertight, surface_of
from toolkit.rendering.mesh import Mesh
from toolkit.rendering.stand import KEY, stand_of

MEAN_OVERLAP, LEAST_OVERLAP = 0.80, 0.55
"""Share of a silhouette that the hull must explain, on average and in the worst view."""
STEPS = ("carving", "surface", "colours")
DRAWN_AGREEMENT = 0.88
"""What a prompt's views are asked to agree, since a network drew them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshOptions:
    """How a turntable becomes a mesh; checks itself on construction."""

    resolution: int = 96
    """Voxels along the longest side, 16 to 256."""
    agreement: float = 0.0
    """Share of the views, 0.5 to 1, that must leave a place; 0 takes 1, of a prompt 0.88."""
    smoothing: int = 4
    """Rounds, 0 to 50."""
    elevation: float | None = None
    """Degrees from which the views look; ``None`` takes the clip's own, else 0."""
    clockwise: bool = True
    """How the subject turns in a clip that does not say it."""
    height: float = 0.0
    """Units from the ground to the top; 0 keeps the clip's own scale, else 1."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("resolution", self.resolution, 16, 256),
            ("smoothing", self.smoothing, 0, 50),
            ("elevation", self.elevation or 0, -90, 90),
            ("height", self.height, 0, 1e6),
        ):
            if not low <= value <= high:
                raise BadRequest(f"{name} is {value}; must be {low} to {high}.")
        if self.agreement and not 0.5 <= self.agreement <= 1:
            raise BadRequest(f"agreement is {self.agreement}; must be 0.5 to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TurntableMesh:
    """The mesh of a turntable and how well it explains the views."""

    mesh: Mesh
    overlaps: tuple[float, ...]
    """Of each view, 0 to 1: the area of its silhouette and the mesh's that they share."""
    watertight: bool


def mesh_from_turntable(
    clip: Clip,
    options: MeshOptions | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> TurntableMesh:
    """The mesh that the silhouettes of a turntable enclose, coloured from its frames.

    y is up, the ground point at the origin, in the units of the mesh the turntable was made of.

    Raises:
        BadRequest: fewer than three views, no background, or views that cannot come from one
            object; the message names the view.
        JobCancelled: ``cancelled()`` became true between two steps.
    """
    chosen = options or MeshOptions()
    stand = stand_of(clip, elevation=chosen.elevation, clockwise=chosen.clockwise)
    agreement = chosen.agreement or (DRAWN_AGREEMENT if clip.metadata.get("prompt") else 1.0)

    def begin(step: int) -> None:
        if cancelled is not None and cancelled():
            raise JobCancelled(f"cancelled after {step} of {len(STEPS)} steps.")
        if on_progress is not None:
            on_progress(Progress(step=step + 1, num_steps=len(STEPS), label=STEPS[step]))

    begin(0)
    hull = carve(clip.frames[..., 3], stand, resolution=chosen.resolution, agreement=agreement)
    begin(1)
    surface = surface_of(hull, smoothing=chosen.smoothing)
    begin(2)
    colors, overlaps = project_colors(surface, clip.frames, stand)
    _check_overlaps(overlaps.tolist())
    known = KEY in clip.metadata and stand.measured
    mesh = mesh_of(_sized(surface, chosen.height or (0.0 if known else 1.0)), colors)
    return TurntableMesh(
        mesh=mesh, overlaps=tuple(overlaps.tolist()), watertight=is_watertight(surface.faces)
    )


def _check_overlaps(overlaps: list[float]) -> None:
    worst = int(np.argmin(overlaps))
    mean = float(np.mean(overlaps))
    if mean >= MEAN_OVERLAP and overlaps[worst] >= LEAST_OVERLAP:
        return
    raise BadRequest(
        f"the silhouettes cannot come from one object: of view {worst} the others leave only "
        f"{overlaps[worst]:.0%} (all views: {mean:.0%}); give one full turn of a rigid subject "
        "about its middle, its true --elevation, or a lower --agreement."
    )


def _sized(surface: Surface, height: float) -> Surface:
    """The surface so high, its lowest point on the ground; 0 leaves it as it is."""
    if not height:
        return surface
    low, high = surface.positions.min(0), surface.positions.max(0)
    scale = height / max(high[1] - low[1], 1e-12)
    placed = (surface.positions - np.array([0.0, low[1], 0.0])) * scale
    return Surface(positions=placed, faces=surface.faces)
