"""What ``playreel turntable`` is to show: from flags, or from a file made earlier."""

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
from toolkit.errors import BadRequest
from toolkit.input_files import read_file, read_image, read_size, split_names
from toolkit.messages import TurntableRequest, decode_request
from toolkit.turntable_request import BPY_FORMATS, MESH_FORMATS

NOT_OF_THE_REQUEST = frozenset(
    {
        "subject", "source", "out", "formats", "name", "bundle", "provider", "threads", "as_json",
        "on_server", "state", "bpy_python",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to show and what its files are called."""

    request: TurntableRequest
    name: str
    model: str = ""
    """Hash of the bundle that must be used; empty takes any."""


def is_mesh(subject: str) -> bool:
    """Whether the words name a mesh file."""
    return subject.lower().endswith((*MESH_FORMATS, *BPY_FORMATS))


def job_from_flags(subject: str | None, flags: Mapping[str, Any], name: str | None) -> Job:
    """What the flags ask for."""
    if subject is None:
        raise BadRequest('nothing is given to show; name a mesh file, or say "a wooden chair".')
    fields = {key: value for key, value in flags.items() if value is not None}
    if "size" in fields:
        fields["width"], fields["height"] = read_size(fields.pop("size"))
    for names in {"passes", "actions"} & fields.keys():
        fields[names] = split_names(fields[names])
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


def job_from_file(
    context: click.Context, subject: str | None, source: Path, name: str | None
) -> Job:
    """What a file made earlier shows, to be made again; ``subject`` is its mesh."""
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
