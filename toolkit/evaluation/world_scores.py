"""Scores of dreams beside the real game: pictures, cells, actions, changes.

A row is a way to go on from the given frames (the model, a copy of the last frame, the real game);
each has one Dream a take. Letters in shapes: N dreamt frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, COLUMNS, ROWS
from toolkit.evaluation.crafter_takes import Changed
from toolkit.evaluation.inverse_dynamics import InverseDynamics, guess_actions, lag_of
from toolkit.evaluation.metrics import MAX_PSNR
from toolkit.evaluation.tiles import VALID, TileReader, is_day
from toolkit.evaluation.world_rollouts import Dream, Take

PSNR_STEPS, TILE_STEPS = (1, 4, 8, 16, 32, 64), (1, 16, 64)
VIEW = ROWS, COLUMNS
"""Cells of Crafter's view."""
FOLLOWED = 16
"""Dreamt frames over which actions are read; later the worlds have parted."""
ALIVE = [CELL_NAMES.index(name) for name in ("cow", "zombie", "skeleton", "arrow")]
STEP_ACTIONS = (1, 2, 3, 4)
"""Numbers of the actions that move the player."""
PLAYER = CELL_NAMES.index("player")


def picture_scores(
    takes: Sequence[Take], dreams: Sequence[Dream], *, view: tuple[int, int] = VIEW
) -> dict[str, float]:
    """PSNR in dB after so many steps: of whole frames, and of cells that the given frames showed.

    Means over takes of the frames' own, 60 dB at most. ``view`` is the rows and columns of cells
    that show the world.
    """
    scores: dict[str, float] = {}
    seen = [seen_before(take, view) for take in takes]
    for steps in PSNR_STEPS:
        pairs = [
            (_squares(take, made, steps - 1), known[steps - 1])
            for take, made, known in zip(takes, dreams, seen, strict=True)
            if len(known) >= steps
        ]
        scores[f"psnr_{steps}"] = _mean([_psnr(squares.mean()) for squares, _ in pairs])
        shown = [
            _psnr(_in_view(squares, view)[known].mean()) for squares, known in pairs if known.any()
        ]
        scores[f"psnr_seen_{steps}"] = _mean(shown)
    return scores


def _squares(take: Take, made: Dream, index: int) -> NDArray[np.float64]:
    """Squared differences of a dreamt frame, ``[H, W, 3]``."""
    return (made.frames[index].astype(np.float64) - take.frames[take.given + index]) ** 2


def _in_view(squares: NDArray[np.float64], view: tuple[int, int]) -> NDArray[np.float64]:
    """Means of the cells of the view, ``[rows, columns]``."""
    rows, columns = view
    return squares[: rows * 8].reshape(rows, 8, columns, 8, 3).mean((1, 3, 4))


def _psnr(squares: float) -> float:
    return MAX_PSNR if squares <= 0 else min(MAX_PSNR, 10 * np.log10(255**2 / squares))


def seen_before(take: Take, view: tuple[int, int] = VIEW) -> NDArray[np.bool_]:
    """Of each dreamt frame's view: what a given frame showed, bool ``[N, rows, columns]``."""
    rows, columns = view
    known = {
        (down + row, right + column)
        for down, right in take.places[: take.given].tolist()
        for row in range(rows)
        for column in range(columns)
    }
    return np.array(
        [
            [[(down + row, right + column) in known for column in range(columns)]
             for row in range(rows)]
            for down, right in take.places[take.dreamt].tolist()
        ],
        np.bool_,
    ).reshape(-1, rows, columns)  # fmt: skip


def tile_scores(
    reader: TileReader, takes: Sequence[Take], dreams: Sequence[Dream]
) -> dict[str, float]:
    """Share of cells that show what the real game shows, of those that given frames showed.

    Cells where the real game shows a creature are left out: nobody can know where it went.
    """
    scores: dict[str, float] = {}
    for steps in TILE_STEPS:
        right: list[NDArray[np.bool_]] = []
        for take, made in zip(takes, dreams, strict=True):
            index = take.given + steps - 1
            if index < len(take.frames):
                kinds, _ = reader.read(
                    made.frames[steps - 1 : steps], take.phases[index : index + 1]
                )
                wanted = take.cells[index, :ROWS]
                asked = seen_before(take)[steps - 1] & ~np.isin(wanted, ALIVE)
                right.append((kinds[0] == wanted)[asked])
        scores[f"tiles_{steps}"] = _share(right)
    return scores


