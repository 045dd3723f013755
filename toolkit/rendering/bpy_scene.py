"""Poses and draws an animated file inside Blender; runs in a Python that has ``bpy``.

``python -P bpy_scene.py ORDER``: ORDER is a JSON file that ``bpy_process.BpyScene`` writes. It says
on its output, a line of JSON each: what the file holds, once every pose lies as ``pose_N.npy`` in
ORDER's folder; then, for each line of cameras that it gets, that a frame lies as ``frame.exr``.
Nothing of ours is imported: that Python need not have Playreel.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import mathutils
import numpy as np

MESHY = frozenset({"MESH", "CURVE", "SURFACE", "FONT", "META"})
STILL = 0.01
"""Share of the subject's size that a pose may move and count as having stayed."""
CYCLES_PER_SAMPLE = 4
"""Of Cycles, for each sample of the request."""


class Refused(Exception):
    """The file cannot be drawn; the message is for people."""


def main(order: dict[str, Any], folder: Path, say: Any, asks: Iterator[str]) -> None:
    """Survey the poses, then draw each frame that is asked for."""
    stage = Stage(order)
    set_up(order)
    acts = chosen_actions(order["actions"], order["known"])
    if acts == [""] and order["num_frames"] > 1:
        raise Refused("is not animated; leave --frames out")
    poses = [survey(name, order["num_frames"], stage) for name in acts]
    places = [place for pose in poses for place in pose["places"]]
    for number, place in enumerate(places):
        corners = stage.pose(place) - np.array(place["gone"])
        np.save(folder / f"pose_{number}.npy", corners.astype(np.float32))
    say({"actions": poses, "objects": names()})
    for line in asks:
        ask = json.loads(line)
        stage.go(places[ask["pose"]])
        draw(ask, places[ask["pose"]]["gone"], folder)
        say({"drawn": True})


class Stage:
    """The file, and at which frame of which action it stands."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.acting: str | None = None
        self.rest: dict[tuple[str, str], Any] = {}
        if order["rest"]:
            load(Path(order["rest"]))
            self.rest = {key: value.copy() for key, value in stances()}
        load(Path(order["file"]))

    def start(self, name: str) -> tuple[float, float]:
        """Give everything the action of that name, and nothing else; its first and last frame."""
        if self.acting != name:
            self.acting, self.span = name, act(name)
            stand(self.rest)
        return self.span

    def go(self, place: dict[str, Any]) -> None:
        """Go to a place of an action."""
        self.start(place["action"])
        go_to(place["frame"])

    def pose(self, place: dict[str, Any]) -> Any:
        """Every corner f64 ``[N, 3]`` of what is drawn at a place, z up."""
        self.go(place)
        graph = bpy.context.evaluated_depsgraph_get()
        return np.concatenate([corners_of(thing.evaluated_get(graph)) for thing in drawn_objects()])


def load(path: Path) -> None:
    """Open the file in an empty scene; scripts in it do not run."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    match path.suffix.lower():
        case ".blend":
            bpy.ops.wm.open_mainfile(filepath=str(path), load_ui=False, use_scripts=False)
        case ".fbx":
            bpy.ops.import_scene.fbx(filepath=str(path))
        case _:
            bpy.ops.import_scene.gltf(filepath=str(path), disable_bone_shape=True)
    for thing in list(bpy.context.scene.objects):
        if thing.type in ("LIGHT", "CAMERA"):
            bpy.data.objects.remove(thing)
    if not drawn_objects():
        raise Refused("has no mesh that is drawn; give a file with a surface")


def stances() -> Iterator[tuple[tuple[str, str], Any]]:
    """How each object and each bone stands in its parent, by their names."""
    for thing in bpy.context.scene.objects:
        yield (thing.name, ""), thing.matrix_basis
        for bone in thing.pose.bones if thing.pose else ():
            yield (thing.name, bone.name), bone.matrix_basis


