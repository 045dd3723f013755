"""Draws the history into a layout that writes down what it is told; searches, asks once more.

Without a window Blender gives no picture a number that a layout could draw; the pixels are there.
"""

import bpy
import numpy as np
from case import ARGUMENTS, ask, connect, show

(state,) = ARGUMENTS
connect(state)
form = bpy.context.window_manager.playreel
session = bpy.types.WindowManager.playreel_session
icons = bpy.types.WindowManager.playreel_icons
from bl_ext.user_default.playreel.ui.panels import draw_history  # noqa: E402


class Layout:
    """A layout that keeps the labels, icons and operators of all that is drawn into it."""

    def __init__(self, told: list) -> None:
        self.told = told

    def split(self, **_: object) -> "Layout":
        return self

    column = row = split

    def separator(self) -> None:
        pass

    def prop(self, *_: object, **__: object) -> None:
        pass

    def label(self, text: str = "", icon: str = "") -> None:
        self.told.append(["label", text or icon])

    def template_icon(self, icon_value: int, scale: float) -> None:
        self.told.append(["picture", icon_value])

    def operator(self, name: str, **_: object) -> object:
        class Asked:
            """Takes any property."""

        self.told.append([name, Asked()])
        return self.told[-1][1]


def drawn() -> list:
    """The history as a panel shows it, once every picture is there."""
    draw_history(Layout([]), session, form)
    while session.busy:
        session.tick()
    told = []
    draw_history(Layout(told), session, form)
    return told


def plain(told: list) -> list:
    return [[name, vars(value) if name.startswith("playreel.") else value] for name, value in told]


wanted = {"num_frames": 5, "width": 16, "height": 32, "fps": 12.0, "kind": "none"}
jobs = [ask(prompt=f"a {name} owl", seed=7, **wanted) for name in ("red", "blue")]
told = drawn()
pixels = {}
for result, preview in icons._collection.items():
    values = np.empty(len(preview.image_pixels_float), np.float32)
    preview.image_pixels_float.foreach_get(values)
    pixels[result] = [list(preview.image_size), np.rint(values * 255).astype(int).tolist()]
form.search = "owl red"
while session.listed is None:
    session.tick()
found = drawn()
form.search = ""
all_again = drawn()
again = next(value.job for name, value in found if name == "playreel.regenerate")
form.prompt, form.num_frames = "something else", 3
assert bpy.ops.playreel.regenerate(job=again) == {"FINISHED"}
job = bpy.context.window_manager.playreel_job
assert bpy.ops.playreel.wait(job=job, seconds=240) == {"FINISHED"}
requests = [session.record(one).request for one in (again, job)]
show(
    jobs=jobs, told=plain(told), found=plain(found),
    pixels=[pixels[session.record(one).result.result] for one in jobs],
    all_again=plain(all_again), again=again, requests=[dict(one) for one in requests],
    newest=plain(drawn()), job=job,
)  # fmt: skip
