"""``playreel mesh``: a turntable back to a mesh file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exporters import file_stem
from toolkit.commands.console import json_flag, note, say, say_json, step_bar
from toolkit.commands.formats import write_all
from toolkit.errors import PlayreelError
from toolkit.saved_clip import read_clip
from toolkit.writable import require_writable

existing = click.Path(path_type=Path)


@click.command("mesh")
@click.argument("clip_file", metavar="CLIP", type=existing)
@click.option(
    "--format", "mesh_format", type=click.Choice(["glb", "obj", "ply"]), default="glb",
    show_default=True,
)  # fmt: skip
@click.option("--resolution", type=int, help="Voxels along the longest side (96).")
@click.option("--agreement", type=float, help="Share of views that must leave a place (1).")
@click.option("--smoothing", type=int, help="Rounds of smoothing (4).")
@click.option("--elevation", type=float, help="Degrees the views look from; default: the clip's.")
@click.option("--clockwise/--counter-clockwise", default=None, help="How the subject turns.")
@click.option("--height", type=float, help="Units from ground to top; default: the clip's scale.")
@click.option(
    "-o", "--out", type=existing, default=Path("out"), show_default=True,
    help="Folder for the file.",
)  # fmt: skip
@click.option("--name", help="Name of the file; default: the clip's.")
@json_flag
def mesh_command(
    clip_file: Path, mesh_format: Any, out: Path, name: str | None, as_json: bool, **flags: Any
) -> None:
    """Carve a mesh out of CLIP, a turntable as a GIF, APNG, WebP or sheet JSON.

    Needs the mesh extra: pip install 'playreel[mesh]'.
    """
    try:
        from toolkit.pipelines.turntable_mesh import MeshOptions, mesh_from_turntable
        from toolkit.rendering.mesh_writing import encode_mesh
    except ModuleNotFoundError as error:
        if (error.name or "toolkit").partition(".")[0] == "toolkit":
            raise
        raise PlayreelError(
            f"carving a mesh needs {error.name}; pip install 'playreel[mesh]'."
        ) from error
    options = MeshOptions(**{key: value for key, value in flags.items() if value is not None})
    require_writable(out)
    clip = read_clip(clip_file)
    with step_bar() as show:
        found = mesh_from_turntable(clip, options, on_progress=show)
    stem = clip_file.name.partition(".")[0]
    stem = file_stem(name or clip.metadata.get("name", stem))
    paths = write_all({f"{stem}.{mesh_format}": encode_mesh(found.mesh, mesh_format)}, out)
    agreed = sum(found.overlaps) / len(found.overlaps)
    if as_json:
        triangles = len(found.mesh.faces)
        say_json(
            {"files": paths, "triangles": triangles, "watertight": found.watertight,
             "overlap": agreed}
        )  # fmt: skip
        return
    for path in paths:
        say(path)
    note(f"{len(found.mesh.faces)} triangles; explains {agreed:.1%} of the silhouettes")
