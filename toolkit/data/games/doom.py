"""ViZDoom's health gathering in a maze (MIT; Freedoom's art is BSD): first person, 72x72."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.data.games.game import Sight
from toolkit.runtime.threads import cache_folder

SIDE = 72
TICS = 4
"""Game tics an action lasts: 35 / 4 actions a second."""
DEGREES_PER_CELL = 90 / 9
"""The view is 90 degrees wide and nine cells."""
MOTION_STEP = 0.25
"""Turns are told in quarters of a cell."""
BUTTONS = {
    "noop": (0, 0, 0), "forward": (0, 0, 1), "left": (1, 0, 0), "right": (0, 1, 0),
    "forward_left": (1, 0, 1), "forward_right": (0, 1, 1),
}  # fmt: skip
"""Action to the buttons turn left, turn right and move forward."""


class Doom:
    """One game of ``health_gathering_supreme``: find medikits, or the acid floor kills."""

    name = "vizdoom"
    view = (SIDE // 8, SIDE // 8)
    fps = 35 / TICS
    action_names = tuple(BUTTONS)

    def __init__(self) -> None:
        os.environ.setdefault("ALSOFT_DRIVERS", "null")
        import vizdoom

        game: Any = vizdoom.DoomGame()
        game.load_config(os.path.join(vizdoom.scenarios_path, "health_gathering_supreme.cfg"))
        game.set_doom_config_path(str(cache_folder() / "vizdoom.ini"))  # else in the open folder
        game.set_window_visible(False)
        game.set_sound_enabled(False)
        game.set_screen_format(vizdoom.ScreenFormat.RGB24)
        game.set_screen_resolution(vizdoom.ScreenResolution.RES_160X120)
        game.set_available_game_variables(
            [vizdoom.GameVariable.ANGLE, vizdoom.GameVariable.POSITION_X,
             vizdoom.GameVariable.POSITION_Y]
        )  # fmt: skip
        game.set_labels_buffer_enabled(True)
        self.game = game
        self._started = False
        self._angle = 0.0
        self._frame = np.zeros((SIDE, SIDE, 3), np.uint8)

    def reset(self, seed: int) -> Sight:
        """A new maze walk; equal seeds give equal games."""
        self.game.set_seed(seed % 2**31)
        if self._started:
            self.game.new_episode()
        else:
            self.game.init()
            self._started = True
        state = self.game.get_state()
        self._angle = float(state.game_variables[0])
        self._frame = _shrink(state.screen_buffer)
        return Sight(frame=self._frame)

    def step(self, action: int) -> Sight:
        """What is seen after an action of four tics; the last sight is the one before the end."""
        pressed = BUTTONS[self.action_names[action]]
        reward = float(self.game.make_action([bool(key) for key in pressed], TICS))
        if self.game.is_episode_finished():
            return Sight(frame=self._frame, reward=reward / 100, over=True)
        state = self.game.get_state()
        angle = float(state.game_variables[0])
        turned = (angle - self._angle + 180) % 360 - 180
        self._angle, self._frame = angle, _shrink(state.screen_buffer)
        cells = -turned / DEGREES_PER_CELL
        column = round(cells / MOTION_STEP) * MOTION_STEP
        return Sight(frame=self._frame, reward=reward / 100, motion=(0.0, column))

    def place(self) -> tuple[float, float]:
        """Where the player stands, in map units."""
        _, x, y = self.game.get_state().game_variables
        return float(x), float(y)

    def medikit(self) -> float | None:
        """Where the nearest medikit in view is: -1 left edge, 1 right edge; None sees none."""
        labels = [label for label in self.game.get_state().labels if "edikit" in label.object_name]
        if not labels:
            return None
        nearest = max(labels, key=lambda label: label.height)
        return (nearest.x + nearest.width / 2) / 80 - 1


class DoomPlayer:
    """Walks to medikits in view, else wanders; turns away from walls."""

    def __init__(self, game: Doom, rng: np.random.Generator) -> None:
        self.game, self.rng = game, rng
        self._held, self._left = "forward", 0
        self._place: tuple[float, float] = (0.0, 0.0)

    def act(self) -> int:
        """The next action."""
        place = self.game.place()
        stuck = np.hypot(place[0] - self._place[0], place[1] - self._place[1]) < 2
        self._place = place
        medikit = self.game.medikit()
        if self._left > 0:
            self._left -= 1
        elif self.rng.random() < 0.15:
            self._hold(str(self.rng.choice(list(BUTTONS))), 1, 6)
        elif stuck and "forward" in self._held:
            self._hold(str(self.rng.choice(["left", "right"])), 3, 9)
        elif medikit is not None and abs(medikit) > 0.15:
            self._hold("forward_left" if medikit < 0 else "forward_right", 1, 2)
        else:
            turns = ["forward", "forward", "forward_left", "forward_right"]
            self._hold("forward" if medikit is not None else str(self.rng.choice(turns)), 2, 8)
        return self.game.action_names.index(self._held)

    def _hold(self, name: str, least: int, most: int) -> None:
        self._held, self._left = name, int(self.rng.integers(least, most)) - 1


def _shrink(screen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = Image.fromarray(screen).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(image)
