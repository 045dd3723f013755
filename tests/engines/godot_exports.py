"""Clips exported for Godot into one project, and what its engine has to show of them."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_sprites import middles
from tests.exporters.clips import busy_clip, hard_alpha, plain_clip
from toolkit.clip import Clip, FrameTag

SCRIPTS = Path(__file__).parent / "godot"
LOOK, DRAW = "look_at_frames.gd", "draw_exports.gd"
SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="Exports"\n'
ODD_TAGS = (
    FrameTag(name="RESET", start=0, stop=2),
    FrameTag(name="a/b:c,d[e", start=2, stop=4, loop=False),
)
SPRITES: dict[str, tuple[Clip, SheetOptions]] = {
    "busy": (busy_clip(), SheetOptions()),
    "pages": (busy_clip(), SheetOptions(max_side=30)),
    "grid": (busy_clip(), SheetOptions(trim=False, padding=0, extrude=0, power_of_two=True)),
    "one": (plain_clip(1), SheetOptions()),
    "many": (plain_clip(64, 20, 10), SheetOptions()),
    "odd": (replace(plain_clip(4), tags=ODD_TAGS), SheetOptions()),
    "lit": (busy_clip(), SheetOptions(max_side=30)),
}
"""Exported as ``deep/NAME/NAME.tres`` and so on."""
FLIPBOOKS = {"busy": busy_clip(), "hard": hard_alpha(busy_clip()), "many": plain_clip(12, 20, 10)}
"""Exported as ``NAME.glb``."""
FACING = {
    "left": (0, 128, 128), "right": (255, 128, 128), "up": (128, 255, 128),
    "down": (128, 0, 128), "front": (128, 128, 255),
}  # fmt: skip
"""Colours of a normal map by where they face, +x right and +y up."""
LIBRARY_NAMES = {"RESET": "RESET_2", "a/b:c,d[e": "a_b_c_d_e"}
"""Tags that an AnimationLibrary calls otherwise."""


@dataclass(frozen=True)
class Exported:
    """A project after one pass of import over it, and what Godot said during it."""

    godot: Godot
    project: Path
    imported: Ran

    def ask(self, script: str, asked: Any, *arguments: str, **settings: Any) -> Any:
        """What a script of ``tests/engines/godot`` sees of what it is asked for."""
        (self.project / "asked.json").write_text(json.dumps(asked))
        ran = self.godot.run(self.project, *arguments, "--script", f"res://{script}", **settings)
        assert (ran.code, ran.complaints) == (0, []), ran.output[-3000:]
        return json.loads((self.project / "seen.json").read_text("utf-8"))


def export_all(godot: Godot, project: Path) -> Exported:
    """A clean checkout with every export, imported for the first time."""
    for name, (clip, options) in SPRITES.items():
        lit = normals(clip) if name == "lit" else None
        files = export(clip, "godot", name=name, options=options, normals=lit)
        write_files(files, project / "deep" / name)
    for name, clip in FLIPBOOKS.items():
        write_files(export(clip, "glb", name=name), project)
    for script in (LOOK, DRAW):
        shutil.copy(SCRIPTS / script, project)
    (project / "project.godot").write_text(SETTINGS)
    return Exported(godot, project, godot.run(project, "--headless", "--import"))


def path_of(name: str, suffix: str) -> str:
    """Where a file of an exported sprite lies in the project."""
    return f"res://deep/{name}/{name}{suffix}"


def normals(clip: Clip) -> Clip:
    """Normal maps that face each of ``FACING``, mixed, faint pixels too."""
    facing = np.array(list(FACING.values()), np.uint8)
    mixed = np.random.default_rng(1).integers(0, len(facing), clip.frames.shape[:3])
    maps = np.concatenate([facing[mixed], clip.frames[..., 3:]], -1)
    maps[maps[..., 3] == 0] = 0
    return clip.with_frames(maps)


def shots(name: str) -> Iterator[tuple[str, str, float, int]]:
    """Scene, animation, place in it and frame of all that a sprite's two scenes can show.

    An AnimatedSprite2D is put at the number of a frame, an AnimationPlayer at its seconds.
    """
    clip = SPRITES[name][0]
    times = middles(clip, LIBRARY_NAMES)
    for tag in clip.tags_or_whole:
        library_name = LIBRARY_NAMES.get(tag.name, tag.name)
        for place, index in enumerate(play_order(tag)):
            yield path_of(name, ".tscn"), tag.name, place, index
            yield path_of(name, "_player.tscn"), library_name, times[library_name][place], index
