"""``playreel generate``: a sentence, or a file made earlier, to the files of an engine."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from exporters import file_stem
from toolkit import __version__
from toolkit.clip import Clip
from toolkit.commands.console import Clock, json_flag, note, say, say_json, step_bar
from toolkit.commands.cost_lines import cost_here
from toolkit.commands.drawing import draw_on_server, open_server
from toolkit.commands.formats import DEFAULT_FORMATS, export_all, read_formats, write_all
from toolkit.commands.requests import request_from_file, request_from_flags
from toolkit.errors import BadRequest, ModelMismatch
from toolkit.generate import generate
from toolkit.messages import ACTIONS, SAMPLERS, SpriteRequest
from toolkit.postprocess.quality import quality
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.session import PROVIDERS, Provider
from toolkit.saved_clip import NAME, with_layout
from toolkit.writable import require_writable

existing = click.Path(path_type=Path)
BUNDLE = "bundle"
"""Metadata key of the bundle's hash."""
NOT_OF_THE_REQUEST = frozenset(
    {
        "source", "out", "formats", "name", "bundle", "provider", "threads", "as_json",
        "on_server", "state",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to draw and what its files are called."""

    request: SpriteRequest
    name: str
    model: str = ""
    """Hash of the bundle that must be used; empty takes any."""


@click.command("generate")
@click.argument("prompt", required=False)
@click.option("--negative-prompt", help="What to keep out.")
@click.option("--image", type=existing, help="Picture that becomes the first frame.")
@click.option("--frames", "num_frames", type=int, help="Frames per action and direction (8).")
@click.option("--size", help="Width x height in pixels, multiples of 16 (64x64).")
@click.option("--fps", type=float, help="Frames a second (12).")
@click.option("--seed", type=int, help="Same seed, same picture; default: a random one.")
@click.option("--steps", "num_inference_steps", type=int, help="Denoising steps (20).")
@click.option("--guidance", "guidance_scale", type=float, help="How closely to follow the words.")
@click.option("--sampler", help=f"One of {', '.join(SAMPLERS)}.")
@click.option("--loop/--no-loop", default=None, help="Whether the end leads to the start (loop).")
@click.option("--actions", help=f"Of {','.join(ACTIONS)}; default: as the prompt says.")
@click.option("--directions", type=int, help="1, 2, 4 or 8 views; default: as the prompt says.")
@click.option("--palette", type=existing, help="Colours to use: .hex, .gpl, .pal or one-row .png.")
@click.option(
    "--colors", "max_colors", type=int, help="At most so many colours, 2 to 256 (32); 0: any."
)
@click.option("--from", "source", type=existing, help="File to make again, byte for byte.")
@click.option("--export", "formats", default=DEFAULT_FORMATS, show_default=True)
@click.option(
    "-o",
    "--out",
    type=existing,
    default=Path("out"),
    show_default=True,
    help="Folder for the files.",
)
@click.option("--name", help="Name of the files; default: from the prompt.")
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
def generate_command(
    context: click.Context,
    source: Path | None,
    formats: str,
    out: Path,
    name: str | None,
    bundle: Path | None,
    provider: Provider | None,
    threads: int | None,
    on_server: bool | None,
    state: Path | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Draw PROMPT as an animated sprite with transparency."""
    wanted = read_formats(formats)
    job = _job_from_file(context, source, name) if source else _job_from_flags(flags, name)
    require_writable(out)
    clock = Clock()
    own = bundle is not None or provider is not None or threads is not None
    client = open_server(state, job.model, on_server=on_server, own=own, request=job.request)
    if client is None:
        models = load_models(bundle, provider=provider or "cpu", threads=threads)
        _require_model(job, models, source)
        clock.mark("load")
        note(cost_here(job.request, models, bundle, provider, threads, formats=len(wanted)))
        clip = _draw(job, models)
    else:
        clock.mark("load")
        clip = draw_on_server(client, job.request, job.model)
    clip = with_layout(replace(clip, metadata={**clip.metadata, NAME: job.name}))
    clock.mark("generate")
    files = export_all(clip, wanted, name=job.name)
    clock.mark("export")
    paths = write_all(files, out)
    clock.mark("write")
    result = {**_described(job, clip), "files": paths, "seconds": clock.seconds}
    _say_result(result, as_json=as_json)


def _job_from_flags(flags: Mapping[str, Any], name: str | None) -> Job:
    if flags["prompt"] is None:
        raise BadRequest('no prompt is given; say what to draw, as in "a red knight walking".')
    seed = secrets.randbelow(2**31) if flags["seed"] is None else flags["seed"]
    request = request_from_flags({**flags, "seed": seed})
    return Job(request=request, name=file_stem(name or request.prompt))


def _job_from_file(context: click.Context, source: Path, name: str | None) -> Job:
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") == ParameterSource.COMMANDLINE
        if given and parameter.name not in NOT_OF_THE_REQUEST:
            raise BadRequest(
                f"--from takes the whole request from {source}; leave out {parameter.opts[-1]}."
            )
    request, metadata = request_from_file(source)
    if (made_by := metadata.get("version", "")) != __version__:
        note(f"{source} was made by version {made_by}, this is {__version__}; bytes may differ.")
    stem = name or metadata.get(NAME) or source.stem
    return Job(request=request, name=file_stem(stem), model=metadata.get(BUNDLE, ""))


def _require_model(job: Job, models: Models, source: Path | None) -> None:
    """Refuse to make a file again with a model that did not make it."""
    if job.model and job.model != models.card.hash:
        raise ModelMismatch(
            f"{source} was made with model {job.model[:12]}, this one is {models.card.hash[:12]}; "
            "give the bundle that made it with --bundle."
        )


def _draw(job: Job, models: Models) -> Clip:
    with step_bar() as show:
        return generate(job.request, models, on_progress=lambda progress, _: show(progress))


def _described(job: Job, clip: Clip) -> dict[str, Any]:
    return {
        "name": job.name,
        "prompt": job.request.prompt,
        "seed": job.request.seed,
        "frames": clip.num_frames,
        "size": [clip.width, clip.height],
        "tags": [tag.name for tag in clip.tags_or_whole],
        "quality": quality(clip).to_dict(),
    }


def _say_result(result: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(result)
        return
    for path in result["files"]:
        say(path)
    note(f"seed {result['seed']}, {sum(result['seconds'].values()):.1f} s")
