"""``playreel turntable``: a mesh file or a sentence, seen from all around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from toolkit.client import Client
from toolkit.clip import Clip
from toolkit.commands.console import Clock, json_flag, note, say, say_json, step_bar
from toolkit.commands.cost_lines import cost_here
from toolkit.commands.drawing import draw_on_server, open_server
from toolkit.commands.formats import DEFAULT_FORMATS, export_passes, read_formats, write_all
from toolkit.commands.turntable_jobs import Job, job_from_file, job_from_flags
from toolkit.errors import BadRequest, ModelMismatch
from toolkit.messages import SAMPLERS
from toolkit.pipelines.turntable import generate_turntable, split_passes
from toolkit.postprocess.quality import quality
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.session import PROVIDERS, Provider
from toolkit.saved_clip import with_layout
from toolkit.turntable_request import CAMERAS, LIGHTINGS, PASSES
from toolkit.writable import require_writable

existing = click.Path(path_type=Path)


@click.command("turntable")
@click.argument("subject", metavar="MESH_OR_PROMPT", required=False)
@click.option("--views", type=int, help="Frames of the turn (16).")
@click.option("--directions", type=int, help="1, 2, 4, 8, 16 or 32 named views instead of a turn.")
@click.option(
    "--clockwise/--counter-clockwise", default=None, help="How the subject turns (clockwise)."
)
@click.option("--azimuth", type=float, help="Degrees of the first view (0: the front).")
@click.option("--elevation", type=float, help="Degrees above the horizon (20).")
@click.option(
    "--path", help="Stops azimuth:elevation to pass instead of a turn, as in 0:20,180:60."
)
@click.option("--camera", help=f"One of {', '.join(CAMERAS)}.")
@click.option("--field-of-view", type=float, help="Degrees of the perspective camera (35).")
@click.option("--size", help="Width x height in pixels (256x256; of a prompt 64x64).")
@click.option("--samples", type=int, help="Samples a side of a pixel, 1 to 4 (2).")
@click.option("--passes", help=f"Of {','.join(PASSES)} (rgba).")
@click.option("--lighting", help=f"Who holds the lights: {', '.join(LIGHTINGS)} (camera).")
@click.option("--toon-bands", type=int, help="Flat tones, 2 to 16; default: smooth shading.")
@click.option("--outline", type=int, help="Pixels of a line around the subject, 0 to 4.")
@click.option("--outline-color", help="Its colour as rrggbb (000000).")
@click.option("--up", help="Axis that points up in the file: y, z, or auto.")
@click.option("--pivot", help="What it turns about: center of its footprint, or the file's origin.")
@click.option("--pixels-per-unit", type=float, help="Scale; default: as large as fits.")
@click.option("--rest-pose", is_flag=True, default=None, help="Draw an animated file at rest.")
@click.option("--backend", help="playreel, or bpy for animated .glb .gltf .fbx .blend (playreel).")
@click.option("--frames", "num_frames", type=int, help="Frames of an action a view (1).")
@click.option("--actions", help="Its actions, as in idle,walk; default: the first.")
@click.option("--bpy-python", type=existing, help="Python that has bpy; default: this one.")
@click.option("--image", type=existing, help="Picture of the first view of a prompt.")
@click.option("--negative-prompt", help="What to keep out.")
@click.option("--fps", type=float, help="Frames a second (12).")
@click.option("--seed", type=int, help="Same seed, same picture; default: a random one.")
@click.option("--steps", "num_inference_steps", type=int, help="Denoising steps (20).")
@click.option("--guidance", "guidance_scale", type=float, help="How closely to follow the words.")
@click.option("--sampler", help=f"One of {', '.join(SAMPLERS)}.")
@click.option("--from", "source", type=existing, help="File to make again; give its mesh too.")
@click.option("--export", "formats", default=DEFAULT_FORMATS, show_default=True)
@click.option(
    "-o", "--out", type=existing, default=Path("out"), show_default=True,
    help="Folder for the files.",
)  # fmt: skip
@click.option("--name", help="Name of the files; default: from the mesh or the prompt.")
@click.option("--bundle", type=existing, help="Bundle folder; default: the shipped one.")
@click.option("--provider", type=click.Choice(list(PROVIDERS)), help="Where it runs (cpu).")
@click.option("--threads", type=click.IntRange(1, 256), help="Default: what is fastest here.")
@click.option(
    "--server/--embedded",
    "on_server",
    default=None,
    help="Draw on the running server or here; default: on the server if one runs.",
)
@click.option("--state", type=existing, help="State folder of the server.")
@json_flag
@click.pass_context
def turntable_command(
    context: click.Context,
    subject: str | None,
    source: Path | None,
    formats: str,
    out: Path,
    name: str | None,
    bundle: Path | None,
    provider: Provider | None,
    threads: int | None,
    bpy_python: Path | None,
    on_server: bool | None,
    state: Path | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Show MESH_OR_PROMPT from all around, with transparency.

    A name that ends in .glb .gltf .obj .ply .stl .off or .3mf is a mesh file, anything else says
    what to draw. Drawing a mesh here needs the mesh extra: pip install 'playreel[mesh]'. A server
    that runs draws what fits into one file. Animated .glb .gltf .fbx and .blend are drawn here, by
    Blender, with --backend bpy.
    """
    wanted = read_formats(formats)
    job = (
        job_from_file(context, subject, source, name)
        if source
        else job_from_flags(subject, flags, name)
    )
    require_writable(out)
    clock = Clock()
    own = bundle is not None or provider is not None or threads is not None
    if job.request.backend == "bpy":
        if on_server:
            raise BadRequest("--backend bpy draws here; leave out --server.")
        own = True
    client = open_server(state, job.model, on_server=on_server, own=own, request=job.request)
    models = None
    if client is None and not job.request.mesh:
        models = load_models(bundle, provider=provider or "cpu", threads=threads)
        _require_model(job, models, source)
    clock.mark("load")
    if models is not None:
        note(cost_here(job.request, models, bundle, provider, threads, formats=len(wanted)))
    passes = _draw(job, models, bpy_python) if client is None else _draw_there(job, client)
    clock.mark("generate")
    files = export_passes(passes, wanted, name=job.name)
    clock.mark("export")
    paths = write_all(files, out)
    clock.mark("write")
    _say_result({**_described(job, passes), "files": paths, "seconds": clock.seconds}, as_json)


