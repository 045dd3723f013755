"""``playreel turntable``: a mesh file or a sentence, seen from all around."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from exporters import file_stem
from exporters.provenance import read_metadata
from toolkit.clip import Clip
from toolkit.commands.console import Clock, json_flag, note, say, say_json, step_bar
from toolkit.commands.formats import DEFAULT_FORMATS, export_passes, read_formats, write_all
from toolkit.errors import BadRequest, ModelMismatch
from toolkit.input_files import read_file, read_image, read_size, split_names
from toolkit.messages import SAMPLERS, TurntableRequest, decode_request
from toolkit.pipelines.turntable import generate_turntable
from toolkit.postprocess.quality import quality
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.session import PROVIDERS, Provider
from toolkit.saved_clip import with_layout
from toolkit.turntable_request import CAMERAS, LIGHTINGS, PASSES
from toolkit.writable import require_writable

existing = click.Path(path_type=Path)
MESHES = (".glb", ".gltf", ".obj", ".ply", ".stl", ".off", ".3mf")
NOT_OF_THE_REQUEST = frozenset(
    {"subject", "source", "out", "formats", "name", "bundle", "provider", "threads", "as_json"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to show and what its files are called."""

    request: TurntableRequest
    name: str
    model: str = ""
    """Hash of the bundle that must be used; empty takes any."""


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
@click.option("--provider", type=click.Choice(list(PROVIDERS)), default="cpu", show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), help="Default: what is fastest here.")
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
    provider: Provider,
    threads: int | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Show MESH_OR_PROMPT from all around, with transparency.

    A name that ends in .glb .gltf .obj .ply .stl .off or .3mf is a mesh file, anything else says
    what to draw. Drawing a mesh needs the mesh extra: pip install 'playreel[mesh]'.
    """
    wanted = read_formats(formats)
    job = _job_again(context, subject, source, name) if source else _job(subject, flags, name)
    require_writable(out)
    clock = Clock()
    models = None
    if not job.request.mesh:
        models = load_models(bundle, provider=provider, threads=threads)
        _require_model(job, models, source)
    clock.mark("load")
    passes = _draw(job, models)
    clock.mark("generate")
    files = export_passes(passes, wanted, name=job.name)
    clock.mark("export")
    paths = write_all(files, out)
    clock.mark("write")
    _say_result({**_described(job, passes), "files": paths, "seconds": clock.seconds}, as_json)


def is_mesh(subject: str) -> bool:
    """Whether the words name a mesh file."""
    return subject.lower().endswith(MESHES)


def _job(subject: str | None, flags: Mapping[str, Any], name: str | None) -> Job:
    if subject is None:
        raise BadRequest('nothing is given to show; name a mesh file, or say "a wooden chair".')
    fields = {key: value for key, value in flags.items() if value is not None}
    if "size" in fields:
        fields["width"], fields["height"] = read_size(fields.pop("size"))
    if "passes" in fields:
        fields["passes"] = split_names(fields["passes"])
    if "path" in fields:
        fields["path"] = read_stops(fields["path"])
    if "image" in fields:
        fields["image"] = read_image(fields["image"])
    fields.setdefault("seed", 0 if is_mesh(subject) else secrets.randbelow(2**31))
    fields["mesh" if is_mesh(subject) else "prompt"] = subject
    request = TurntableRequest(**fields)
    stem = Path(subject).stem if request.mesh else subject
    return Job(request=request, name=file_stem(name or stem))


def read_stops(text: str) -> tuple[tuple[float, float], ...]:
    """The stops of ``0:20,180:45``: azimuth and elevation in degrees."""
    try:
        pairs = [tuple(float(part) for part in stop.split(":")) for stop in text.split(",")]
        return tuple((azimuth, elevation) for azimuth, elevation in pairs)
    except ValueError as error:
        raise BadRequest(
            f"path is {text!r}; write stops of azimuth:elevation, as in 0:20,180:45."
        ) from error


def _job_again(context: click.Context, subject: str | None, source: Path, name: str | None) -> Job:
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") == ParameterSource.COMMANDLINE
        if given and parameter.name not in NOT_OF_THE_REQUEST:
            raise BadRequest(
                f"--from takes the whole request from {source}; leave out {parameter.opts[-1]}."
            )
    try:
        metadata = read_metadata(read_file(source))
    except BadRequest as error:
        raise BadRequest(f"{source}: {error}") from error
    request = decode_request(metadata.get("request", "{}"))
    if not isinstance(request, TurntableRequest):
        raise BadRequest(f"{source} is no turntable; make it again with playreel generate --from.")
    if request.mesh:
        request = replace(request, mesh=_same_mesh(subject, metadata, source))
    stem = name or metadata.get("name") or source.stem
    return Job(request=request, name=file_stem(stem), model=metadata.get("bundle", ""))


def _same_mesh(subject: str | None, metadata: Mapping[str, str], source: Path) -> str:
    """The path of the mesh that the file was made of."""
    wanted = metadata.get("mesh", "the mesh")
    if subject is None or not is_mesh(subject):
        raise BadRequest(f"{source} was made from {wanted}; give that file before --from.")
    found = hashlib.sha256(read_file(Path(subject))).hexdigest()
    if found != metadata.get("mesh_sha256"):
        raise BadRequest(f"{subject} is not the {wanted} that {source} was made from.")
    return subject


def _require_model(job: Job, models: Models, source: Path | None) -> None:
    if job.model and job.model != models.card.hash:
        raise ModelMismatch(
            f"{source} was made with model {job.model[:12]}, this one is {models.card.hash[:12]}; "
            "give the bundle that made it with --bundle."
        )


def _draw(job: Job, models: Models | None) -> dict[str, Clip]:
    """The passes, their metadata completed so that each exported file can be made again."""
    with step_bar() as show:
        passes = generate_turntable(
            job.request, models, on_progress=lambda progress, _: show(progress)
        )
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