def stand(rest: dict[tuple[str, str], Any]) -> None:
    """Put everything as it stood at rest, so that an action only finds what it moves itself."""
    for thing in bpy.context.scene.objects:
        for bone in thing.pose.bones if thing.pose else ():
            bone.matrix_basis = rest.get((thing.name, bone.name), bone.matrix_basis)
        thing.matrix_basis = rest.get((thing.name, ""), thing.matrix_basis)


def drawn_objects() -> list[Any]:
    """Everything with a surface that a render shows, in one order."""
    things = [thing for thing in bpy.context.scene.objects if thing.type in MESHY]
    return sorted((thing for thing in things if not thing.hide_render), key=lambda it: it.name)


def names() -> list[str]:
    """Of all objects that are drawn; the first has the pass index 1."""
    return [thing.name for thing in drawn_objects()]


def set_up(order: dict[str, Any]) -> None:
    """Cycles with the passes we read, a transparent film, and one camera."""
    scene = bpy.context.scene
    render, cycles, layer = scene.render, scene.cycles, scene.view_layers[0]
    render.engine, cycles.device = "CYCLES", "CPU"
    cycles.samples = CYCLES_PER_SAMPLE * order["samples"] ** 2
    cycles.use_denoising = cycles.use_adaptive_sampling = False
    cycles.pixel_filter_type, cycles.seed, cycles.max_bounces = "BOX", 0, 0
    cycles.transparent_max_bounces = 32
    render.film_transparent, render.use_compositing, render.use_sequencer = True, False, False
    render.resolution_x, render.resolution_y = order["size"]
    render.resolution_percentage, render.use_border = 100, False
    render.pixel_aspect_x = render.pixel_aspect_y = 1
    render.use_motion_blur = render.use_multiview = False
    layer.use_pass_normal = layer.use_pass_position = layer.use_pass_object_index = True
    for number, thing in enumerate(drawn_objects()):
        thing.pass_index = number + 1
    settings = render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "MULTI_LAYER_IMAGE"
    settings.file_format = "OPEN_EXR_MULTILAYER"
    settings.exr_codec, settings.color_depth = "NONE", "32"
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(scene.camera)
    light_up(order)
    if order["unlit"]:
        for thing in drawn_objects():
            for slot in thing.material_slots:
                if slot.material and slot.material.node_tree:
                    show_plain(slot.material.node_tree)


def show_plain(tree: Any) -> None:
    """Make a material shine in its own colour, and in what it emits besides."""
    output = next(
        node for node in tree.nodes if node.type == "OUTPUT_MATERIAL" and node.is_active_output
    )
    links = output.inputs["Surface"].links
    if not links or links[0].from_node.type != "BSDF_PRINCIPLED":
        return
    look = links[0].from_node.inputs
    shine, glow = (tree.nodes.new("ShaderNodeEmission") for _ in range(2))
    both, clear, mix = (
        tree.nodes.new(f"ShaderNode{kind}")
        for kind in ("AddShader", "BsdfTransparent", "MixShader")
    )
    for source, target in (
        (look["Base Color"], shine.inputs["Color"]),
        (look["Emission Color"], glow.inputs["Color"]),
        (look["Emission Strength"], glow.inputs["Strength"]),
        (look["Alpha"], mix.inputs["Fac"]),
    ):
        if source.is_linked:
            tree.links.new(source.links[0].from_socket, target)
        else:
            target.default_value = source.default_value
    for number, shader in enumerate((shine, glow)):
        tree.links.new(shader.outputs["Emission"], both.inputs[number])
    tree.links.new(clear.outputs["BSDF"], mix.inputs[1])
    tree.links.new(both.outputs["Shader"], mix.inputs[2])
    tree.links.new(mix.outputs["Shader"], output.inputs["Surface"])


def light_up(order: dict[str, Any]) -> None:
    """One sun a light, which ``draw`` turns, and a grey sky."""
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("sky")
    if bpy.app.version < (5, 0, 0):
        scene.world.use_nodes = True
    sky = scene.world.node_tree.nodes["Background"]
    sky.inputs["Color"].default_value = (1, 1, 1, 1)
    sky.inputs["Strength"].default_value = order["ambient"]
    for number, strength in enumerate(order["lights"]):
        sun = bpy.data.objects.new(f"sun {number}", bpy.data.lights.new("sun", "SUN"))
        sun.data.energy, sun.data.angle = math.pi * strength, 0
        scene.collection.objects.link(sun)


