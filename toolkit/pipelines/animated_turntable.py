"""An animated file from all around: Blender poses and draws it, view by view, frame by frame."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.messages import Progress, TurntableRequest
from toolkit.pipelines.mesh_turntable import (
    check_samples,
    clips_of,
    finished,
    frame_points,
    lighting_of,
)
from toolkit.pipelines.turntable import OnProgress, tags_of, views_of
from toolkit.rendering.bpy_frame import camera_ask, frame_from
from toolkit.rendering.bpy_process import Action, BpyScene, Order
from toolkit.rendering.camera import Framing, profile
from toolkit.rendering.companions import Companions
from toolkit.rendering.gltf import files_of, name_actions, read_gltf, with_document
from toolkit.rendering.passes import pass_pixels
from toolkit.rendering.view import View
from toolkit.turntable_request import BPY_FORMATS

MAX_BYTES = 2**30
FASTEST = 60.0
"""Frames a second of an action that is over at once."""


def animate_turntable(
    request: TurntableRequest,
    *,
    bpy_python: Path | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Clip]:
    """A clip for each pass: for each action and view, its frames one after the other.

    What the root travels along the ground is taken back; size and ground point are the same in
    all frames. ``bpy_python`` is a Python that has ``bpy``; ``None`` takes this one.

    Raises:
        BadRequest: Blender cannot read the file, or it has no such action.
        PlayreelError: that Python has no ``bpy``.
        ResourceLimit: one frame with its samples would take too much memory.
        JobCancelled: ``cancelled()`` became true.
    """
    check_samples(request)
    asked = cancelled or bool
    with tempfile.TemporaryDirectory(prefix="playreel-", ignore_cleanup_errors=True) as folder:
        order = _order(request, Path(folder))
        name = Path(request.mesh).name
        with BpyScene(order, name, python=bpy_python, cancelled=asked) as scene:
            framing = _framing(scene, request)
            return _drawn(scene, request, framing, on_progress)


def _order(request: TurntableRequest, folder: Path) -> Order:
    """The order, its file laid into ``folder`` with nothing but what it may refer to."""
    path = Path(request.mesh)
    if request.mesh_bytes:
        raise BadRequest("backend bpy draws files where they lie; use --embedded.")
    if path.suffix.lower() not in BPY_FORMATS:
        raise BadRequest(
            f"mesh is {path.name!r}, and backend bpy draws {', '.join(BPY_FORMATS)}; "
            "leave out --backend for other formats."
        )
    lighting, unlit = lighting_of(request), request.lighting == "none"
    order = Order(
        file=str(path.resolve()), actions=request.actions, num_frames=request.num_frames,
        size=request.size, samples=request.samples,
        ambient=0.0 if unlit else lighting.ambient, unlit=unlit,
        lights=tuple(light.strength for light in lighting.lights),
    )  # fmt: skip
    content = _content(path)
    if path.suffix.lower() not in (".glb", ".gltf"):
        return order
    companions = Companions(path)
    gltf = read_gltf(content, path.name, companions, rest_pose=True)
    known = name_actions(gltf)
    for uri in files_of(gltf.document):
        target = folder / unquote(uri)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(companions.get(uri))
    kept = folder / f"playreel_acts{path.suffix.lower()}"
    rest = folder / f"playreel_rest{path.suffix.lower()}"
    kept.write_bytes(with_document(gltf, at_rest=False))
    rest.write_bytes(with_document(gltf, at_rest=True))
    return replace(order, file=str(kept), rest=str(rest) if known else "", known=known)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadRequest(f"{path} has more than 1 GiB; decimate it first.")
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"cannot read {path}: {error.strerror or error}.") from error


def _framing(scene: BpyScene, request: TurntableRequest) -> Framing:
    """The framing that holds every pose in every view, its ground below the lowest of them."""
    first = scene.pose(0)
    low, high = first.min(0), first.max(0)
    axis = np.zeros(3) if request.pivot == "origin" else (low + high) / 2
    axis[1] = 0.0
    swept: list[NDArray[np.float64]] = []
    for number in range(len(scene.actions) * request.num_frames):
        corners = scene.pose(number)
        if not np.isfinite(corners).all():
            raise BadRequest(f"{request.mesh} has a vertex that is no number; clean the mesh.")
        outline = profile(corners - axis)  # radius and height decide, at every azimuth
        swept.append(axis + np.pad(outline, ((0, 0), (0, 1))))
    points = np.concatenate(swept)
    anchor = axis.copy()
    anchor[1] = 0.0 if request.pivot == "origin" else points[:, 1].min()
    return frame_points(points, anchor, request, views_of(request))


def _drawn(
    scene: BpyScene, request: TurntableRequest, framing: Framing, on_progress: OnProgress | None
) -> dict[str, Clip]:
    places = _places(scene, request)
    width, height = request.size
    pixels = {name: np.zeros((len(places), height, width, 4), np.uint8) for name in request.passes}
    lighting = lighting_of(request)
    for number, (pose, view) in enumerate(places):
        planes = scene.draw(camera_ask(pose, view, framing, lighting))
        frame = frame_from(planes, view, framing, gone=scene.gone(pose))
        frame = finished(frame, request, framing)
        for name, stack in pixels.items():
            stack[number] = pass_pixels(frame, name, view, framing)
        if on_progress is not None:
            stem = Path(request.mesh).stem
            progress = Progress(step=number + 1, num_steps=len(places), label=stem)
            on_progress(progress, pixels[request.passes[0]][: number + 1])
    clips = clips_of(request, tuple(view for _, view in places), framing, pixels)
    return {name: _timed(clip, scene.actions, request) for name, clip in clips.items()}


def _places(scene: BpyScene, request: TurntableRequest) -> list[tuple[int, View]]:
    """Pose and view of every frame of the clip: an action, its views, their frames."""
    return [
        (act * request.num_frames + frame, view)
        for act in range(len(scene.actions))
        for view in views_of(request)
        for frame in range(request.num_frames)
    ]


def _timed(clip: Clip, actions: tuple[Action, ...], request: TurntableRequest) -> Clip:
    """The clip at the pace of its actions, a tag for each action and view."""
    if request.num_frames == 1 and len(actions) == 1:
        return replace(clip, tags=tags_of(request))
    count = request.num_frames
    paces = [max(act.seconds / count, 1 / FASTEST) for act in actions]
    run = request.num_turn_views * count
    durations = tuple(pace for pace in paces for _ in range(run))
    even = len(set(durations)) == 1
    return replace(
        clip, fps=1 / paces[0], durations=() if even else durations,
        tags=tuple(_tags(actions, request)),
    )  # fmt: skip


def _tags(actions: tuple[Action, ...], request: TurntableRequest) -> list[FrameTag]:
    if request.directions:
        sides = [tag.name for tag in tags_of(replace(request, num_frames=1, actions=()))]
    elif request.views == 1:
        sides = [""]
    else:
        sides = [f"{round(view.azimuth) % 360:03d}" for view in views_of(request)]
    names = [
        ("_".join(part for part in (_word(act.name), side) if part), act.loop)
        for act in actions
        for side in sides
    ]
    count = request.num_frames
    return [
        FrameTag(name=name or "still", start=at * count, stop=(at + 1) * count, loop=loop)
        for at, (name, loop) in enumerate(names)
    ]


def _word(name: str) -> str:
    """An action's name as a part of a tag's."""
    return re.sub(r"[^0-9A-Za-z]+", "_", name.rpartition("|")[2] or name).strip("_").lower()
