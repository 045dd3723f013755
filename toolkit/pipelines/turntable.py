"""TurntableRequest -> a clip per pass: a mesh rendered, or a sentence drawn, from all around."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit import __version__
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest, PlayreelError
from toolkit.messages import Progress, TurntableRequest, encode_request
from toolkit.rendering.orbit import along, direction_azimuths, orbit
from toolkit.rendering.view import View
from toolkit.runtime.models import Models

OnProgress = Callable[[Progress, NDArray[np.uint8]], None]
ISOMETRIC_ELEVATION, ISOMETRIC_TURN = 30.0, 45.0
"""Degrees: the ground's squares become diamonds twice as wide as high."""
TURN = "turntable"
"""Tag of a turn, and metadata key of where its cameras stood."""
PASSES = "passes"
"""Metadata key of a clip that holds several passes one after the other."""


def generate_turntable(
    request: TurntableRequest,
    models: Models | None,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    bpy_python: Path | None = None,
) -> dict[str, Clip]:
    """A clip for each pass of the request, by its name; all share size, timing, tags and pivot.

    ``models`` may be ``None`` for a mesh. A mesh is drawn view by view, so that memory holds one
    frame besides the result. ``bpy_python`` is a Python that has ``bpy``, for that backend;
    ``None`` takes this one.

    Raises:
        BadRequest: the mesh or the image cannot be used.
        PlayreelError: the libraries for meshes are not installed.
        JobCancelled: ``cancelled()`` became true between two views or steps.
    """
    if request.mesh:
        return _mesh_drawing(request, bpy_python)(
            request, on_progress=on_progress, cancelled=cancelled
        )
    from toolkit.pipelines.drawn_turntable import draw_turntable

    if models is None:
        raise BadRequest("prompt is given without models; load a bundle with load_models().")
    clip = draw_turntable(request, models, on_progress=on_progress, cancelled=cancelled)
    return {request.passes[0]: clip}


def _mesh_drawing(
    request: TurntableRequest, bpy_python: Path | None
) -> Callable[..., dict[str, Clip]]:
    """The function that draws meshes; its module loads numba, which not everybody has."""
    try:
        if request.backend == "bpy":
            from toolkit.pipelines.animated_turntable import animate_turntable

            return partial(animate_turntable, bpy_python=bpy_python)
        from toolkit.pipelines.mesh_turntable import render_turntable
    except ModuleNotFoundError as error:
        if (error.name or "toolkit").partition(".")[0] == "toolkit":
            raise
        raise PlayreelError(
            f"drawing a mesh needs {error.name}; pip install 'playreel[mesh]'."
        ) from error
    return render_turntable


def views_of(request: TurntableRequest) -> tuple[View, ...]:
    """Where the camera stands for each frame of the request."""
    isometric = request.camera == "isometric"
    elevation = ISOMETRIC_ELEVATION if isometric else request.elevation
    if request.directions:
        azimuths = direction_azimuths(request.directions).values()
        return tuple(
            View(azimuth=(azimuth + request.azimuth) % 360.0, elevation=elevation)
            for azimuth in azimuths
        )
    if request.path:
        return along(request.path, request.views)
    start = request.azimuth + (ISOMETRIC_TURN if isometric else 0.0)
    return orbit(request.views, azimuth=start, elevation=elevation, clockwise=request.clockwise)


def tags_of(request: TurntableRequest) -> tuple[FrameTag, ...]:
    """One tag for a turn, which loops; or one a direction."""
    if not request.directions:
        loop = not request.path
        return (FrameTag(name=TURN, start=0, stop=request.num_views, loop=loop),)
    names = direction_azimuths(request.directions)
    return tuple(FrameTag(name=name, start=at, stop=at + 1) for at, name in enumerate(names))


def metadata_of(
    request: TurntableRequest, views: tuple[View, ...], camera: Mapping[str, float]
) -> dict[str, str]:
    """What every file of the turntable carries: the request, and where the cameras stood.

    ``camera`` adds what is known of the lens: ``scale`` in pixels per unit, ``distance``.
    """
    stand = {
        "azimuths": [round(view.azimuth, 6) for view in views],
        "elevations": [round(view.elevation, 6) for view in views],
        **camera,
    }
    return {
        "request": encode_request(request),
        "version": __version__,
        TURN: json.dumps(stand, separators=(",", ":")),
    }


def join_passes(passes: Mapping[str, Clip]) -> Clip:
    """All passes one after the other in one clip, for what takes one clip only.

    Tags of the further passes get the pass as a suffix, as in ``turntable_normal``.
    """
    clips = list(passes.values())
    if len(clips) == 1:
        return clips[0]
    tags = [
        replace(tag, name=tag.name if not at else f"{tag.name}_{name}",
                start=tag.start + at * clip.num_frames, stop=tag.stop + at * clip.num_frames)
        for at, (name, clip) in enumerate(passes.items())
        for tag in clip.tags
    ]  # fmt: skip
    return replace(
        clips[0],
        frames=np.concatenate([clip.frames for clip in clips]),
        tags=tuple(tags),
        metadata={**clips[0].metadata, PASSES: ",".join(passes)},
    )


def split_passes(clip: Clip) -> dict[str, Clip]:
    """The passes that ``join_passes`` put together; any other clip is one pass, ``rgba``."""
    names = clip.metadata.get(PASSES, "").split(",")
    if names == [""]:
        return {"rgba": clip}
    count = clip.num_frames // len(names)
    tags = tuple(tag for tag in clip.tags if tag.stop <= count)
    metadata = {key: value for key, value in clip.metadata.items() if key != PASSES}
    return {
        name: replace(
            clip, frames=clip.frames[at * count : (at + 1) * count], tags=tags, metadata=metadata
        )
        for at, name in enumerate(names)
    }
