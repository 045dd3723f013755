"""In a Blender with a window: a user's first minute, kept up for a picture of the screen.

Arguments: the JSON file to write, the zip, the state folder, the prompt and the shading. When
``clicked`` lies beside the JSON file, the panel can be drawn, and ``drawn`` says that it was. The
script ends when ``taken`` lies there.
"""

import json
import sys
import time
import traceback
from pathlib import Path

import bpy

SEEN, ZIP, STATE, PROMPT, SHADING = sys.argv[sys.argv.index("--") + 1 :]
MODULE = "bl_ext.user_default.playreel"
PAUSE = 0.1
SHADERS = {"SOLID": 3, "MATERIAL": 60}
"""Ticks, of half a second, until Blender without a graphics card has drawn the shading."""
ticks: list[float] = []


def begin() -> None:
    bpy.ops.extensions.package_install_files(
        filepath=ZIP, repo="user_default", enable_on_install=True
    )
    bpy.context.preferences.addons[MODULE].preferences.state_folder = STATE
    measure()
    bpy.ops.playreel.connect()


def measure() -> None:
    """Time every tick that Blender's own timer makes."""
    session = bpy.types.WindowManager.playreel_session
    inner = session.link.tick

    def timed(*arguments: float) -> bool:
        start = time.perf_counter()
        came = inner(*arguments)
        ticks.append(time.perf_counter() - start)
        return came

    session.link.tick = timed


def generate() -> None:
    form = bpy.context.window_manager.playreel
    form.prompt, form.new_seed, form.seed, form.kind = PROMPT, False, 3, "plane"
    form.width = form.height = 64
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    assert bpy.ops.playreel.generate() == {"FINISHED"}


def arrange() -> None:
    """The sidebar open, the plane in the middle, its frames visible."""
    for area in bpy.context.window.screen.areas:
        if area.type == "VIEW_3D":
            space = area.spaces[0]
            space.show_region_ui = True
            space.shading.type, space.shading.color_type = SHADING, "TEXTURE"
            space.overlay.show_floor = False
            window = next(region for region in area.regions if region.type == "WINDOW")
            plane = next(thing for thing in bpy.data.objects if "playreel_job" in thing)
            for thing in bpy.data.objects:
                thing.select_set(thing == plane)
            bpy.context.view_layer.objects.active = plane
            with bpy.context.temp_override(area=area, region=window):
                bpy.ops.view3d.view_axis(type="FRONT")
                bpy.ops.view3d.view_selected()
            for region in area.regions:
                region.tag_redraw()


def count_drawings() -> list[None]:
    """Grows with every drawing of a sidebar."""
    drawings: list[None] = []

    def drawn() -> None:
        drawings.append(None)
        redraw()  # the next drawing shows that this one is on the screen

    bpy.types.SpaceView3D.draw_handler_add(drawn, (), "UI", "POST_PIXEL")
    return drawings


def redraw() -> None:
    for area in bpy.context.window_manager.windows[0].screen.areas:
        if area.type == "VIEW_3D":
            area.tag_redraw()


def placed() -> list[str]:
    return [thing.name for thing in bpy.data.objects if "playreel_job" in thing]


def pictured() -> bool:
    """Whether each row of the history has its picture."""
    history = bpy.types.WindowManager.playreel_session.history()
    return 0 < len(history) <= len(bpy.types.WindowManager.playreel_icons._collection)


def write_seen() -> None:
    """Leave what was seen for the test."""
    collection = bpy.types.WindowManager.playreel_icons._collection
    seen = {
        "things": placed(), "ticks": ticks, "version": bpy.app.version_string,
        "pictures": len(collection), "numbers": [found.icon_id for found in collection.values()],
    }  # fmt: skip
    Path(SEEN).write_text(json.dumps(seen), "utf-8")


def steps():
    """One step after another, each when what it waits for is there."""
    begin()
    yield lambda: bpy.types.WindowManager.playreel_session.link.state == "connected"
    generate()
    yield placed
    arrange()
    drawn = len(ticks)
    yield lambda: len(ticks) > drawn + SHADERS[SHADING]
    Path(SEEN).touch()
    yield Path(SEEN).with_name("clicked").exists
    drawings = count_drawings()
    redraw()
    yield pictured
    drawings.clear()
    redraw()
    yield lambda: len(drawings) > 1
    write_seen()
    Path(SEEN).with_name("drawn").touch()
    yield Path(SEEN).with_name("taken").exists


class Watch:
    """Goes on with the steps whenever Blender lets it."""

    def __init__(self) -> None:
        self.steps = steps()
        self.waiting = bool

    def __call__(self) -> float | None:
        try:
            if self.waiting is bool or self.waiting():
                self.waiting = next(self.steps)
        except StopIteration:
            bpy.ops.wm.quit_blender()
            return None
        except Exception:
            traceback.print_exc()
            bpy.ops.wm.quit_blender()
            return None
        return PAUSE


bpy.context.preferences.view.show_splash = False
bpy.app.timers.register(Watch(), first_interval=1.0, persistent=True)
