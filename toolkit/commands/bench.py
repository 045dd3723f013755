"""``playreel bench``: how fast a bundle, the server, packing and turntables are on this machine."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.island import existing_bundle, folder_path, island
from toolkit.errors import PlayreelError

SOME_MISSING = 1


@click.group("bench", invoke_without_command=True)
@click.pass_context
def bench_group(context: click.Context) -> None:
    """Measure this machine: ``clip`` (the default), ``server``, ``pack`` or ``turntable``.

    All but ``server`` need the train extra.
    """
    if context.invoked_subcommand is None:
        context.invoke(bench_clip)


@bench_group.command("clip")
@click.argument("bundle", type=folder_path, required=False)
@json_flag
def bench_clip(bundle: Path | None = None, as_json: bool = False) -> None:
    """Time and memory of a clip bundle (default: the shipped one) on this machine."""
    body = island("evaluation.bench").bench_clip(existing_bundle(bundle), report=note)
    if as_json:
        say_json(body)
    else:
        island("evaluation.tables").print_bench(body)


@bench_group.command("server")
@click.argument("bundle", type=folder_path, required=False)
@json_flag
def bench_server_command(bundle: Path | None, as_json: bool) -> None:
    """Start a server of its own and measure it with 108 clients beside a clip being made."""
    from toolkit.server.bench import bench_server

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            measured = bench_server(Path(folder) / "state", existing_bundle(bundle), report=note)
        except* PlayreelError as group:
            raise group.exceptions[0] from None
    if as_json:
        say_json(measured.to_dict())
    else:
        for name, value in measured.to_dict().items():
            say(f"{name:26} {value}")


@bench_group.command("pack")
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option(
    "--node", type=folder_path, default=".", help="Folder whose node_modules has rivals (here)."
)
@click.option("--cache", type=folder_path, help="Folder that keeps the downloaded sprites.")
@json_flag
@click.pass_context
def bench_pack(
    context: click.Context, rounds: int, node: Path, cache: Path | None, as_json: bool
) -> None:
    """Density and time of packing 474 CC0 sprites, beside three packers of npm and PyPI.

    Exits with 1 when one of them is not installed.
    """
    from toolkit.runtime.threads import cache_folder

    body = island("evaluation.packing").bench_pack(
        cache or cache_folder() / "downloads", node.resolve(), rounds=rounds, report=note
    )
    _say_beside_others(context, body, "print_packing", as_json=as_json)


@bench_group.command("turntable")
@click.option("--rounds", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option(
    "--peers", type=click.Path(path_type=Path), help="Python that has the others (this one)."
)
@click.option(
    "--patience", type=click.IntRange(1), default=600, show_default=True,
    help="Seconds that one of the others may take for one mesh.",
)  # fmt: skip
@json_flag
@click.pass_context
def bench_turntable(
    context: click.Context, rounds: int, peers: Path | None, patience: int, as_json: bool
) -> None:
    """64 views of a mesh, and of one of a million triangles, beside four other renderers.

    Exits with 1 when one of them is not installed.
    """
    body = island("evaluation.turntable_bench").bench_turntable(
        peers or Path(sys.executable), rounds=rounds, patience=patience, report=note
    )
    _say_beside_others(context, body, "print_turntables", as_json=as_json)


def _say_beside_others(
    context: click.Context, body: Mapping[str, Any], table: str, *, as_json: bool
) -> None:
    """Print a comparison by that function of ``evaluation.tables``; exit by who was missing."""
    if as_json:
        say_json(body)
    else:
        getattr(island("evaluation.tables"), table)(body)
    for sentence in body["missing"]:
        note(sentence)
    context.exit(SOME_MISSING if body["missing"] else 0)
