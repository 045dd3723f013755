"""The report on a world as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from toolkit.evaluation.tables import bar_table

PLAY = {
    "psnr_1": "PSNR after 1 step, dB", "psnr_16": "PSNR after 16", "psnr_64": "PSNR after 64",
    "psnr_seen_16": "of cells seen before, after 16", "tiles_1": "cells right after 1 step",
    "tiles_16": "cells right after 16", "tiles_64": "cells right after 64",
    "following": "actions followed",
    "following_steps": "of steps", "following_others": "of all other actions",
    "lag": "lag of actions, frames",
}  # fmt: skip
LEFT = ("model", "amnesiac", "no_memory", "copy_last_frame", "real", "normalised", "made", "astray",
        "unchanged", "takes")  # fmt: skip
SHARES = ("tiles", "following")


def print_world_report(body: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what ``evaluate_world`` returned."""
    console = console or Console()
    for table in (play_table(body), watched_table(body), left_table(body), drift_table(body)):
        console.print(table)
    console.print(bar_table(body))
    for line in speed_lines(body["speed"]):
        console.print(line)


def speed_lines(speed: Mapping[str, Any]) -> list[str]:
    """What a frame costs, a sentence for each way in which it was measured."""
    alone, real_time = speed["loopback"], speed["real_time"]
    beside, direct = speed["loopback_beside"], speed["direct_beside"]
    return [
        f"Over loopback, playreel serve and a client that waits for it: {_pace(alone)}, "
        f"the slowest {alone['max_ms']:.0f}; {alone['times_direct']:.2f} times as long as without "
        f"the server; load {alone['load_average']:.1f} on {speed['cores']} cores. "
        "The bars read this.",
        f"The same in real time at {real_time['fps']:.0f} frames a second: "
        f"{real_time['on_time']:.1%} of the actions show within {real_time['within_ms']:.0f} ms, "
        f"95 % within {real_time['p95_ms']:.0f}.",
        f"Over loopback beside the real game on the next core "
        f"({beside['real_game_steps_a_second']:.0f} steps a second): {_pace(beside)}.",
        f"Without the server beside the real game ({direct['real_game_steps_a_second']:.0f} steps "
        f"a second): {_pace(direct)}; DIAMOND's Atari network (4.4 M parameters, three runs a "
        f"frame) in the same runtime and in turns with it: {direct['diamond_frames_a_second']:.1f} "
        f"frames a second; ours is {direct['times_diamond']:.1f} times as fast.",
    ]


def _pace(row: Mapping[str, Any]) -> str:
    return (
        f"{row['frames_a_second']:.1f} frames a second on one thread, half within "
        f"{row['p50_ms']:.0f} ms, 95 % within {row['p95_ms']:.0f}"
    )


def play_table(body: Mapping[str, Any]) -> Table:
    """Free play: pictures, cells and actions of the model, baselines and ceilings."""
    rows: Mapping[str, Mapping[str, Any]] = body["play"]
    table = _table(f"Free play in {rows['model']['takes']} held-out worlds", "", *rows)
    for name, title in PLAY.items():
        table.add_row(title, *(_shown(name, row[name]) for row in rows.values()))
    return table


def watched_table(body: Mapping[str, Any]) -> Table:
    """How often a change is still seen so many frames after it was made."""
    watched: Mapping[str, Mapping[str, Any]] = body["watched"]
    takes = watched["takes"]
    rows = {name: row for name, row in watched.items() if name not in ("takes", "by_change")}
    table = _table("Changes still seen while watched", "frames", *rows, "takes")
    for frames, count in takes.items():
        shares = (_shown("tiles", row.get(frames)) for row in rows.values())
        table.add_row(frames, *shares, str(count))
    return table


def left_table(body: Mapping[str, Any]) -> Table:
    """How often a change is there when the player comes back."""
    left: Mapping[str, Mapping[str, Any]] = body["left"]
    table = _table("Changes still there on return", "frames out of view", *LEFT)
    for away, row in left.items():
        shares = (_shown("tiles", row.get(name)) for name in LEFT[:-1])
        table.add_row(away.replace("_", " to "), *shares, str(row["takes"]))
    return table


def drift_table(body: Mapping[str, Any]) -> Table:
    """What is left after a long play."""
    columns = ("valid", "worst_valid", "player", "valid_first", "real_valid")
    frames = body["options"]["drift"]
    table = _table(f"Cells that show a texture after {frames} frames", "actions", *columns)
    for way, row in body["drift"].items():
        table.add_row(way, *(_shown("tiles", row.get(name)) for name in columns))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for name in others:
        table.add_column(name.replace("_", " "), justify="right")
    return table


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1%}" if name.startswith(SHARES) else f"{value:.3g}"
