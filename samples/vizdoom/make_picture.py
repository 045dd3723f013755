"""Draw ``real_and_dream.png``: the real maze at the left of each pair, the dream at the right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from toolkit.commands.real_game import play_real
from toolkit.pipelines.action_script import parse_script
from toolkit.pipelines.rollout import roll_out
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import load_world

FOLDER = Path(__file__).parent
SCRIPT, SEED = "right*5 forward*6 left*4 forward_left*4 forward*4", 11
SHOWN = (0, 2, 5, 7, 10, 12, 15, 17, 20, 23)
SCALE = 2


def main() -> None:
    """Play the script in both, the dream from the real game's first frame."""
    world = load_world(FOLDER / "world")
    acts = parse_script(SCRIPT, world.card.shape.action_names)
    real = play_real(world.card.shape, acts, SEED).clip.frames[..., :3]
    seen = roll_out(WorldModelEnv(world), acts, seed=SEED, options={"start": real[0]})
    pairs = [np.concatenate([real[index], seen.frames[index]], axis=1) for index in SHOWN]
    half = len(pairs) // 2
    rows = [np.concatenate(part, axis=1) for part in (pairs[:half], pairs[half:])]
    sheet = Image.fromarray(np.concatenate(rows))
    size = (sheet.width * SCALE, sheet.height * SCALE)
    sheet.resize(size, Image.Resampling.NEAREST).save(FOLDER / "real_and_dream.png")


if __name__ == "__main__":
    main()
