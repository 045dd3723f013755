"""Tables of the shipped bundles' reports: ``python -m toolkit.evaluation.results``."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from toolkit.evaluation.tables import print_report
from toolkit.evaluation.turntable_report import print_turntable_report
from toolkit.evaluation.world_ablations import print_ablations
from toolkit.evaluation.world_tables import print_world_report
from toolkit.runtime.models import DEFAULT_BUNDLE

RESULTS = Path(__file__).parent / "results"
WIDTH = 160
Report = Mapping[str, Any]
Print = Callable[[Report, Console], None]
ABLATED = {
    "trained without anchors": RESULTS / "world_unanchored.json",
    "trained on four frames": RESULTS / "world_short.json",
}
"""Worlds that learned to do without a part, to the reports on them."""


def print_world(report: Report, console: Console) -> None:
    """A world's report, then what its parts are worth."""
    print_world_report(report, console)
    there = {name: read_report(path) for name, path in ABLATED.items() if path.is_file()}
    print_ablations(report, there, console)


REPORTS: dict[str, tuple[Path, Print]] = {
    "clip.txt": (DEFAULT_BUNDLE / "evaluation.json", print_report),
    "turntables.txt": (DEFAULT_BUNDLE / "turntables.json", print_turntable_report),
    "world.txt": (DEFAULT_BUNDLE.parent / "world" / "evaluation.json", print_world),
}
"""File of tables to its report and what prints it."""


def read_report(path: Path) -> Report:
    """What an evaluation wrote."""
    return json.loads(path.read_text("utf-8"))


def tables_of(report: Path, print_tables: Print) -> str:
    """What the command printed that wrote the report, and when it was."""
    body = read_report(report)
    text = io.StringIO()
    print_tables(body, Console(file=text, width=WIDTH))
    lines = [f"{body['command']}, {body['date']}", "", *text.getvalue().splitlines()]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def write_results(folder: Path = RESULTS) -> list[Path]:
    """Write the tables of every shipped report."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, (report, print_tables) in REPORTS.items():
        (folder / name).write_text(tables_of(report, print_tables), "utf-8")
        written.append(folder / name)
    return written


if __name__ == "__main__":
    write_results()
