"""Where the camera goes: full turns, paths through stops, and the directions of engines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.rendering.view import View

WINDS = ("down", "down_left", "left", "up_left", "up", "up_right", "right", "down_right")
"""The way the subject looks on the screen, every 45 degrees of azimuth from 0."""
ORDERS = {
    1: ("right",),
    2: ("right", "left"),
    4: ("down", "left", "right", "up"),
    8: ("down", "down_right", "right", "up_right", "up", "up_left", "left", "down_left"),
}
"""Directions in the order in which sheets have them."""


def orbit(
    num_views: int, *, azimuth: float = 0.0, elevation: float = 0.0, clockwise: bool = True
) -> tuple[View, ...]:
    """One full turn in equal steps from ``azimuth``; the view after the last would be the first.

    ``clockwise`` is how the subject turns, seen from above: its front first goes to the left.
    """
    step = (360.0 if clockwise else -360.0) / num_views
    return tuple(
        View(azimuth=(azimuth + step * index) % 360.0, elevation=elevation)
        for index in range(num_views)
    )


def along(stops: Sequence[tuple[float, float]], num_views: int) -> tuple[View, ...]:
    """Views evenly spaced along straight lines between stops, the first and last included.

    A stop is azimuth and elevation in degrees; azimuths are not wrapped, so 0 to 720 turns twice.
    """
    places = np.linspace(0, len(stops) - 1, num_views)
    azimuths = np.interp(places, range(len(stops)), [stop[0] for stop in stops])
    elevations = np.interp(places, range(len(stops)), [stop[1] for stop in stops])
    return tuple(
        View(azimuth=float(azimuth) % 360.0, elevation=float(elevation))
        for azimuth, elevation in zip(azimuths, elevations, strict=True)
    )


def direction_azimuths(num_directions: int) -> dict[str, float]:
    """Name to azimuth of 1, 2, 4, 8, 16 or 32 directions, in the order of the sheet.

    Up to eight have the names engines use. The further ones are named like the points of a
    compass: between ``down`` and ``down_left`` lies ``down_down_left``; of 32 the odd ones are
    ``toward`` the next main point, as in ``down_toward_left``.
    """
    by_name = {name: 45.0 * index for index, name in enumerate(WINDS)}
    if num_directions in ORDERS:
        return {name: by_name[name] for name in ORDERS[num_directions]}
    assert num_directions in (16, 32)
    step = 360.0 / num_directions
    azimuths = [-index * step % 360.0 for index in range(num_directions)]
    return {_point(azimuth): azimuth for azimuth in azimuths}


def _point(azimuth: float) -> str:
    """The name of a multiple of 11.25 degrees, as sailors name it."""
    eighth, part = divmod(round(azimuth / 11.25), 4)
    before, after = WINDS[eighth], WINDS[(eighth + 1) % 8]
    main, diagonal = (before, after) if eighth % 2 == 0 else (after, before)
    other = next(word for word in diagonal.split("_") if word != main)
    match part:
        case 0:
            return before
        case 2:
            return f"{main}_{diagonal}"
        case _:
            near_main = (part == 1) == (eighth % 2 == 0)
            return f"{main}_toward_{other}" if near_main else f"{diagonal}_toward_{main}"
