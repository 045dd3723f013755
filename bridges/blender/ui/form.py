"""What the panel asks for: the fields of a request, and what is to become of its result."""

from collections.abc import Mapping
from typing import Any

import bpy
from bpy.props import (
    BoolProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    StringProperty,
)

from toolkit.messages import ACTIONS, MAX_FRAMES, MAX_PROMPT, MAX_SIDE

from ..jobs.requests import MAX_SEED, SpriteForm, form_of

KIND_ITEMS = (
    ("plane", "Plane", "A plane that plays numbered files beside the scene", "IMAGE_PLANE", 0),
    ("flipbook", "Flip-Book", "A plane with all frames packed into the scene", "MESH_GRID", 1),
    ("strip", "Strip", "A strip in the sequencer", "SEQUENCE", 2),
    ("image", "Image", "A picture of all frames, packed into the scene", "IMAGE_DATA", 3),
    ("mesh", "Mesh", "A mesh carved out of a turntable's views", "MESH_DATA", 5),
    ("none", "Nothing Yet", "Keep it in the history only", "X", 4),
)
ACTION_ITEMS = tuple((name, name.title(), f"Draw the action {name}") for name in ACTIONS)
DIRECTION_ITEMS = (
    ("0", "As Said", "The prompt says where the figure looks"),
    *((str(count), str(count), f"{count} views") for count in (1, 2, 4, 8)),
)


class PLAYREEL_Form(bpy.types.PropertyGroup):
    """The panel's fields; they belong to the window, not to the scene's file."""

    prompt: StringProperty(
        name="Prompt", description="What to draw, as in: a red knight walking right",
        maxlen=MAX_PROMPT, options={"SKIP_SAVE"},
    )  # fmt: skip
    negative_prompt: StringProperty(
        name="Not", description="What to leave out", maxlen=MAX_PROMPT, options={"SKIP_SAVE"}
    )
    kind: EnumProperty(name="Result", description="What the result becomes", items=KIND_ITEMS)
    num_frames: IntProperty(
        name="Frames", description="Frames of each action and direction", default=8, min=1,
        max=MAX_FRAMES,
    )  # fmt: skip
    width: IntProperty(
        name="Width", description="Pixels, a multiple of 16", default=64, min=16, max=MAX_SIDE,
        step=16,
    )  # fmt: skip
    height: IntProperty(
        name="Height", description="Pixels, a multiple of 16", default=64, min=16, max=MAX_SIDE,
        step=16,
    )  # fmt: skip
    fps: FloatProperty(
        name="FPS", description="Frames of the clip a second", default=12.0, min=1.0, max=60.0
    )
    seed: IntProperty(
        name="Seed", description="The same seed draws the same clip", min=0, max=MAX_SEED
    )
    new_seed: BoolProperty(
        name="New Seed Each Time", description="Roll the dice before each request", default=True
    )
    loop: BoolProperty(name="Loop", description="The last frame leads to the first", default=True)
    actions: EnumProperty(
        name="Actions", description="None leaves it to the prompt; hold Shift for several",
        items=ACTION_ITEMS, options={"ENUM_FLAG"},
    )  # fmt: skip
    directions: EnumProperty(
        name="Directions", description="Views of the same figure", items=DIRECTION_ITEMS
    )
    views: IntProperty(name="Views", description="Frames of the turn", default=16, min=1, max=256)
    elevation: FloatProperty(
        name="Elevation", description="Degrees above the horizon", default=20.0, min=-90.0,
        max=90.0,
    )  # fmt: skip
    scene_camera: BoolProperty(
        name="Scene Camera",
        description="See it as the scene's camera does over the scene's frames, not as a turn",
    )
    search: StringProperty(
        name="Search", description="Words of the prompt", maxlen=200, options={"SKIP_SAVE"},
        update=lambda form, context: _search(form),
    )  # fmt: skip


def read_form(form: Any) -> SpriteForm:
    """The panel's fields as plain values."""
    return SpriteForm(
        prompt=form.prompt, negative_prompt=form.negative_prompt, num_frames=form.num_frames,
        width=form.width, height=form.height, fps=round(form.fps, 3), seed=form.seed,
        loop=form.loop, directions=int(form.directions),
        actions=tuple(name for name in ACTIONS if name in form.actions),
    )  # fmt: skip


def fill_form(form: Any, request: Mapping[str, Any]) -> None:
    """Set the panel's fields to a request from the history."""
    said = form_of(request)
    for name in ("prompt", "negative_prompt", "num_frames", "width", "height", "fps", "loop"):
        setattr(form, name, getattr(said, name))
    form.seed, form.new_seed = said.seed, False
    form.directions = str(said.directions)
    form.actions = set(said.actions)


def _search(form: Any) -> None:
    from .addon import session

    session().search(form.search)
