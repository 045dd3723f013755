"""The camera: eight directions, a slight tilt, and how a figure moves, topples and grows in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.messages import DIRECTIONS

TILT = np.radians(20)
YAWS = {"down": 0.0, "down_right": 38.0, "right": 76.0, "up_right": 142.0, "up": 180.0}
"""Turn of the body in degrees; the left views mirror the right ones, weapon hand and all."""


def is_mirrored(direction: str) -> bool:
    """Whether the view shows the mirror image of a right view."""
    return direction.endswith("left")


def view_matrix(
    direction: str,
    *,
    scale: float = 1.0,
    ahead: float = 0.0,
    lift: float = 0.0,
    turn: float = 0.0,
) -> NDArray[np.float64]:
    """Body frame to screen, f64 ``[3, 4]``: seen from ``direction``, ``turn`` degrees further."""
    assert direction in DIRECTIONS
    yaw = np.radians(YAWS[direction.replace("left", "right")] + turn)
    spin = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    c, s = np.cos(TILT), np.sin(TILT)
    view = np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ spin * scale
    offset = view @ np.array([0, lift / scale / c, ahead / scale])
    matrix = np.concatenate([view, offset[:, None]], 1)
    if is_mirrored(direction):
        matrix[0] *= -1
    return matrix


def rolled(view: NDArray[np.float64], degrees: float, *, middle: float) -> NDArray[np.float64]:
    """The view with the body rolled about its own length, ``middle`` body pixels up."""
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    turn[:3, 3] = np.array([0, middle * 0.72, 0]) - turn[:3, :3] @ np.array([0, middle, 0])
    return view @ turn


def toppled(
    view: NDArray[np.float64], degrees: float, *, middle: float, thickness: float, side: float
) -> NDArray[np.float64]:
    """The view with the figure fallen over in the screen plane by ``degrees``.

    It turns about a point ``middle`` pixels up and comes down until that point lies
    ``thickness`` above the ground; ``side`` 1 falls to the left of the screen, -1 to the right.
    """
    angle = np.radians(degrees) * side
    c, s = np.cos(angle), np.sin(angle)
    share = min(max(degrees / 90, 0.0), 1.0)
    height = middle + (thickness - middle) * share
    fallen = view.copy()
    shifted = view.copy()
    shifted[1, 3] -= middle
    fallen[0] = c * shifted[0] - s * shifted[1]
    fallen[1] = s * shifted[0] + c * shifted[1]
    fallen[1, 3] += height
    return fallen
