"""A folder of somebody's own recordings, pictures and actions, as episodes.

Every session is a folder of pictures (PNG, JPEG, WebP, BMP) in the order of their names, with an
``actions.txt`` in it: line 1 is the action taken at the first picture, and so on. The action at
the last picture leads nowhere and may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from toolkit.data.games.game import CELL, Sight, to_episode
from toolkit.data.games.gymnasium_game import check_size, fit
from toolkit.data.games.motion import camera_motion
from toolkit.episode import Episode
from toolkit.errors import BadRequest

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
ACTIONS_FILE = "actions.txt"


class Recordings:
    """What to_episode needs to know of a game that nobody can play here."""

    name = "recordings"

    def __init__(self, action_names: tuple[str, ...], *, width: int, height: int, fps: float):
        self.action_names, self.fps = action_names, fps
        self.view = (height // CELL, width // CELL)

    def reset(self, seed: int) -> Sight:
        """Recordings cannot be played."""
        raise AssertionError("recordings are read, not played")

    def step(self, action: int) -> Sight:
        """Recordings cannot be played."""
        raise AssertionError("recordings are read, not played")


def read_recordings(
    folder: Path, *, width: int = 72, height: int = 72, fps: float = 10.0
) -> Iterator[Episode]:
    """The sessions of a folder (or the folder itself, when it is one) as episodes.

    Pictures are brought to ``width`` x ``height``. Actions are numbered in the order of their
    names over all sessions, with ``noop``, ``none`` or ``idle`` first.

    Raises:
        BadRequest: there is no session, a picture cannot be read, or actions are missing.
    """
    check_size(width, height)
    sessions = [path.parent for path in sorted(folder.rglob(ACTIONS_FILE))]
    if not sessions:
        raise BadRequest(
            f"{folder} holds no {ACTIONS_FILE}; put one beside the pictures of each session."
        )
    lines = [_actions(session) for session in sessions]
    rests = {"noop", "none", "idle"}
    words = sorted({word for words in lines for word in words}, key=lambda w: (w not in rests, w))
    game = Recordings(tuple(words), width=width, height=height, fps=fps)
    for number, (session, said) in enumerate(zip(sessions, lines, strict=True)):
        frames = [fit(_picture(path), width, height) for path in _pictures(session, said)]
        sights = [Sight(frame=frames[0])]
        for before, after in pairwise(frames):
            motion = camera_motion(before, after, rows=game.view[0])
            sights.append(Sight(frame=after, motion=motion))
        actions = [words.index(word) for word in said[: len(frames) - 1]]
        yield to_episode(game, sights, actions, seed=number)


def _actions(session: Path) -> list[str]:
    try:
        words = (session / ACTIONS_FILE).read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(
            f"{session / ACTIONS_FILE} cannot be read as text; write UTF-8."
        ) from error
    said = [word.strip() for word in words]
    while said and not said[-1]:
        said.pop()
    if "" in said:
        raise BadRequest(
            f"line {said.index('') + 1} of {session / ACTIONS_FILE} is empty; name an action."
        )
    return said


def _pictures(session: Path, said: list[str]) -> list[Path]:
    paths = sorted(path for path in session.iterdir() if path.suffix.lower() in PICTURES)
    if len(paths) < 2 or len(said) not in (len(paths) - 1, len(paths)):
        raise BadRequest(
            f"{session} has {len(paths)} pictures and {len(said)} actions; it needs at least two "
            "pictures and one action for each, the last of which may be left out."
        )
    return paths


def _picture(path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadRequest(f"{path} is no picture that can be read; save it as PNG.") from error
