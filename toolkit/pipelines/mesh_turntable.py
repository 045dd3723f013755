"""A mesh from all around: load, frame once, draw view by view."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.errors import JobCancelled, ResourceLimit
from toolkit.messages import Progress, TurntableRequest
from toolkit.pipelines.turntable import OnProgress, metadata_of, tags_of, views_of
from toolkit.rendering.camera import (
    Framing,
    Orthographic,
    Perspective,
    Projection,
    frame_subject,
)
from toolkit.rendering.frame import Frame, Renderer
from toolkit.rendering.lights import UNLIT, Lighting
from toolkit.rendering.mesh import Mesh
from toolkit.rendering.mesh_files import read_mesh
from toolkit.rendering.outline import Outline, outlined
from toolkit.rendering.passes import pass_pixels
from toolkit.rendering.view import View

MAX_SAMPLES = 12 * 2**20
"""Of one frame; each takes 36 bytes."""


def render_turntable(
    request: TurntableRequest,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Clip]:
    """A clip for each pass of the request's mesh.

    Raises:
        BadRequest: the mesh cannot be read, is damaged, empty, too large or animated.
        ResourceLimit: one frame with its samples would take too much memory.
        JobCancelled: ``cancelled()`` became true between two views.
    """
    check_samples(request)
    path = Path(request.mesh)
    sent = request.mesh_bytes or None
    mesh = read_mesh(path, up=request.up, rest_pose=request.rest_pose, content=sent)
    views = views_of(request)
    framing = frame_mesh(mesh, request, views)
    renderer = Renderer(mesh, framing, lighting_of(request), samples=request.samples)
    width, height = request.size
    pixels = {name: np.zeros((len(views), height, width, 4), np.uint8) for name in request.passes}
    for number, view in enumerate(views):
        if cancelled is not None and cancelled():
            raise JobCancelled(f"cancelled after {number} of {len(views)} views.")
        frame = finished(renderer.draw(view), request, framing)
        for name, stack in pixels.items():
            stack[number] = pass_pixels(frame, name, view, framing)
        if on_progress is not None:
            progress = Progress(step=number + 1, num_steps=len(views), label=path.stem)
            on_progress(progress, pixels[request.passes[0]][: number + 1])
    return clips_of(request, views, framing, pixels)


def check_samples(request: TurntableRequest) -> None:
    """Refuse a frame that would not fit into memory.

    Raises:
        ResourceLimit: it has too many samples.
    """
    width, height = request.size
    if width * height * request.samples**2 > MAX_SAMPLES:
        raise ResourceLimit(
            f"{width}x{height} pixels with {request.samples}x{request.samples} samples are too "
            f"much for one frame; at most {MAX_SAMPLES} samples: lower --samples or --size."
        )


def frame_mesh(mesh: Mesh, request: TurntableRequest, views: tuple[View, ...]) -> Framing:
    """The framing that holds the mesh in all views at one size, its ground point at one place."""
    low, high = mesh.bounds
    anchor = (low + high) / 2
    if request.pivot == "origin":
        anchor[:] = 0.0
    else:
        anchor[1] = low[1]
    return frame_points(mesh.positions, anchor, request, views)


def frame_points(
    points: NDArray[np.float64],
    anchor: NDArray[np.float64],
    request: TurntableRequest,
    views: tuple[View, ...],
) -> Framing:
    """The framing that holds the points in all views, turned about the line through ``anchor``."""
    width, height = request.size
    return frame_subject(
        points,
        anchor=anchor,
        elevations=sorted({view.elevation for view in views}),
        projection=projection_of(request),
        width=width,
        height=height,
        border=1.0 + request.outline,
        scale=request.pixels_per_unit,
    )


def projection_of(request: TurntableRequest) -> Projection:
    """The projection of the request's camera."""
    match request.camera:
        case "perspective":
            return Perspective(field_of_view=request.field_of_view)
        case "orthographic" | "isometric":
            return Orthographic()


def lighting_of(request: TurntableRequest) -> Lighting:
    """The light of the request."""
    match request.lighting:
        case "none":
            return UNLIT
        case "camera" | "subject":
            return Lighting(holder=request.lighting, bands=request.toon_bands)


def finished(frame: Frame, request: TurntableRequest, framing: Framing) -> Frame:
    """The frame with the request's outline."""
    if not request.outline:
        return frame
    color = bytes.fromhex(request.outline_color)
    outline = Outline(width=request.outline, color=(color[0], color[1], color[2]))
    return outlined(frame, outline, radius=framing.radius)


def clips_of(
    request: TurntableRequest,
    views: tuple[View, ...],
    framing: Framing,
    pixels: dict[str, NDArray[np.uint8]],
) -> dict[str, Clip]:
    """The drawn passes as clips, ``views`` saying for each frame where its camera stood."""
    path = Path(request.mesh)
    camera = {
        "scale": framing.scale,
        "distance": framing.distance,
        "center_height": framing.center[1] - framing.anchor[1],
    }
    metadata = metadata_of(request, views, camera)
    metadata["mesh"] = path.name
    content = request.mesh_bytes or path.read_bytes()
    metadata["mesh_sha256"] = hashlib.sha256(content).hexdigest()
    clip = Clip(
        frames=next(iter(pixels.values())),
        fps=request.fps,
        tags=tags_of(request),
        pivot=framing.pivot,
        metadata=metadata,
    )
    return {name: replace(clip, frames=frames) for name, frames in pixels.items()}
