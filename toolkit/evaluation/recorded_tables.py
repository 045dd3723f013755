"""The report on a world on recordings as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from toolkit.evaluation.recorded_scores import CAMERA_STEPS, EDGE_STEPS
from toolkit.evaluation.world_scores import PSNR_STEPS


def print_recorded_report(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``evaluate_recorded`` returned."""
    console = console or Console()
    for table in tables_of(body):
        console.print(table)
    for line in lines_of(body):
        console.print(line)


def tables_of(body: Mapping[str, Any]) -> list[Table]:
    """A row for the model and for each way to know or do less, by steps after the given frames."""
    said: Mapping[str, Any] = body["recordings"]
    on = f"{said['takes']} takes of {said['episodes']} episodes of {said['game']}"
    pictures = table_of(body, f"PSNR in dB, {on}", "psnr", PSNR_STEPS)
    pictures.add_row("takes", *(str(said["takes_after"][str(steps)]) for steps in PSNR_STEPS))
    return [
        pictures,
        table_of(body, "PSNR of cells that the given frames showed", "psnr_seen", PSNR_STEPS),
        table_of(body, "Edges within cells, of the real ones", "sharpness", EDGE_STEPS),
        table_of(body, "Camera in its cell", "camera", CAMERA_STEPS),
    ]


def table_of(body: Mapping[str, Any], title: str, score: str, steps: Sequence[int]) -> Table:
    """One score of all rows."""
    table = Table(title=title)
    table.add_column("steps")
    for count in steps:
        table.add_column(str(count), justify="right")
    rows: Mapping[str, Mapping[str, float | None]] = body["play"]
    for row, values in rows.items():
        shown = (_shown(score, values[f"{score}_{count}"]) for count in steps)
        table.add_row(row.replace("_", " "), *shown)
    return table


def lines_of(body: Mapping[str, Any]) -> list[str]:
    """What the tables leave out, a sentence each."""
    said, same, apart = body["recordings"], body["identical"], body["delta_psnr_4"]
    lines = [
        f"Measured: {said['takes']} of the {said['takes_there']} takes and {said['episodes']} of "
        f"the {said['episodes_there']} episodes that are there; episodes too short for a take: "
        f"{said['episodes_too_short']}.",
        "No take tells what actions are worth: that takes two actions, and 4 steps."
        if apart is None
        else f"The true actions are worth {apart:.2f} dB after 4 steps beside other ones.",
        f"Replayed, the same frames: {_yes(same['replay'])}; "
        f"saved and loaded: {_yes(same['save_and_load'])}.",
    ]
    if (speed := body["speed"]) is not None:
        lines.append(
            f"Over loopback, playreel serve and a client that waits for it: "
            f"{speed['frames_a_second']:.1f} frames a second on one thread, half within "
            f"{speed['p50_ms']:.0f} ms, 95 % within {speed['p95_ms']:.0f}; "
            f"load {speed['load_average']:.1f} on {speed['cores']} cores."
        )
    return lines


def _yes(same: bool) -> str:
    return "yes, to the bit" if same else "NO"


def _shown(score: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0%}" if score == "camera" else f"{value:.2f}"
