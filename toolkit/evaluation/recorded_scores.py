"""Scores of dreams beside recordings of any game: pictures, edges, camera.

A take's scores are a dict of its own, nan where it is too short for one; a row is their means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from toolkit.evaluation.metrics import mean_of
from toolkit.evaluation.world_rollouts import Dream, Take
from toolkit.evaluation.world_scores import picture_scores
from toolkit.runtime.world_bundle import CELL, WorldShape

EDGE_STEPS, CAMERA_STEPS = (1, 16, 64), (1, 16)
Scores = Mapping[str, float]


def take_scores(take: Take, made: Dream, shape: WorldShape) -> Scores:
    """Every score of one dream."""
    return {
        **picture_scores([take], [made], view=(shape.view_rows, shape.columns)),
        **edge_scores(take, made),
        **camera_scores(take, made),
    }


def edge_scores(take: Take, made: Dream) -> Scores:
    """How steep the picture is after so many steps, dreamt and real."""
    pairs = {
        steps: (made.frames[steps - 1 : steps], take.frames[take.dreamt][steps - 1 : steps])
        for steps in EDGE_STEPS
    }
    return {
        name: steepness(frames)
        for steps, (dreamt, real) in pairs.items()
        for name, frames in ((f"edges_{steps}", dreamt), (f"real_edges_{steps}", real))
    }


def steepness(frames: NDArray[np.uint8]) -> float:
    """Mean difference of neighbouring pixels of a cell, 0 to 255; nan without frames.

    Pixels of two cells are no neighbours here: a world that draws cell by cell leaves seams, and
    they are not sharp pictures.
    """
    if not len(frames):
        return float("nan")
    count, height, width, colours = frames.shape
    cells = frames.astype(np.float64).reshape(
        count, height // CELL, CELL, width // CELL, CELL, colours
    )
    return float(sum(np.abs(np.diff(cells, axis=axis)).mean() for axis in (2, 4)) / 2)


def camera_scores(take: Take, made: Dream) -> Scores:
    """Whether the camera is where the real one is, to the cell, after so many steps: 1 or 0."""
    right = (made.places == take.places[take.dreamt]).all(1)
    return {
        f"camera_{steps}": float(right[steps - 1]) if len(right) >= steps else float("nan")
        for steps in CAMERA_STEPS
    }


def row_of(scores: Sequence[Scores]) -> dict[str, float]:
    """The means over takes; of edges, the dreamt ones as a share of the real ones."""
    means = {name: mean_of(one[name] for one in scores) for name in scores[0]}
    for steps in EDGE_STEPS:
        dreamt, real = means.pop(f"edges_{steps}"), means.pop(f"real_edges_{steps}")
        means[f"sharpness_{steps}"] = dreamt / real if real > 0 else float("nan")
    return means
