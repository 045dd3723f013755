"""What each part of a world's memory is worth: the same scores with it, without it, untaught."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Report = Mapping[str, Any]
TAKEN_AWAY = {
    "no_memory": "its memory off", "action_ignored": "told no action",
    "copy_last_frame": "last frame copied",
}  # fmt: skip
"""Rows of one report in which the same weights, or nothing, go on with less."""
SCORES: dict[str, tuple[str, ...]] = {
    "PSNR after 1 step, dB": ("play", "psnr_1"),
    "PSNR after 16": ("play", "psnr_16"),
    "of cells seen before, after 16": ("play", "psnr_seen_16"),
    "cells seen before right after 1 step": ("play", "tiles_1"),
    "cells seen before right after 16": ("play", "tiles_16"),
    "cells seen before right after 64": ("play", "tiles_64"),
    "actions followed": ("play", "following"),
    "change watched for 8 frames": ("watched", "8"),
    "change watched for 32 frames": ("watched", "32"),
    "change there on return, 2 to 8 frames away": ("left", "2_8"),
    "change there on return, 9 to 24": ("left", "9_24"),
    "change there on return, 25 to 64": ("left", "25_64"),
}
"""Title of a score to where a report keeps it."""


def score_of(report: Report, row: str, score: tuple[str, ...]) -> float | None:
    """A score of a row (``model``, ``no_memory``, ...) of a report; None where it has none."""
    part, name = score
    value = report["left"][name].get(row) if part == "left" else report[part][row].get(name)
    return None if value is None else float(value)


def ablation_table(shipped: Report, trained: Mapping[str, Report]) -> Table:
    """The shipped world, it without a part, and worlds that were trained without one.

    ``trained`` names the reports of the latter by what they had to do without.
    """
    columns = {
        f"the world ({_worlds(shipped)} worlds)": (shipped, "model"),
        **{title: (shipped, row) for row, title in TAKEN_AWAY.items()},
        **{f"{name} ({_worlds(one)} worlds)": (one, "model") for name, one in trained.items()},
    }
    table = Table(title="What its parts are worth")
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    for title, score in SCORES.items():
        values = (score_of(report, row, score) for report, row in columns.values())
        table.add_row(title, *(_shown(title, value) for value in values))
    return table


def print_ablations(
    shipped: Report, trained: Mapping[str, Report], console: Console | None = None
) -> None:
    """Print ``ablation_table``."""
    (console or Console()).print(ablation_table(shipped, trained))


def _worlds(report: Report) -> int:
    return report["options"]["seeds"]


def _shown(title: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if "PSNR" in title or title.startswith("of cells") else f"{value:.1%}"
