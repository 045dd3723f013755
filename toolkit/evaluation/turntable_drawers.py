"""Draws one turntable with one library and says how long it took; each runs in its own process.

``python -P turntable_drawers.py NAME ORDER FOLDER``: NAME is one of ``DRAWERS``, ORDER a JSON file
of ``turntable_bench.order_of``, FOLDER takes ``told.json`` and ``silhouettes.npy``. It runs in the
Python that has the library, so only ``playreel`` may import anything of ours.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

from __future__ import annotations

import importlib
import json
import runpy
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

Order = dict[str, Any]
MEMORY = Path(__file__).parents[1] / "runtime" / "memory.py"
"""Run as a file: a Python with another's library has no Playreel."""
CHECKED = 4
"""Views whose silhouettes Blender's renderers give; they write files that others cannot read."""


def draw_playreel(order: Order, folder: Path) -> Any:
    """All passes as pictures in memory, by the pipeline behind ``playreel turntable``."""
    from toolkit.evaluation.turntable_bench import request_of
    from toolkit.pipelines.mesh_turntable import render_turntable

    clips = render_turntable(request_of(Path(order["mesh"]), len(order["views"]), order["size"]))
    return lambda: clips["rgba"].frames[..., 3]


def draw_embree(order: Order, folder: Path) -> Any:
    """All passes as arrays: as many rays a pixel as we take samples, lit by one light."""
    import trimesh
    from trimesh.ray.ray_pyembree import RayMeshIntersector

    mesh: Any = trimesh.load(order["mesh"], process=False, force="mesh")
    rays = RayMeshIntersector(mesh)
    corner_normals = mesh.vertex_normals[mesh.faces]
    frames = [
        _shot(rays, mesh, corner_normals, view, order["size"], order["samples"], order)
        for view in order["views"]
    ]
    return lambda: np.stack([frame["rgba"][..., 3] for frame in frames])


def _shot(
    rays: Any, mesh: Any, corner_normals: Any, view: Any, size: int, samples: int, order: Order
) -> dict[str, Any]:
    import trimesh

    side = size * samples
    right, up, toward, target = (
        np.array(view[name]) for name in ("right", "up", "toward", "target")
    )
    steps = ((np.arange(side) + 0.5) / side - 0.5) * order["span"]
    starts = target + toward * order["reach"] + steps[:, None] * right - steps[:, None, None] * up
    starts = starts.reshape(-1, 3)
    triangles, hits, places = rays.intersects_id(
        starts, np.broadcast_to(-toward, starts.shape), multiple_hits=False, return_locations=True
    )
    weights = trimesh.triangles.points_to_barycentric(mesh.triangles[triangles], places)
    normals = np.einsum("nc,ncd->nd", weights, corner_normals[triangles])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    facing = normals @ np.stack([right, up, toward]).T
    grid = np.zeros((side * side, 8), np.float32)
    grid[hits, :3] = np.clip(facing @ (0.3, 0.5, 0.8), 0.1, 1)[:, None]
    grid[hits, 3], grid[hits, 4:7] = 1, facing
    grid[hits, 7] = (places - target) @ toward
    mean = grid.reshape(size, samples, size, samples, 8).mean((1, 3))
    covered = np.maximum(mean[..., 3:4], 1e-6)
    return {
        "rgba": np.rint(np.dstack([mean[..., :3] / covered, mean[..., 3:]]) * 255).astype("u1"),
        "normal": mean[..., 4:7] / covered,
        "depth": mean[..., 7] / covered[..., 0],
    }


def draw_pyvista(order: Order, folder: Path) -> Any:
    """Pictures, depths, and normals as a second picture whose colours they are, in memory."""
    import pyvista

    mesh: Any = pyvista.read(order["mesh"]).compute_normals(
        cell_normals=False, split_vertices=False, consistent_normals=False
    )
    mesh["colours"] = np.rint((mesh["Normals"] * 0.5 + 0.5) * 255).astype(np.uint8)
    size = order["size"], order["size"]
    lit: Any = pyvista.Plotter(off_screen=True, window_size=size)
    lit.add_mesh(mesh, color="white", smooth_shading=True)
    plain: Any = pyvista.Plotter(off_screen=True, window_size=size)
    plain.add_mesh(mesh, scalars="colours", rgb=True, lighting=False)
    frames = []
    for view in order["views"]:
        for plotter in (lit, plain):
            _aim(plotter, view, order)
        picture = lit.screenshot(transparent_background=True, return_img=True)
        depth = lit.get_image_depth()
        frames.append((picture, depth, plain.screenshot(return_img=True)))
    return lambda: np.stack([picture[..., 3] for picture, _, _ in frames])


