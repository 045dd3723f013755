"""``playreel bridge``: Playreel inside other programs."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.commands.console import json_flag, say, say_json


@click.group("bridge")
def bridge_group() -> None:
    """Build or install what brings Playreel into other programs."""


@bridge_group.command("godot")
@click.argument("project", type=click.Path(path_type=Path), required=False)
@click.option("--enable", "switch_on", is_flag=True, help="Switch the plugin on in the project.")
@click.option("--force", is_flag=True, help="Replace files of the plugin changed by hand.")
@click.option(
    "--zip",
    "zip_to",
    type=click.Path(path_type=Path),
    help="Build the Asset Library's zip instead: a folder, or a file that ends in .zip.",
)
@json_flag
def godot_command(
    project: Path | None, switch_on: bool, force: bool, zip_to: Path | None, as_json: bool
) -> None:
    """Install the plugin in PROJECT, the folder of a project.godot of Godot 4.3 or later.

    Again it updates it. Files that are not the plugin's are never touched.
    """
    if (project is None) == (zip_to is None):
        raise click.UsageError("give PROJECT, or --zip with a file")
    if zip_to is not None:
        _build_zip(zip_to, as_json=as_json)
    elif project is not None:
        _install(project, switch_on=switch_on, force=force, as_json=as_json)


@bridge_group.command("blender")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default=True,
    help="Folder, or a file that ends in .zip.",
)
@json_flag
def blender_command(out: Path, as_json: bool) -> None:
    """Build the extension's zip for Blender 4.2 and later."""
    from toolkit.blender_zip import write_zip

    path = write_zip(out)
    if as_json:
        say_json({"file": str(path)})
    else:
        say(str(path))
        say("in Blender: Edit > Preferences > Get Extensions > Install from Disk")


def _build_zip(target: Path, *, as_json: bool) -> None:
    from toolkit.godot_addon import write_zip

    path = write_zip(target)
    if as_json:
        say_json({"file": str(path)})
    else:
        say(str(path))


def _install(project: Path, *, switch_on: bool, force: bool, as_json: bool) -> None:
    from toolkit.godot_addon import install
    from toolkit.godot_settings import enable, is_enabled, read_project

    done = install(project, force=force)
    if switch_on:
        enable(project)
    on = is_enabled(read_project(project))
    if as_json:
        say_json({"written": done.written, "removed": done.removed, "enabled": on})
        return
    say(f"{project}: {len(done.written)} files written, {len(done.removed)} removed")
    if not on:
        say("in Godot: Project > Project Settings > Plugins, switch Playreel on; or add --enable")
