"""``playreel export``: a saved clip to other formats."""

from __future__ import annotations

from pathlib import Path

import click

from exporters import file_stem
from toolkit.commands.console import json_flag, say, say_json
from toolkit.commands.formats import export_all, read_formats, write_all
from toolkit.postprocess.quality import quality
from toolkit.saved_clip import read_clip
from toolkit.writable import require_writable


@click.command("export")
@click.argument("clip_file", metavar="CLIP", type=click.Path(path_type=Path))
@click.option("--format", "formats", required=True, help="Formats, as in godot,gif.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the files.",
)
@click.option("--name", help="Name of the files; default: the clip's.")
@json_flag
def export_command(
    clip_file: Path, formats: str, out: Path, name: str | None, as_json: bool
) -> None:
    """Export CLIP, a GIF, APNG, WebP or sheet JSON, to other formats.

    A sheet's PNG will do when its Aseprite JSON or a preview of the same name lies beside it.
    """
    wanted = read_formats(formats)
    require_writable(out)
    clip = read_clip(clip_file)
    stem = clip_file.name.partition(".")[0]
    files = export_all(clip, wanted, name=file_stem(name or clip.metadata.get("name", stem)))
    paths = write_all(files, out)
    if as_json:
        say_json({"files": paths, "frames": clip.num_frames, "quality": quality(clip).to_dict()})
    else:
        for path in paths:
            say(path)
