"""Figures in the README are those of the reports that come with Playreel."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.evaluation.results import ABLATED, read_report
from toolkit.runtime.models import DEFAULT_BUNDLE
from toolkit.runtime.world_bundle import DEFAULT_WORLD

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def report(name: str) -> Mapping[str, Any]:
    return json.loads((DEFAULT_BUNDLE / name).read_text("utf-8"))


def row(title: str, values: tuple[str, ...], unit: str = "") -> str:
    cells = " | ".join(f"{value}{unit}" for value in values)
    return f"| {title} | {cells} |".replace("|  |", "| |")


def clip_rows(body: Mapping[str, Any]) -> list[str]:
    """The table on the clip model, as the README has it."""
    nearest = body["baselines"]["nearest_training_clip"]
    columns = (body["scores"], body["student"], body["ceiling"], nearest)

    def accuracy(head: str, pairs: str = "accuracy") -> tuple[str, ...]:
        return tuple(format(column[pairs][head] * 100, ".0f") for column in columns)

    sharpness = tuple(f"{column['inner_sharpness']:.2f}" for column in columns)
    flicker = tuple(f"{column['flicker']:.2f}" for column in columns)
    return [
        "| | model | in 4 steps | ceiling | nearest clip |",
        "|---|---|---|---|---|",
        row("every attribute right", accuracy("joint"), " %"),
        row("the same, pairs never trained on",
            accuracy("joint", "accuracy_held_out_pairs"), " %"),
        row("main colour", accuracy("color"), " %"),
        row("class", accuracy("class"), " %"),
        row("action", accuracy("action"), " %"),
        row("direction", accuracy("direction"), " %"),
        row("sharpness inside the figure, share of real", sharpness),
        row("flicker of a surface, 0 to 255", flicker),
    ]  # fmt: skip


def test_the_table_on_clips_is_the_report_s():
    assert "\n".join(clip_rows(report("evaluation.json"))) in README


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


def percents(*values: float | None, of: str = "") -> str:
    """``99, 98 %``; nothing where nothing was measured."""
    if any(value is None for value in values):
        return of
    return ", ".join(f"{value:.0%}".rstrip("%") for value in values if value is not None) + " %"


def world_rows(shipped: Mapping[str, Any], trained: list[Mapping[str, Any]]) -> list[str]:
    """The table on the world of Crafter, as the README has it."""
    columns = [
        (shipped, "model"), (shipped, "no_memory"), (shipped, "action_ignored"),
        (shipped, "copy_last_frame"), *((one, "model") for one in trained),
    ]  # fmt: skip
    play = [report["play"][name] for report, name in columns]
    watched = [report["watched"][name] for report, name in columns]

    def left(report: Mapping[str, Any], name: str) -> str:
        away = ("2_8", "9_24", "25_64")
        return percents(*(report["left"][frames].get(name) for frames in away))

    pictures = tuple(f"{one['psnr_1']:.1f}, {one['psnr_16']:.1f}" for one in play)
    cells = tuple(percents(one["tiles_1"], one["tiles_16"], one["tiles_64"]) for one in play)
    return [
        "| | the world | its memory off | told no action | last frame copied "
        "| trained without anchors | trained on four frames |",
        "|---|---|---|---|---|---|---|",
        row("PSNR after 1 and 16 steps, dB", pictures),
        row("cells seen before, after 1, 16, 64 steps", cells),
        row("actions followed", tuple(percents(one["following"]) for one in play)),
        row("change seen after 8 and 32 frames",
            tuple(percents(one["8"], one["32"]) for one in watched)),
        row("there on return after 2-8, 9-24, 25-64 frames",
            tuple(left(report, name) for report, name in columns)),
    ]  # fmt: skip


def test_the_table_on_the_world_is_the_reports():
    shipped = read_report(DEFAULT_WORLD / "evaluation.json")
    trained = [read_report(path) for path in ABLATED.values()]
    assert "\n".join(world_rows(shipped, trained)) in README
    assert f"`{shipped['command']}`" in README
