"""A thing of the scene as a glTF binary: its mesh as modifiers leave it, with materials."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from toolkit.errors import BadRequest

MESHY = frozenset({"MESH", "CURVE", "SURFACE", "FONT", "META"})
MOST_TRIANGLES = 4_000_000


def export_glb(thing: bpy.types.Object, context: bpy.types.Context) -> bytes:
    """The thing as ``.glb``; selection and scene are left as they were.

    Raises:
        BadRequest: it has no faces, too many of them, or coordinates that are no numbers.
    """
    check_mesh(thing, context)
    selected = list(context.selected_objects)
    active = context.view_layer.objects.active
    with tempfile.TemporaryDirectory(prefix="playreel-") as folder:
        path = Path(folder) / "mesh.glb"
        try:
            for other in selected:
                other.select_set(False)
            thing.select_set(True)
            bpy.ops.export_scene.gltf(
                filepath=str(path), export_format="GLB", use_selection=True, export_apply=True,
                export_animations=False, export_cameras=False, export_lights=False,
            )  # fmt: skip
            return path.read_bytes()
        finally:
            thing.select_set(thing in selected)
            for other in selected:
                other.select_set(True)
            context.view_layer.objects.active = active


def check_mesh(thing: bpy.types.Object, context: bpy.types.Context) -> None:
    """Return when the thing can be drawn.

    Raises:
        BadRequest: as ``export_glb``.
    """
    evaluated = thing.evaluated_get(context.evaluated_depsgraph_get())
    mesh = evaluated.to_mesh()
    try:
        count = 0 if mesh is None else len(mesh.loops) - 2 * len(mesh.polygons)
        if mesh is None or count == 0:
            raise BadRequest(f"{thing.name} has no faces; choose a mesh that has some.")
        if count > MOST_TRIANGLES:
            raise BadRequest(
                f"{thing.name} has {count} triangles; at most {MOST_TRIANGLES}: add a Decimate "
                "modifier."
            )
        places = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", places)
        if not np.isfinite(places).all():
            first = int(np.argmin(np.isfinite(places))) // 3
            raise BadRequest(f"vertex {first} of {thing.name} is no number; dissolve it.")
    finally:
        evaluated.to_mesh_clear()


def camera_stops(
    thing: bpy.types.Object, scene: bpy.types.Scene, most: int
) -> tuple[tuple[float, float], ...]:
    """Azimuth and elevation of the scene's camera around a thing, over the scene's frames.

    Degrees; azimuth 0 looks at the thing's front, from -Y, and 90 sees it facing left.

    Raises:
        BadRequest: the scene has no camera.
    """
    camera = scene.camera
    if camera is None:
        raise BadRequest("the scene has no camera; add one, or turn Scene Camera off.")
    first, last, now = scene.frame_start, scene.frame_end, scene.frame_current
    count = max(2, min(most, last - first + 1))
    stops: list[tuple[float, float]] = []
    try:
        for index in range(count):
            scene.frame_set(round(first + (last - first) * index / (count - 1)))
            corners = [thing.matrix_world @ Vector(corner) for corner in thing.bound_box]
            away = camera.matrix_world.translation - sum(corners, Vector()) / 8
            azimuth = math.degrees(math.atan2(away.x, -away.y))
            elevation = math.degrees(math.atan2(away.z, math.hypot(away.x, away.y)))
            stops.append((near(azimuth, stops[-1][0] if stops else 0.0), elevation))
    finally:
        scene.frame_set(now)
    return tuple(stops)


def near(angle: float, before: float) -> float:
    """The angle plus whole turns that is nearest to the one before, within -360 to 360."""
    turned = angle + 360 * round((before - angle) / 360)
    return turned if -360 <= turned <= 360 else angle
