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
from toolkit.evaluation.world_tables import print_world_report
from toolkit.runtime.models import DEFAULT_BUNDLE

RESULTS = Path(__file__).parent / "results"
WIDTH = 160
Print = Callable[[Mapping[str, Any], Console], None]
REPORTS: dict[str, tuple[Path, Print]] = {
    "clip.txt": (DEFAULT_BUNDLE / "evaluation.json", print_report),
    "turntables.txt": (DEFAULT_BUNDLE / "turntables.json", print_turntable_report),
    "world.txt": (DEFAULT_BUNDLE.parent / "world" / "evaluation.json", print_world_report),
}
"""File of tables to its report and what prints it."""


def tables_of(report: Path, print_tables: Print) -> str:
    """What the command printed that wrote the report, and when it was."""
    body = json.loads(report.read_text("utf-8"))
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
