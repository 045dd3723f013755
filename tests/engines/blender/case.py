"""What the scripts in here share; each runs inside a real Blender and shows what it saw."""

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

import bpy

# isort: split
import addon_utils  # there once bpy is imported

__all__ = [
    "ARGUMENTS",
    "MODULE",
    "addon_utils",
    "ask",
    "connect",
    "enable",
    "red_tower",
    "show",
    "strips",
    "things",
]
MODULE = "bl_ext.user_default.playreel"
ARGUMENTS = sys.argv[2:]


def show(**seen: object) -> NoReturn:
    """Leave what was seen for the test, and end.

    The module of Blender 4.2 crashes while Python ends whenever it holds any Python function, a
    handler or a panel of whoever; so this leaves without that.
    """
    Path(sys.argv[1]).write_text(json.dumps(seen), "utf-8")
    sys.stdout.flush()
    os._exit(0)


def enable() -> None:
    """Turn the installed extension on; the module starts without the user's preferences."""
    if not addon_utils.check(MODULE)[1]:
        assert addon_utils.enable(MODULE, default_set=True) is not None


def connect(state: str) -> None:
    """Connect to the server of a state folder, as a script without a window does."""
    enable()
    bpy.context.preferences.addons[MODULE].preferences.state_folder = state
    bpy.ops.playreel.connect()
    bpy.ops.playreel.wait(seconds=120)


def ask(seconds: float = 240, **fields: object) -> str:
    """Fill the panel's form, press the button, wait for the result; the job."""
    form = bpy.context.window_manager.playreel
    form.new_seed = False
    for name, value in fields.items():
        setattr(form, name, value)
    assert bpy.ops.playreel.generate() == {"FINISHED"}
    job = bpy.context.window_manager.playreel_job
    assert bpy.ops.playreel.wait(job=job, seconds=seconds) == {"FINISHED"}
    return job


def red_tower() -> object:
    """The first cube, made twice as high and doubled by a modifier, in red; it is active."""
    cube = bpy.data.objects["Cube"]
    cube.name = "Tower"
    cube.scale.z = 2  # in the file, so the exported mesh carries it
    cube.modifiers.new("twice", "ARRAY").relative_offset_displace = (0, 0, 1)
    material = bpy.data.materials.new("red")
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (1, 0, 0, 1)
    cube.data.materials.clear()
    cube.data.materials.append(material)
    return cube


def strips() -> list:
    """Everything in the sequencer."""
    editor = bpy.context.scene.sequence_editor
    if editor is None:
        return []
    return list(editor.strips if hasattr(editor, "strips") else editor.sequences)


def things() -> list[str]:
    """Names of all that can come from a result."""
    names = [thing.name for thing in bpy.data.objects if "playreel_job" in thing]
    names += [image.name for image in bpy.data.images if "playreel_job" in image]
    return sorted(names + [strip.name for strip in strips()])