def _require_model(job: Job, models: Models, source: Path | None) -> None:
    if job.model and job.model != models.card.hash:
        raise ModelMismatch(
            f"{source} was made with model {job.model[:12]}, this one is {models.card.hash[:12]}; "
            "give the bundle that made it with --bundle."
        )


def _draw(job: Job, models: Models | None, bpy_python: Path | None) -> dict[str, Clip]:
    """The passes, drawn here."""
    with step_bar() as show:
        passes = generate_turntable(
            job.request, models, bpy_python=bpy_python,
            on_progress=lambda progress, _: show(progress),
        )  # fmt: skip
    return _named(job, passes)


def _draw_there(job: Job, client: Client) -> dict[str, Clip]:
    """The passes, drawn by a server."""
    clip = draw_on_server(client, job.request, job.model)
    several = len(job.request.passes) > 1
    return _named(job, split_passes(clip) if several else {job.request.passes[0]: clip})


def _named(job: Job, passes: Mapping[str, Clip]) -> dict[str, Clip]:
    """The passes, their metadata completed so that each exported file can be made again."""
    return {
        part: with_layout(replace(clip, metadata={**clip.metadata, "name": job.name, "pass": part}))
        for part, clip in passes.items()
    }


def _described(job: Job, passes: Mapping[str, Clip]) -> dict[str, Any]:
    clip = next(iter(passes.values()))
    return {
        "name": job.name,
        "mesh": job.request.mesh,
        "prompt": job.request.prompt,
        "seed": job.request.seed,
        "passes": list(passes),
        "frames": clip.num_frames,
        "size": [clip.width, clip.height],
        "tags": [tag.name for tag in clip.tags],
        "pivot": list(clip.pivot),
        "quality": quality(clip).to_dict(),
    }


def _say_result(result: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(result)
        return
    for path in result["files"]:
        say(path)
    note(f"{result['frames']} views, {sum(result['seconds'].values()):.1f} s")
