"""The evaluation of a clip bundle's turntables: orbits of meshes that no training pack holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from toolkit.errors import BadRequest
from toolkit.evaluation.azimuths import AzimuthReader, load_reader, read_turns
from toolkit.evaluation.bars import Bar
from toolkit.evaluation.generation import ClipMaker, bundle_maker, png_of
from toolkit.evaluation.metrics import mean_of, psnr
from toolkit.evaluation.orbit_meshes import COLORS, PROPS, Orbit, held_out_orbits
from toolkit.evaluation.reports import report_on, write_report
from toolkit.evaluation.tables import bar_table
from toolkit.evaluation.turning import angle_between, closed_share, even_turn, monotonic_share
from toolkit.messages import TurntableRequest
from toolkit.runtime.model_card import read_card

REPORT_FILE = "turntables.json"
VIEWS = 8
MOST_ORBITS = len(PROPS) * len(COLORS)
SEED = 11
Turns = NDArray[np.uint8]
"""uint8 ``[N, 8, 64, 64, 4]``."""

TURNTABLE_BARS = (
    Bar(name="azimuth error, degrees", path="from_prompt.model.azimuth_error",
        bar=20, moonshot=8, better="lower"),
    Bar(name="the same with the first view given, degrees",
        path="from_image.model.azimuth_error", bar=20, moonshot=8, better="lower"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TurntableEvaluation:
    """How much is measured."""

    orbits: int = MOST_ORBITS
    num_inference_steps: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.orbits <= MOST_ORBITS:
            raise BadRequest(f"orbits is {self.orbits}; must be 1 to {MOST_ORBITS}.")


def evaluate_turntable(
    bundle: Path,
    *,
    options: TurntableEvaluation | None = None,
    reader: tuple[AzimuthReader, dict[str, Any]] | None = None,
    make: ClipMaker | None = None,
    write: bool = False,
    command: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The report on a bundle's turntables as a JSON-ready dict.

    Args:
        bundle: the bundle's folder.
        options: how much is measured.
        reader: what reads azimuths and its card; None takes the one that comes with Playreel.
        make: stands in for the bundle's runtime, for tests.
        write: also write ``turntables.json`` into the bundle.
        command: what the user typed, kept in the report.
        report: gets a line of progress now and then.

    Raises:
        ModelNotFound, ModelMismatch: the bundle or the reader is missing or damaged.
    """
    chosen, card = options or TurntableEvaluation(), read_card(bundle)
    network, reader_card = reader or load_reader()
    orbits = held_out_orbits(chosen.orbits)
    real = np.stack([orbit.frames[:: orbit.frames.shape[0] // VIEWS] for orbit in orbits])
    make = make or bundle_maker(bundle)
    made = {
        way: drawn(make, orbits, chosen, given=given, report=report)
        for way, given in (("from_prompt", False), ("from_image", True))
    }
    scores = {
        **{way: rows_of(network, turns, real) for way, turns in made.items()},
        "reader": reader_card,
        "orbits": chosen.orbits,
        "seed": SEED,
    }
    body = report_on(card, scores, bars=TURNTABLE_BARS, command=command)
    if write:
        write_report(body, bundle / REPORT_FILE)
    return body


def print_turntable_report(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``evaluate_turntable`` returned."""
    console = console or Console()
    for way in ("from_prompt", "from_image"):
        rows: Mapping[str, Mapping[str, float | None]] = body[way]
        table = Table(title=f"{body['orbits']} held-out meshes, {way.replace('_', ' ')}")
        table.add_column("score")
        for name in rows:
            table.add_column(name, justify="right")
        for score in rows["model"]:
            values = [row[score] for row in rows.values()]
            table.add_row(
                score.replace("_", " "),
                *("-" if value is None else f"{value:.3g}" for value in values),
            )
        console.print(table)
    console.print(bar_table(body))


def drawn(
    make: ClipMaker,
    orbits: list[Orbit],
    options: TurntableEvaluation,
    *,
    given: bool,
    report: Callable[[str], None],
) -> Turns:
    """The turn of every orbit's prompt, its first view ``given`` or not."""
    turns: list[NDArray[np.uint8]] = []
    for number, orbit in enumerate(orbits):
        request = TurntableRequest(
            prompt=orbit.prompt,
            views=VIEWS,
            clockwise=False,
            image=png_of(orbit.frames[0]) if given else b"",
            seed=SEED + number,
            num_inference_steps=options.num_inference_steps,
        )
        turns.append(make(request).frames)
        if number % 8 == 7 or number == len(orbits) - 1:
            report(f"{number + 1} of {len(orbits)} turntables, first view given: {given}")
    return np.stack(turns)


def rows_of(reader: AzimuthReader, made: Turns, real: Turns) -> dict[str, dict[str, float]]:
    """Scores of the model, and beside it of real renders and of what does not turn."""
    still = np.repeat(real[:, :1], VIEWS, 1)
    backwards = np.concatenate([real[:, :1], real[:, :0:-1]], 1)
    return {
        "model": turn_scores(reader, made, real),
        "real": turn_scores(reader, real, real),
        "still": turn_scores(reader, still, real),
        "backwards": turn_scores(reader, backwards, real),
    }


def turn_scores(reader: AzimuthReader, turns: Turns, real: Turns) -> dict[str, float]:
    """How well the turns are turns, and how near they come to the real ones.

    ``azimuth_error`` is the mean over views 2 to 8, degrees; ``palette_drift`` the mean distance of
    a view's mean colour from the first view's, 0 to 255; ``psnr`` dB of views 2 to 8.
    """
    read = read_turns(reader, turns)
    return {
        "azimuth_error": float(angle_between(read, even_turn(VIEWS))[:, 1:].mean()),
        "monotonic": monotonic_share(read),
        "closed": closed_share(read),
        "palette_drift": mean_of(palette_drift(turn) for turn in turns),
        "psnr": mean_of(psnr(a[1:], b[1:]) for a, b in zip(turns, real, strict=True)),
    }


def palette_drift(frames: NDArray[np.uint8]) -> float:
    """Mean distance of the views' mean opaque colours from the first's, 0 to 255."""
    seen = frames[..., 3] > 127
    if not seen.any((1, 2)).all():
        return float("nan")
    means = np.stack([frame[mask][:, :3].mean(0) for frame, mask in zip(frames, seen, strict=True)])
    return float(np.linalg.norm(means[1:] - means[0], axis=1).mean())
