from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exporters.write import write_files
from tests.tiny_world import SHAPE
from toolkit.data.games.game import ScriptPlayer, Sight, play
from toolkit.data.world_pool import WindowPool
from toolkit.data.world_windows import OWN_WEIGHT
from toolkit.episode import encode_episode

LAMP = (1, 2)
OFF, ON = 5, 6
LENGTH, PRESSED = 60, (20, 40, 50)


class Lamp:
    """A still picture in which one action turns one lamp on and off."""

    name, action_names, view, fps = "strip", SHAPE.action_names, (2, SHAPE.columns), 10.0

    def __init__(self) -> None:
        self.on = False

    def reset(self, seed: int) -> Sight:
        self.on = False
        return self._sight()

    def step(self, action: int) -> Sight:
        self.on ^= action == 1
        return self._sight()

    def _sight(self) -> Sight:
        cells = np.full((SHAPE.rows, SHAPE.columns), 1, np.uint8)
        cells[LAMP] = ON if self.on else OFF
        frame = np.repeat(cells[..., None] * 30, 3, -1).repeat(8, 0).repeat(8, 1)
        return Sight(frame=frame, motion=(0, 0), phase=0.0, semantic=cells)


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """Recordings in which the lamp is turned on, off and on."""
    script = [1 if step in PRESSED else 0 for step in range(LENGTH)]
    game = Lamp()
    for index, episode in enumerate(
        play(game, lambda _: ScriptPlayer(script), steps=3 * LENGTH, seed=0, length=LENGTH)
    ):
        write_files({f"lamp_{index}.npz": encode_episode(episode)}, tmp_path)
    return tmp_path


def test_windows_are_drawn_where_an_action_changed_the_world(lamps: Path):
    batch = WindowPool(lamps, SHAPE, seed=0, acted=1.0).batch(16)
    changed = batch.own.any(1)
    lamp = LAMP[0] * SHAPE.columns + LAMP[1]
    assert changed[:, lamp].all()
    assert changed.sum() == 16
    assert (batch.weights[batch.own] == OWN_WEIGHT).all()
    assert (batch.own.nonzero()[1] >= batch.own.shape[1] - SHAPE.recents).all()


def test_without_them_they_are_drawn_anywhere(lamps: Path):
    batch = WindowPool(lamps, SHAPE, seed=0, acted=0.0).batch(64)
    share = batch.own.any((1, 2)).mean()
    assert 0 < share < 0.5


def test_a_game_without_names_for_its_cells_draws_anywhere(lamps: Path):
    nameless = replace(SHAPE, kinds=False)
    assert len(WindowPool(lamps, nameless, seed=0, acted=1.0).batch(4).own) == 4
