"""How a camera projects, and the framing that all views of a subject share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from toolkit.rendering.view import View, rotation

AROUND = np.linspace(0, np.pi, 33)
"""Turns at which a point's circle about the vertical axis is projected to frame it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orthographic:
    """Parallel rays: equal things are equally large wherever they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Perspective:
    """Rays from one point; nearer things are larger."""

    field_of_view: float = 35.0
    """Degrees of the cone around the whole subject, 5 to 100."""


Projection = Orthographic | Perspective


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """What all views of a subject share, so that its size and ground point never jump."""

    width: int
    height: int
    scale: float
    """Pixels per unit at the centre."""
    center: tuple[float, float, float]
    """What the camera looks at and turns around."""
    anchor: tuple[float, float, float]
    """The ground point, straight above or below the centre, that never moves on the screen."""
    anchor_pixel: tuple[float, float]
    """Where every view shows the anchor, x and y in pixels, y down."""
    radius: float
    """Of the ball around the centre that holds the subject, in units."""
    distance: float
    """From the centre to the eye in units; 0 for parallel rays."""

    @property
    def pivot(self) -> tuple[float, float]:
        """The anchor as a share of width and height, y down, as ``Clip.pivot`` takes it."""
        return self.anchor_pixel[0] / self.width, self.anchor_pixel[1] / self.height


def project(
    positions: NDArray[np.float64], view: View, framing: Framing, *, samples: int = 1
) -> NDArray[np.float64]:
    """Screen points f64 ``[..., 3]``: x right and y down in pixels times ``samples``, nearness.

    Nearness is linear across a triangle on the screen: units towards the viewer from the centre
    for parallel rays, one over the distance from the eye in perspective.
    """
    center = np.array(framing.center)
    turn = rotation(view).T
    points = _flat((positions - center) @ turn, framing.distance)
    ground = _flat((np.array(framing.anchor) - center) @ turn, framing.distance)
    x, y = framing.anchor_pixel
    points[..., 0] = (x + (points[..., 0] - ground[0]) * framing.scale) * samples
    points[..., 1] = (y - (points[..., 1] - ground[1]) * framing.scale) * samples
    return points


def toward_viewer(nearness: NDArray[np.float64], framing: Framing) -> NDArray[np.float64]:
    """Units towards the viewer from the plane through the centre, from ``project``'s nearness."""
    return framing.distance - 1.0 / nearness if framing.distance else nearness


def _flat(turned: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """Right and up in units at the centre's distance, and nearness."""
    points = turned.copy()
    if distance:
        points[..., 2] = 1.0 / (distance - turned[..., 2])
        points[..., :2] *= points[..., 2:] * distance
    return points


def frame_subject(
    positions: NDArray[np.float64],
    *,
    anchor: NDArray[np.float64],
    elevations: Sequence[float],
    projection: Projection,
    width: int,
    height: int,
    border: float = 1.0,
    scale: float = 0.0,
) -> Framing:
    """The framing that shows the whole subject at every azimuth and the given elevations.

    The camera turns about the vertical line through ``anchor``. ``border`` pixels stay free on
    each side; ``scale`` in pixels per unit is taken as given, 0 makes the subject as large as
    fits. The size does not depend on which azimuths are shown.
    """
    center = anchor.copy()
    center[1] = (positions[:, 1].min() + positions[:, 1].max()) / 2
    offsets = positions - center
    radius = max(float(np.sqrt(np.einsum("ij,ij->i", offsets, offsets).max())), 1e-12)
    distance = _distance(radius, projection)
    across, low, high = _extent(offsets, anchor[1] - center[1], elevations, distance)
    room = (max(width - 2 * border, 1.0), max(height - 2 * border, 1.0))
    fitting = min(room[0] / max(2 * across, 1e-12), room[1] / max(high - low, 1e-12))
    chosen = scale or fitting
    return Framing(
        width=width,
        height=height,
        scale=chosen,
        center=(float(center[0]), float(center[1]), float(center[2])),
        anchor=(float(anchor[0]), float(anchor[1]), float(anchor[2])),
        anchor_pixel=(width / 2, height / 2 + chosen * (high + low) / 2),
        radius=radius,
        distance=distance,
    )


def _distance(radius: float, projection: Projection) -> float:
    match projection:
        case Orthographic():
            return 0.0
        case Perspective():
            return radius / float(np.sin(np.radians(projection.field_of_view) / 2))


def _extent(
    offsets: NDArray[np.float64], drop: float, elevations: Sequence[float], distance: float
) -> tuple[float, float, float]:
    """Over a full turn: the widest point, and the lowest and highest above the anchor, in units."""
    outline = profile(offsets)
    circles = np.stack(
        [
            np.outer(outline[:, 0], np.sin(AROUND)),
            np.broadcast_to(outline[:, 1:], (len(outline), len(AROUND))),
            np.outer(outline[:, 0], np.cos(AROUND)),
        ],
        axis=-1,
    )
    across, low, high = 0.0, np.inf, -np.inf
    for elevation in elevations:
        turn = rotation(View(azimuth=0.0, elevation=elevation)).T
        points = _flat(circles @ turn, distance)
        ground = _flat(np.array([0.0, drop, 0.0]) @ turn, distance)[1]
        across = max(across, float(points[..., 0].max()))
        low = min(low, float(points[..., 1].min() - ground))
        high = max(high, float(points[..., 1].max() - ground))
    return across, low, high


def profile(offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The subject, as offsets from its axis, turned into one plane.

    Hull corners f64 ``[N, 2]`` of radius and height.
    """
    points = np.stack([np.hypot(offsets[:, 0], offsets[:, 2]), offsets[:, 1]], 1)
    try:
        return points[ConvexHull(points).vertices]
    except QhullError:  # a line or a point has no hull
        low, high = points.min(0), points.max(0)
        return np.array([low, high, [low[0], high[1]], [high[0], low[1]]])
