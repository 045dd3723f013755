"""Reports as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from toolkit.evaluation.attributes import HEADS

ROWS = {
    "silhouette_sharpness": ("outline sharpness / real", "1"),
    "inner_sharpness": ("inner sharpness / real", "1"),
    "binary_alpha": ("binary alpha", "as real"),
    "loop_closure": ("loop closure (median)", "1"),
    "flicker": ("flicker of one surface, 0-255", "as real"),
    "matched_flicker": ("change where the real one stands still, 0-255", "0"),
    "motion": ("motion, 0-255", "as real"),
    "frechet": ("Fréchet distance", "as real"),
    "alpha_fringe": ("alpha fringe a pixel of outline", "as real"),
    "stray_islands": ("stray islands a frame", "as real"),
}
"""Score to its name and the value to hope for."""
BINDING = {
    "bound": "both colours in place (chance 1/144)",
    "swapped": "both colours swapped",
    "preferred": "right order likelier (chance 1/2)",
}


def print_report(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``evaluate_clip`` returned: one table of accuracies, one of everything else."""
    console = console or Console()
    console.print(accuracy_table(body))
    console.print(score_table(body))
    console.print(bar_table(body))
    given = body["from_image"]
    console.print(
        f"From a given first frame ({given['clips']} clips): first frame "
        f"{_number(given['first_frame_psnr'])} dB, later frames {_number(given['later_psnr'])} dB "
        f"(a still picture: {_number(given['static_later_psnr'])} dB)."
    )


def columns_of(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Column title to its row of scores: the model, the ceiling, then the baselines."""
    baselines: Mapping[str, Mapping[str, Any]] = body["baselines"]
    return {
        "model": body["scores"],
        "real renders": body["ceiling"],
        **{name.replace("_", " "): scores for name, scores in baselines.items()},
    }


def accuracy_table(body: Mapping[str, Any]) -> Table:
    """Accuracy per attribute: chance, the model, its share of the ceiling, and the baselines."""
    counts, columns = body["counts"], columns_of(body)
    table = Table(
        title=f"Attributes read by the judge, {counts['prompts']} prompts "
        f"({counts['held_out_pairs']} with held-out pairs)"
    )
    for title in ("attribute", "chance", "share of ceiling", *columns):
        table.add_column(title, justify="left" if title == "attribute" else "right")
    for head in (*HEADS, "joint"):
        if head in body["scores"]["accuracy"]:
            _accuracy_row(table, body, "accuracy", head, head.replace("_", " "))
    _accuracy_row(table, body, "accuracy_seen_pairs", "joint", "joint, seen pairs")
    _accuracy_row(table, body, "accuracy_held_out_pairs", "joint", "joint, held-out pairs")
    return table


def _accuracy_row(table: Table, body: Mapping[str, Any], group: str, head: str, title: str) -> None:
    chance = body["judge"]["chance"].get(head)
    share = body["share_of_ceiling"][group].get(head)
    scores = [_percent(scores[group].get(head)) for scores in columns_of(body).values()]
    table.add_row(title, _percent(chance), _percent(share), *scores)


def score_table(body: Mapping[str, Any]) -> Table:
    """Colour binding, picture quality and motion, with the value to hope for."""
    columns = columns_of(body)
    table = Table(title="Colours, edges, alpha, loops")
    for title in ("score", "wanted", *columns):
        table.add_column(title, justify="left" if title == "score" else "right")
    for name, title in BINDING.items():
        values = [_percent(scores["binding"][name]) for scores in columns.values()]
        table.add_row(title, "0%" if name == "swapped" else "100%", *values)
    for name, (title, wanted) in ROWS.items():
        table.add_row(title, wanted, *(_number(scores.get(name)) for scores in columns.values()))
    return table


def bar_table(body: Mapping[str, Any]) -> Table:
    """What the bundle is held to: our value, the bar, the moonshot, and whether the bar is met."""
    table = Table(title="Bars")
    for title in ("bar", "ours", "wanted", "moonshot", "met"):
        table.add_column(title, justify="left" if title == "bar" else "right")
    for row in body["bars"]:
        sign = "≥" if row["better"] == "higher" else "≤"
        said = {True: "yes", False: "no", None: "not measured"}[row["met"]]
        table.add_row(
            row["name"], _number(row["value"]), f"{sign} {row['bar']:g}",
            f"{sign} {row['moonshot']:g}", said,
        )  # fmt: skip
    return table


def print_bench(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``bench_clip`` returned."""
    table = Table(title=f"{body['clip']} (threads: {body['threads']})")
    table.add_column("measured")
    table.add_column("value", justify="right")
    for title, value in (
        ("cold start to first clip, s", body["cold_seconds"]),
        ("second clip, s", body["second_clip_seconds"]),
        ("16 frames by the few-step network, s", body["few_steps_seconds"]),
        ("peak memory, MiB", body["peak_mib"]),
        ("guided step, ONNX Runtime, ms", body["step"]["onnx_ms"]),
        ("guided step, torch eager fp32, ms", body["step"]["torch_ms"]),
        ("torch / ONNX Runtime", body["step"]["torch_over_onnx"]),
    ):
        table.add_row(title, _number(value))
    (console or Console()).print(table)


def print_packing(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``bench_pack`` returned."""
    table = Table(title=f"{body['sprites']} sprites, {body['rounds']} rounds in turns")
    for title in ("packer", "pages", "density", "seconds", "times ours"):
        table.add_column(title, justify="left" if title in ("packer", "pages") else "right")
    for row in body["packers"]:
        table.add_row(
            f"{row['name']} {row['version']}",
            ", ".join(f"{width}x{height}" for width, height in row["pages"]),
            f"{row['density']:.3f}",
            f"{row['seconds']:.2f}",
            f"{row['times_ours']:.2f}",
        )
    (console or Console()).print(table)


def print_turntables(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``bench_turntable`` returned: a table a mesh."""
    for mesh in body["meshes"].values():
        table = Table(
            title=f"{body['views']} views of {body['size']}x{body['size']}, "
            f"{mesh['triangles']:,} triangles"
        )
        for title in ("drawer", "passes", "seconds", "peak MiB", "silhouette IoU"):
            table.add_column(title, justify="left" if title in ("drawer", "passes") else "right")
        for row in mesh["drawers"]:
            seconds = row["seconds"]
            table.add_row(
                f"{row['name']} {row['version']}".strip(),
                row["passes"],
                f"over {body['patience']}" if seconds is None else f"{seconds:.2f}",
                "-" if row["peak_mib"] is None else f"{row['peak_mib']}",
                "-" if row["overlap"] is None else f"{row['overlap']:.4f}",
            )
        (console or Console()).print(table)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