def action_scores(
    judge: InverseDynamics, takes: Sequence[Take], dreams: Sequence[Dream]
) -> dict[str, Any]:
    """How often the judge reads the action that was taken, of those that did something.

    Also apart: of steps, and of everything else that is done, made or placed.
    """
    right: list[NDArray[np.bool_]] = []
    steps: list[NDArray[np.bool_]] = []
    guesses: list[NDArray[np.int64]] = []
    actions: list[NDArray[np.int64]] = []
    for take, made in zip(takes, dreams, strict=True):
        frames = np.concatenate([take.frames[take.given - 1 : take.given], made.frames])[
            : FOLLOWED + 1
        ]
        done, asked = (part[take.given - 1 :][:FOLLOWED] for part in (take.actions, take.effective))
        guesses.append(guess_actions(judge, frames))
        actions.append(np.where(asked, done, 0))
        right.append((guesses[-1] == done)[asked])
        steps.append(np.isin(done, STEP_ACTIONS)[asked])
    peak, agree = lag_of(guesses, actions)
    answers, walks = np.concatenate(right), np.concatenate(steps)
    return {
        "following": _mean(answers),
        "following_steps": _mean(answers[walks]),
        "following_others": _mean(answers[~walks]),
        "effective": len(answers),
        "effective_others": int((~walks).sum()),
        "lag": peak,
        "lag_off": abs(peak),
        "agreement_by_lag": agree,
    }


def shows_change(
    reader: TileReader, changed: Changed, made: Dream, index: int, *, offset: int = 0
) -> bool:
    """Whether dreamt frame ``index`` shows the change where its own camera has the cell.

    ``offset`` is the number of dreamt frames before the dream's first.
    """
    down, right = np.array(changed.target) - made.places[index]
    if not (0 <= down < ROWS and 0 <= right < COLUMNS):
        return False
    when = changed.take.given + offset + index
    kinds, _ = reader.read(made.frames[index : index + 1], changed.take.phases[when : when + 1])
    return bool(kinds[0, down, right] == changed.kind)


def unchanged_share(reader: TileReader, changed: Changed, made: Dream) -> float:
    """Of the land in view at the end that given frames showed: the share that is as it was.

    The dream is read where its own camera stands; creatures are left out.
    """
    take = changed.take
    kinds, _ = reader.read(made.frames[-1:], take.phases[-1:])
    down, right = (take.places[-1] - made.places[-1]).tolist()
    asked = seen_before(take)[-1] & ~np.isin(take.cells[-1, :ROWS], [*ALIVE, PLAYER])
    right_ones: list[bool] = []
    for row, column in np.argwhere(asked).tolist():
        at = row + down, column + right
        if 0 <= at[0] < ROWS and 0 <= at[1] < COLUMNS and kinds[0][at] != PLAYER:
            right_ones.append(bool(kinds[0][at] == take.cells[-1, row, column]))
    return _mean(right_ones)


def validity(
    reader: TileReader, frames: NDArray[np.uint8], phases: NDArray[np.floating[Any]]
) -> dict[str, float]:
    """Of frames by day: the share of cells that show any texture, and of frames with the player."""
    day = is_day(phases)
    if not day.any():
        return {"valid": float("nan"), "player": float("nan")}
    kinds, off = reader.read(frames[day], phases[day])
    middle = kinds[:, ROWS // 2, COLUMNS // 2] == PLAYER
    return {"valid": float((off < VALID).mean()), "player": float(middle.mean())}


def normalised(score: float, amnesiac: float, real: float) -> float:
    """What remembering adds to guessing, as a share of what there is to add."""
    return (score - amnesiac) / (real - amnesiac) if real > amnesiac else float("nan")


def _share(parts: Sequence[NDArray[np.bool_]]) -> float:
    return _mean(np.concatenate(parts)) if parts else float("nan")


def _mean(values: Sequence[float] | NDArray[np.bool_]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
