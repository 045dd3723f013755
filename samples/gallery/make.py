"""Draw the README's pictures with what ships: stated prompts, scripts and seeds, no selection."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.clip import Clip
from toolkit.generate import generate
from toolkit.messages import SpriteRequest
from toolkit.pipelines.action_script import parse_script
from toolkit.pipelines.rollout import roll_out
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.world_bundle import WorldModel, load_world

PROMPTS = (
    "a red knight walking right",
    "a purple wizard casting a spell, facing left",
    "a green archer running, facing right",
    "a blue orc barbarian attacking, facing right",
    "a gray robot standing idle, facing the viewer",
    "a green slime hopping",
    "a red dragon flying, facing left",
    "a yellow coin spinning",
    "a pink gem glowing",
    "a blue potion bobbing",
    "an orange flame burning",
    "a purple portal swirling",
)
SEED = 1
BACKGROUND = (58, 66, 78, 255)
SCALE = 2
WALK, WALK_SEED = "noop right*4 do left*4 noop*4 right*4", 5
WALK_SHOWN = (0, 5, 6, 10, 14, 18)
"""Frames: the first, at the tree, felled, out of view, still out of view, back."""


def draw_sheet(models: Models, prompts: tuple[str, ...], seed: int) -> Image.Image:
    """A row a prompt, a column a frame."""
    clips = [generate(SpriteRequest(prompt=prompt, seed=seed), models) for prompt in prompts]
    rows = [np.concatenate(list(clip.frames), axis=1) for clip in clips]
    return on_ground(rows)


def draw_directions(models: Models, seed: int) -> Image.Image:
    """One character walking in four directions, as one request makes it."""
    request = SpriteRequest(prompt="a red knight", actions=("walk",), directions=4, seed=seed)
    clip: Clip = generate(request, models)
    rows = [np.concatenate(list(clip.frames[tag.start : tag.stop]), axis=1) for tag in clip.tags]
    return on_ground(rows)


def draw_walk(world: WorldModel, script: str, seed: int) -> Image.Image:
    """Some frames of an action script in a world, side by side."""
    acts = parse_script(script, world.card.shape.action_names)
    frames = roll_out(WorldModelEnv(world), acts, seed=seed).frames
    strip = Image.fromarray(np.concatenate([frames[index] for index in WALK_SHOWN], axis=1))
    return strip.resize((strip.width * SCALE, strip.height * SCALE), Image.Resampling.NEAREST)


def on_ground(rows: list[NDArray[np.uint8]]) -> Image.Image:
    """Rows of frames below each other on the gallery's ground, every pixel doubled."""
    sheet = Image.fromarray(np.concatenate(rows))
    ground = Image.new("RGBA", sheet.size, BACKGROUND)
    ground.alpha_composite(sheet)
    size = (sheet.width * SCALE, sheet.height * SCALE)
    return ground.convert("RGB").resize(size, Image.Resampling.NEAREST)


def main() -> None:
    """Write ``gallery.png``, ``directions.png`` and ``felled_tree.png`` into the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    walk = draw_walk(load_world(), WALK, WALK_SEED)
    walk.save(options.output / "felled_tree.png")
    models = load_models()
    draw_sheet(models, PROMPTS, options.seed).save(options.output / "gallery.png")
    draw_directions(models, options.seed).save(options.output / "directions.png")


if __name__ == "__main__":
    main()
