"""``playreel bench``: how fast a bundle and the server are on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.island import existing_bundle, folder_path, island
from toolkit.errors import PlayreelError


@click.group("bench", invoke_without_command=True)
@click.pass_context
def bench_group(context: click.Context) -> None:
    """Measure this machine: ``clip`` (the default; needs the train extra) or ``server``."""
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