# actions


def owners() -> list[Any]:
    """Everything that can have an action: objects and the shape keys of their meshes."""
    things = list(bpy.context.scene.objects)
    keys = [thing.data.shape_keys for thing in things if getattr(thing.data, "shape_keys", None)]
    return [owner for owner in (*things, *keys) if owner.animation_data]


def chosen_actions(wanted: list[str], listed: list[str]) -> list[str]:
    """The actions to draw; none wanted takes the first, and a still file has the one ``""``.

    ``listed`` are those of a glTF file in its order; of other files, those in use come first.
    """
    every = [owner.animation_data for owner in owners()]
    used = [animation.action.name for animation in every if animation.action]
    tracks = [track.name for animation in every for track in animation.nla_tracks]
    others = [action.name for action in bpy.data.actions]
    known = listed or list(dict.fromkeys([*used, *tracks, *others]))
    for name in wanted:
        if name not in known:
            have = ", ".join(known[:12]) if known else "no actions"
            raise Refused(f"has no action {name!r}; choose from {have}")
    return wanted or known[:1] or [""]


def act(name: str) -> tuple[float, float]:
    """Give everything the action of that name, and nothing else; its first and last frame."""
    ranges: list[tuple[float, float]] = []
    for owner in owners():
        animation = owner.animation_data
        named, strip = bpy.data.actions.get(name), None
        for track in animation.nla_tracks:
            track.mute = True
            strip = track.strips[0] if track.name == name and track.strips else strip
        if strip is not None:
            assign(animation, strip.action, strip)
        elif named is not None and moves(owner, named):
            assign(animation, named, None)
        elif animation.nla_tracks:
            assign(animation, None, None)
        if animation.action is not None:
            ranges.append(tuple(animation.action.frame_range))
    if not ranges:
        return 1.0, 1.0
    return min(first for first, _ in ranges), max(last for _, last in ranges)


def moves(owner: Any, action: Any) -> bool:
    """Whether an action that lies in no track is meant for that owner."""
    keys = isinstance(owner, bpy.types.Key)
    used = owner.animation_data.action
    return used == action or (not keys and owner.type == "ARMATURE")


def assign(animation: Any, action: Any, strip: Any) -> None:
    """The action with its slot; Blender before 4.4 knows no slots."""
    animation.action = action
    if action is None or not hasattr(animation, "action_slot"):
        return
    slot = getattr(strip, "action_slot", None) if strip is not None else None
    suitable = list(animation.action_suitable_slots)
    if slot is not None:
        animation.action_slot = slot
    elif animation.action_slot is None and suitable:
        animation.action_slot = suitable[0]


# poses


def survey(name: str, num_frames: int, stage: Stage) -> dict[str, Any]:
    """Where the frames of an action are, evenly, and how far its root has gone at each.

    An action that ends as it began is a loop, whose end is left out.
    """
    first, last = stage.start(name)
    begun, before = stage.pose({"action": name, "frame": first}), roots()
    ended, after = stage.pose({"action": name, "frame": last}), roots()
    size = float(np.linalg.norm(begun.max(0) - begun.min(0))) or 1.0
    moved = [float(np.linalg.norm(flat(b - a))) for a, b in zip(before, after, strict=True)]
    root = next((number for number, way in enumerate(moved) if way > STILL * size), None)
    gone = 0.0 if root is None else flat(after[root] - before[root])
    same = begun.shape == ended.shape
    loop = last > first and same and bool(np.abs(ended - gone - begun).max() <= STILL * size)
    steps = num_frames if loop else max(num_frames - 1, 1)
    frames = [first + (last - first) * index / steps for index in range(num_frames)]
    rate = bpy.context.scene.render.fps / bpy.context.scene.render.fps_base
    return {
        "name": name,
        "seconds": (last - first) / rate * num_frames / steps,
        "loop": loop,
        "places": [
            {"action": name, "frame": at, "gone": way_gone(at, root, before)} for at in frames
        ],
    }


