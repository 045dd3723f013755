"""Stand: where the cameras of a turntable stood, out of its metadata or as people say it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.rendering.camera import Framing
from toolkit.rendering.orbit import orbit
from toolkit.rendering.view import View

KEY = "turntable"
"""Metadata key under which turntables keep their cameras as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One camera a frame, in units with the ground point at the origin."""

    views: tuple[View, ...]
    framing: Framing
    measured: bool
    """Whether scale and ground are known; else a unit is a pixel and the ground is a guess."""


def stand_of(clip: Clip, *, elevation: float | None = None, clockwise: bool = True) -> Stand:
    """Where the cameras of a clip stood.

    A turntable made here says it itself. For any other clip one full turn in equal steps is
    assumed, from ``elevation`` degrees (0 when not given), with parallel rays.

    Raises:
        BadRequest: what the clip says does not fit it.
    """
    if KEY not in clip.metadata:
        return _assumed(clip, elevation or 0.0, clockwise=clockwise)
    try:
        said: dict[str, Any] = json.loads(clip.metadata[KEY])
        views = tuple(
            View(azimuth=float(azimuth), elevation=float(tilt))
            for azimuth, tilt in zip(said["azimuths"], said["elevations"], strict=True)
        )
        scale = float(said.get("scale", 0.0))
        height, distance = float(said.get("center_height", 0)), float(said.get("distance", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest(f"the clip's camera data is damaged: {error!r}; make it again.") from error
    if len(views) != clip.num_frames:
        raise BadRequest(
            f"the clip has {clip.num_frames} frames and {len(views)} cameras; "
            "give the turntable as it was exported."
        )
    if elevation is not None:
        views = tuple(View(azimuth=view.azimuth, elevation=elevation) for view in views)
    framing = _framing(clip, scale=scale or 1.0, height=height, distance=distance)
    return Stand(views=views, framing=framing, measured=scale > 0)


def _assumed(clip: Clip, elevation: float, *, clockwise: bool) -> Stand:
    return Stand(
        views=orbit(clip.num_frames, elevation=elevation, clockwise=clockwise),
        framing=_framing(clip, scale=1.0, height=0.0, distance=0.0),
        measured=False,
    )


def _framing(clip: Clip, *, scale: float, height: float, distance: float) -> Framing:
    return Framing(
        width=clip.width,
        height=clip.height,
        scale=scale,
        center=(0.0, height, 0.0),
        anchor=(0.0, 0.0, 0.0),
        anchor_pixel=(clip.pivot[0] * clip.width, clip.pivot[1] * clip.height),
        radius=clip.width / scale,
        distance=distance,
    )
