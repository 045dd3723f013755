"""Creatures: their camera and colours; ``BODIES`` names who draws each body."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.beasts import add_dragon, add_snake, add_wolf
from toolkit.data.procedural.floaters import add_eyeball, add_fish, add_ghost
from toolkit.data.procedural.gaits import LOOPING_CREATURE_ACTIONS, Gait, gait_at
from toolkit.data.procedural.labels import CreatureLabels
from toolkit.data.procedural.monsters import add_golem, add_mushroom, add_slime, add_spider
from toolkit.data.procedural.palettes import Part, color_table, glowing, rgb
from toolkit.data.procedural.rig import Rig
from toolkit.data.procedural.scene import Buffers, Scene, phases
from toolkit.data.procedural.views import is_mirrored, rolled, toppled, view_matrix
from toolkit.data.procedural.winged import add_bat, add_bird

BODIES: dict[str, Callable[[Rig, Gait, str], None]] = {
    "slime": add_slime, "bat": add_bat, "spider": add_spider, "wolf": add_wolf,
    "dragon": add_dragon, "ghost": add_ghost, "snake": add_snake,
    "mushroom monster": add_mushroom, "eyeball monster": add_eyeball, "fish": add_fish,
    "bird": add_bird, "golem": add_golem,
}  # fmt: skip
"""Each draws one frame of a creature from its gait and feature."""
SIZES = {"tiny": 0.5, "small": 0.72, "medium": 0.94, "big": 1.16}
MIDDLE = {"slime": 0.0, "ghost": 0.0, "snake": 4.0, "spider": 11.0, "fish": 14.0}
"""Height about which a dying creature turns over; 0 melts instead."""
TURNED = frozenset({"bat", "spider", "eyeball monster", "fish", "bird"})
"""Creatures that die on their backs."""
ROLLED = frozenset({"wolf", "dragon", "snake"})
"""Long ones roll over along their length; the rest topple onto their sides."""
BELLIES = {
    "dragon": "straw",
    "bird": "fur",
    "wolf": "fur",
    "fish": "white",
    "mushroom monster": "bone",
}


def creature_buffers(labels: CreatureLabels, num_frames: int) -> Buffers:
    """Part and tone of a creature clip, uint8 ``[F, 64, 64]`` each."""
    scene = Scene()
    build = BODIES[labels.creature]
    for phase in phases(num_frames, loop=labels.action in LOOPING_CREATURE_ACTIONS):
        gait = gait_at(labels.creature, labels.action, phase)
        build(scene.rig, gait, labels.feature)
        scene.end_frame(_camera(labels, gait), flash=gait.flash)
    return scene.render()


def _camera(labels: CreatureLabels, gait: Gait) -> NDArray[np.float64]:
    scale = SIZES[labels.size]
    view = view_matrix(
        labels.direction,
        scale=scale,
        ahead=gait.ahead * scale,
        lift=gait.lift * scale,
        turn=gait.turn,
    )
    view[0, 3] += gait.aside
    middle = MIDDLE.get(labels.creature, 18.0) * scale
    if gait.fall and labels.creature in ROLLED:
        return rolled(view, -168 * gait.fall, middle=MIDDLE.get(labels.creature, 13.0))
    if gait.fall and middle:
        degrees = (180 if labels.creature in TURNED else 90) * gait.fall
        side = -1 if is_mirrored(labels.direction) else 1
        view = toppled(view, degrees, middle=middle, thickness=middle * 0.75, side=side)
    return view


def creature_colors(labels: CreatureLabels) -> NDArray[np.uint8]:
    """The colour table of a creature."""
    accent = labels.accent_color or ("yellow" if labels.color != "yellow" else "red")
    eyes = labels.accent_color if labels.feature == "eyes" else "white"
    belly = BELLIES.get(labels.creature, labels.color)
    parts = {
        Part.MAIN: rgb(labels.color), Part.BELLY: rgb(belly), Part.ACCENT: rgb(accent),
        Part.SPOT: rgb(accent), Part.EYE: rgb("ink"), Part.LIT_EYE: glowing(eyes),
        Part.SPARK: rgb("white"), Part.DETAIL: rgb("ink"), Part.WHITE: rgb("white"),
        Part.DARK: rgb("black"), Part.GOLD: rgb("gold"), Part.MOUTH: rgb("red"),
        Part.FUR: rgb("bone"), Part.FIRE: glowing("orange"), Part.GLOW: rgb("glow"),
        Part.MAIN_TWO: rgb(labels.color), Part.METAL: rgb("iron"),
        Part.SKIN_TWO: glowing(eyes if labels.feature == "eyes" else "gold"),
    }  # fmt: skip
    return color_table({int(part): ramp for part, ramp in parts.items()})