def way_gone(frame: float, root: int | None, before: list[Any]) -> list[float]:
    """How far along the ground the root has gone at a frame."""
    if root is None:
        return [0.0, 0.0, 0.0]
    go_to(frame)
    return flat(roots()[root] - before[root]).tolist()


def flat(way: Any) -> Any:
    """A way without its height."""
    return np.array([way[0], way[1], 0.0])


def go_to(frame: float) -> None:
    """Set the scene to a frame, a part of one included."""
    whole = math.floor(frame)
    bpy.context.scene.frame_set(whole, subframe=frame - whole)


def corners_of(thing: Any) -> Any:
    """The corners of an evaluated thing where the scene puts it."""
    mesh = thing.to_mesh()
    places = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", places)
    matrix = np.array(thing.matrix_world)
    thing.to_mesh_clear()
    return places.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def roots() -> list[Any]:
    """Where each thing is that may carry the whole subject, the outermost first."""
    chain = carriers()
    spots = [np.array(thing.matrix_world.translation) for thing in chain]
    if chain and chain[-1].type == "ARMATURE":
        bones = chain[-1].pose.bones
        bone = max(
            (bone for bone in bones if bone.parent is None),
            key=lambda it: len(it.children_recursive),
        )
        while bone is not None:
            spots.append(np.array((chain[-1].matrix_world @ bone.matrix).translation))
            bone = bone.children[0] if len(bone.children) == 1 else None
    return spots


def carriers() -> list[Any]:
    """Objects from the outermost down, each of which carries everything that is drawn."""
    things = drawn_objects()
    bearers = [thing.find_armature() or thing for thing in things]
    chains = [[*ancestors(bearer), bearer] for bearer in bearers]
    common = []
    for links in zip(*chains, strict=False):
        if any(link is not links[0] for link in links):
            break
        common.append(links[0])
    return common


def ancestors(thing: Any) -> list[Any]:
    """The parents of a thing, the outermost first."""
    found = []
    while (thing := thing.parent) is not None:
        found.insert(0, thing)
    return found


# pictures


def draw(ask: dict[str, Any], gone: list[float], folder: Path) -> None:
    """Render what stands there from one camera, which goes with the root."""
    aim(ask, np.array(gone))
    scene = bpy.context.scene
    for number, way in enumerate(ask["lights"]):
        sun = bpy.data.objects[f"sun {number}"]
        sun.rotation_euler = mathutils.Vector(way).to_track_quat("Z", "Y").to_euler()
    scene.render.filepath = str(folder / "frame.exr")
    bpy.ops.render.render(write_still=True)


def aim(ask: dict[str, Any], gone: Any) -> None:
    """Put the camera where it is asked for."""
    camera = bpy.context.scene.camera
    columns = [np.array(ask[name]) for name in ("right", "up", "toward", "eye")]
    columns[3] = columns[3] + gone
    camera.matrix_world = mathutils.Matrix([*np.stack(columns, 1).tolist(), [0, 0, 0, 1]])
    lens = camera.data
    lens.sensor_fit = "HORIZONTAL"
    lens.type = "PERSP" if ask["angle"] else "ORTHO"
    if ask["angle"]:
        lens.angle = ask["angle"]
    lens.ortho_scale = ask["span"]
    lens.shift_x, lens.shift_y = ask["shift"]
    lens.clip_start, lens.clip_end = ask["clip"]


if __name__ == "__main__":
    voice = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Blender talks on its output too

    def say(news: dict[str, Any]) -> None:
        """A line of JSON for who started this."""
        print(json.dumps(news), file=voice, flush=True)

    asked = Path(sys.argv[1])
    try:
        main(json.loads(asked.read_text("utf-8")), asked.parent, say, iter(sys.stdin))
    except (Refused, RuntimeError) as error:
        say({"refused": str(error).strip().splitlines()[-1]})
    os._exit(0)  # the module of Blender 4.2 crashes while Python ends
