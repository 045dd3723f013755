"""Train what reads azimuths: on renders of random solids and, where there are packs, on theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import mse_loss

from toolkit.data.packs import load_pack
from toolkit.data.props.solids import build
from toolkit.data.sources.turntable import VIEWS, turntable
from toolkit.errors import BadRequest
from toolkit.evaluation.azimuths import AzimuthReader, read_turns, save_reader
from toolkit.evaluation.fitting import fit
from toolkit.evaluation.judges import FRAMES, judge_folder
from toolkit.evaluation.orbit_meshes import ELEVATION, held_out_orbits, random_pieces
from toolkit.evaluation.turning import angle_between, even_turn

Orbits = NDArray[np.uint8]
"""uint8 ``[N, 16, 64, 64, 4]``, counter-clockwise."""
SEED = 7_000_003
PACKS = ("sh3d", "ldraw")
MOST_STEPS = 3
"""Of 22.5 degrees, that a subject turns between two frames, either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRecipe:
    """How long and on what the reader is trained."""

    minutes: float = 5.0
    """Of the processor, one thread."""
    solids: int = 400
    """Compositions of random solids."""
    batch: int = 24
    rate: float = 2e-3
    max_steps: int | None = None
    """Ends earlier, for tests."""

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= 600:
            raise BadRequest(f"minutes is {self.minutes}; must be above 0 and at most 600.")


def make_reader(
    recipe: ReaderRecipe,
    folder: Path | None = None,
    *,
    packs: Path | None = None,
    report: Callable[[str], None],
) -> dict[str, Any]:
    """Train, measure and save a reader; returns its card with the errors in degrees.

    ``folder=None`` replaces the reader that comes with Playreel; ``packs`` is the folder of the
    training packs, without which random solids are all it learns from.
    """
    rng = np.random.default_rng(SEED)
    orbits = random_orbits(recipe.solids, rng)
    found = [packs / f"{name}.zip" for name in PACKS] if packs else []
    if found:
        orbits = np.concatenate([orbits, *(pack_orbits(path) for path in found)])
    report(f"{len(orbits)} orbits")
    reader = train_reader(recipe, orbits, rng, report=report)
    tests = {"props": np.stack([orbit.frames for orbit in held_out_orbits(48)])}
    if found:
        tests["packs"] = np.concatenate([pack_orbits(path, held_out=True) for path in found])
    card: dict[str, Any] = {
        "error": {name: reading_error(reader, kept) for name, kept in tests.items()},
        "orbits": len(orbits),
        "packs": [path.stem for path in found],
        "recipe": asdict(recipe),
        "seed": SEED,
    }
    save_reader(reader, folder or judge_folder(), card)
    return card


def random_orbits(count: int, rng: np.random.Generator) -> Orbits:
    """Orbits of compositions that nobody has seen."""
    return np.stack([turntable(build(random_pieces(rng)), ELEVATION) for _ in range(count)])


def pack_orbits(path: Path, *, held_out: bool = False) -> Orbits:
    """The full turns of a pack."""
    items = load_pack(path, held_out=held_out)
    return np.stack([one.frames for one in items if one.azimuth and one.num_frames == VIEWS])


def draw_tracks(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Views int64 ``[count, 8]``: half turn evenly, standing still included, half as they like."""
    even = np.repeat(rng.integers(-MOST_STEPS, MOST_STEPS + 1, (count, 1)), FRAMES - 1, 1)
    free = rng.integers(-MOST_STEPS, MOST_STEPS + 1, (count, FRAMES - 1))
    steps = np.where(rng.random((count, 1)) < 0.5, even, free)
    start = rng.integers(VIEWS, size=(count, 1))
    return np.concatenate([start, start + np.cumsum(steps, 1)], 1)


def draw_batch(
    orbits: Orbits, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Clips f32 ``[B, 8, 4, 64, 64]`` in [-1, 1], and cosine and sine of their turns.

    Mirrored clips turn the other way; colours change places.
    """
    views = draw_tracks(count, rng)
    turns = 2 * np.pi * (views - views[:, :1]) / VIEWS
    frames = orbits[rng.integers(len(orbits), size=count)[:, None], views % VIEWS]
    mirrored = rng.random(count) < 0.5
    frames[mirrored] = frames[mirrored, :, :, ::-1]
    turns[mirrored] *= -1
    frames = frames[..., [*rng.permutation(3), 3]].astype(np.float32)
    alpha = frames[..., 3:] / 255
    frames[..., :3] *= alpha * rng.uniform(0.6, 1.0, (count, 1, 1, 1, 3)).astype(np.float32)
    clips = np.moveaxis(frames, -1, 2) / np.float32(127.5) - 1
    wanted = np.stack([np.cos(turns), np.sin(turns)], -1).astype(np.float32)
    return np.ascontiguousarray(clips), wanted


def train_reader(
    recipe: ReaderRecipe,
    orbits: Orbits,
    rng: np.random.Generator,
    *,
    report: Callable[[str], None],
) -> AzimuthReader:
    """A reader trained on one thread for the recipe's minutes of processor time."""
    torch.manual_seed(SEED)
    reader = AzimuthReader()

    def loss_of() -> Tensor:
        clips, wanted = draw_batch(orbits, recipe.batch, rng)
        return mse_loss(reader(torch.from_numpy(clips)), torch.from_numpy(wanted))

    fit(
        reader, loss_of, rate=recipe.rate, cpu_minutes=recipe.minutes, clip_norm=1.0,
        max_steps=recipe.max_steps, report=report,
    )  # fmt: skip
    return reader


def reading_error(reader: AzimuthReader, orbits: Orbits) -> float:
    """Mean degrees that it reads wrong on even turns of real renders, in eight steps of 45."""
    clips = orbits[:, :: VIEWS // FRAMES]
    read = read_turns(reader, clips)
    return float(angle_between(read, even_turn(FRAMES))[:, 1:].mean())
