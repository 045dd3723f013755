"""A small game, its recordings, and a world bundle of random weights, for the tests."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import crafter
import numpy as np
import torch

from exporters.write import write_files
from toolkit.data.games.game import Game, RandomPlayer, Sight, play
from toolkit.episode import encode_episode
from toolkit.model.export_world import export_world
from toolkit.model.presets import WORLD_PRESETS
from toolkit.model.world_transformer import WorldTransformer
from toolkit.runtime.world_bundle import WorldShape

ROWS, COLUMNS = 3, 4
SHAPE = WorldShape(
    game="strip", action_names=("noop", "left", "right"), fps=10.0, rows=ROWS, columns=COLUMNS,
    view_rows=2, motions=((0.0, 0.0), (0.0, 1.0), (0.0, -1.0)), day=0.01, recents=3, keyframes=2,
    kinds=True,
)  # fmt: skip


class Strip:
    """A ring of coloured columns under a camera that goes left and right; a clock lies below."""

    name, action_names, view, fps = "strip", SHAPE.action_names, (2, COLUMNS), 10.0

    def __init__(self) -> None:
        self.at, self.tick = 0, 0
        self.colours = np.zeros((16, 3), np.uint8)

    def reset(self, seed: int) -> Sight:
        self.at, self.tick = 0, 0
        self.colours = np.random.default_rng(seed).integers(0, 256, (16, 3), np.uint8)
        return self._sight(0)

    def step(self, action: int) -> Sight:
        moved = (0, -1, 1)[action]
        self.at, self.tick = self.at + moved, self.tick + 1
        return self._sight(moved)

    def _sight(self, moved: int) -> Sight:
        cells = np.zeros((ROWS, COLUMNS, 3), np.uint8)
        cells[:2] = self.colours[(self.at + np.arange(COLUMNS)) % 16]
        frame = cells.repeat(8, 0).repeat(8, 1)
        return Sight(frame=frame, motion=(0, moved), phase=self.tick / 100 % 1)


def record_strip(folder: Path, *, episodes: int = 3, length: int = 40) -> None:
    game: Game = Strip()
    for index, episode in enumerate(
        play(game, lambda rng: RandomPlayer(game, rng), steps=episodes * length, seed=0,
             length=length)
    ):  # fmt: skip
        write_files({f"strip_{index}.npz": encode_episode(episode)}, folder)


def random_world(seed: int = 0) -> WorldTransformer:
    torch.manual_seed(seed)
    made = WorldTransformer(WORLD_PRESETS["world-tiny"], SHAPE)
    for layer in (made.modulation, made.final_modulation, made.unembed, made.kinds, made.replaced):
        torch.nn.init.normal_(layer.weight, std=0.3)  # fmt: skip
    torch.nn.init.normal_(made.unembed.weight, std=0.03)
    with torch.no_grad():  # left and right move the camera, and the game never ends
        made.motion.weight.zero_()
        made.motion.bias.copy_(torch.tensor([[1.0, 0, 0], [0, 0, 1.0], [0, 1.0, 0]]).flatten())
        made.outcome.bias[1] = -10.0
    return made


@cache
def _exported() -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "world"
        random = np.random.default_rng(0)
        starts = random.integers(0, 256, (3, *SHAPE.size, 3), np.uint8)
        export_world(
            random_world(), folder, name="strip", training={},
            starts=(starts, np.array([0.0, 0.25, 0.5], np.float32)),
        )  # fmt: skip
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def make_tiny_world(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _exported().items():
        (folder / name).write_bytes(content)
    return folder


CRAFTER_SHAPE = replace(
    SHAPE, game="crafter", action_names=tuple(crafter.constants.actions), rows=9, columns=9,
    view_rows=7, day=1 / 300,
    motions=((0.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0)),
)  # fmt: skip


def make_tiny_crafter(folder: Path) -> Path:
    """A world with Crafter's actions and frames, of random weights."""
    torch.manual_seed(0)
    starts = np.random.default_rng(0).integers(0, 256, (1, 72, 72, 3), np.uint8)
    export_world(
        WorldTransformer(WORLD_PRESETS["world-tiny"], CRAFTER_SHAPE), folder, name="crafter",
        training={}, starts=(starts, np.zeros(1, np.float32)),
    )  # fmt: skip
    return folder