def _aim(plotter: Any, view: Any, order: Order) -> None:
    target, toward = np.array(view["target"]), np.array(view["toward"])
    camera = plotter.camera
    camera.parallel_projection = True
    camera.parallel_scale = order["span"] / 2
    camera.position = tuple(target + toward * order["reach"])
    camera.focal_point = tuple(target)
    camera.up = tuple(view["up"])
    camera.clipping_range = (0.01 * order["reach"], 2 * order["reach"])
    plotter.render()  # a screenshot alone would show the view before


def draw_cycles(order: Order, folder: Path) -> Any:
    """All passes in an OpenEXR a view: 4 samples, direct light alone, nothing loaded twice."""
    scene = _scene(order, "CYCLES")
    scene.cycles.samples = 4
    scene.cycles.use_denoising = False
    scene.cycles.max_bounces = 0
    scene.render.use_persistent_data = True
    scene.view_layers[0].use_pass_normal = True
    return _rendered(scene, order, folder)


def draw_workbench(order: Order, folder: Path) -> Any:
    """Pictures and depths in an OpenEXR a view; it has no pass for normals."""
    return _rendered(_scene(order, "BLENDER_WORKBENCH"), order, folder)


def _scene(order: Order, engine: str) -> Any:
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.ply_import(filepath=order["mesh"], forward_axis="Y", up_axis="Z")
    bpy.context.object.data.shade_smooth()
    scene = bpy.context.scene
    sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    for thing in (sun, scene.camera):
        scene.collection.objects.link(thing)
    scene.camera.data.type = "ORTHO"
    scene.camera.data.ortho_scale = order["span"]
    scene.camera.data.clip_start, scene.camera.data.clip_end = 0.01, 2 * order["reach"]
    scene.render.engine = engine
    scene.render.film_transparent = True
    scene.render.resolution_x = scene.render.resolution_y = order["size"]
    scene.view_layers[0].use_pass_z = True
    return scene


def _rendered(scene: Any, order: Order, folder: Path) -> Any:
    settings = scene.render.image_settings
    settings.media_type = "MULTI_LAYER_IMAGE"
    for number, view in enumerate(order["views"]):
        _shoot(scene, view, order, folder / f"view_{number}.exr")

    def silhouettes() -> Any:
        settings.media_type, settings.file_format, settings.color_mode = "IMAGE", "PNG", "RGBA"
        return np.stack([_alpha(scene, view, order, folder) for view in order["views"][:CHECKED]])

    return silhouettes


def _shoot(scene: Any, view: Any, order: Order, path: Path) -> None:
    import bpy
    import mathutils

    columns = [np.array(view[name]) for name in ("right", "up", "toward", "target")]
    columns[3] = columns[3] + columns[2] * order["reach"]
    rows = [*np.stack(columns, 1).tolist(), [0, 0, 0, 1]]
    scene.camera.matrix_world = mathutils.Matrix(rows)
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def _alpha(scene: Any, view: Any, order: Order, folder: Path) -> Any:
    import bpy

    path = folder / "checked.png"
    _shoot(scene, view, order, path)
    image: Any = bpy.data.images.load(str(path))
    pixels = np.array(image.pixels[:]).reshape(order["size"], order["size"], 4)
    bpy.data.images.remove(image)
    return np.rint(pixels[::-1, :, 3] * 255).astype(np.uint8)


DRAWERS: dict[str, Callable[[Order, Path], Callable[[], Any]]] = {
    "playreel": draw_playreel,
    "trimesh and embreex": draw_embree,
    "pyvista": draw_pyvista,
    "Blender Cycles": draw_cycles,
    "Blender Workbench": draw_workbench,
}
"""Name to what reads the mesh and draws every view, and gives what tells the silhouettes."""
PACKAGES = {
    "trimesh and embreex": ("trimesh", "embreex", "scipy"),
    "pyvista": ("pyvista",),
    "Blender Cycles": ("bpy",),
    "Blender Workbench": ("bpy",),
}
"""What a drawer needs in its Python; without scipy trimesh goes on, a hundred times as slowly."""
MODULES = {
    "playreel": ("toolkit.evaluation.turntable_bench", "toolkit.pipelines.mesh_turntable"),
    "trimesh and embreex": ("trimesh", "trimesh.ray.ray_pyembree"),
    "pyvista": ("pyvista",),
    "Blender Cycles": ("bpy",),
    "Blender Workbench": ("bpy",),
}
"""What is imported before the clock starts."""


def main(name: str, order: str, folder: str) -> None:
    """Draw, and write seconds, peak memory in MiB and versions, then the silhouettes."""
    for module in MODULES[name]:
        importlib.import_module(module)
    started = time.perf_counter()
    silhouettes = DRAWERS[name](json.loads(Path(order).read_text("utf-8")), Path(folder))
    seconds = time.perf_counter() - started
    told = {
        "seconds": seconds,
        "peak_mib": runpy.run_path(str(MEMORY))["peak_mib"](),
        "version": " ".join(version(package) for package in PACKAGES.get(name, ())),
    }
    np.save(Path(folder) / "silhouettes.npy", silhouettes())
    (Path(folder) / "told.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
