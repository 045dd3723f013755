"""Figures in the README are those of the reports that come with Playreel."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.runtime.models import DEFAULT_BUNDLE

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def report(name: str) -> Mapping[str, Any]:
    return json.loads((DEFAULT_BUNDLE / name).read_text("utf-8"))


def row(title: str, values: tuple[str, ...], unit: str = "") -> str:
    cells = " | ".join(f"{value}{unit}" for value in values)
    return f"| {title} | {cells} |".replace("|  |", "| |")


def turntable_rows(body: Mapping[str, Any]) -> list[str]:
    """The table on turntables of the model, as the README has it."""
    prompt, image = body["from_prompt"], body["from_image"]
    columns = (prompt["model"], image["model"], prompt["real"], prompt["still"])

    def values(score: str, form: str, times: float = 1) -> tuple[str, ...]:
        return tuple(format(column[score] * times, form) for column in columns)

    psnr = values("psnr", ".1f")
    return [
        "| | from a prompt | first view given | real turn | still picture |",
        "|---|---|---|---|---|",
        row("azimuth error, degrees", values("azimuth_error", ".0f")),
        row("steps that turn onward", values("monotonic", ".0f", 100), " %"),
        row("turns that close", values("closed", ".0f", 100), " %"),
        row("palette drift, of 255", values("palette_drift", ".0f")),
        row("PSNR against the real turn, dB", (*psnr[:2], "", psnr[3])),
    ]


def test_the_table_on_turntables_is_the_report_s():
    body = report("turntables.json")
    assert "\n".join(turntable_rows(body)) in README
    assert f"`{body['command']}`" in README
