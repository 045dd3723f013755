"""A client's request object checked and made whole before it becomes a job."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeGuard

from toolkit.errors import BadRequest, ResourceLimit
from toolkit.messages import (
    INTEGERS,
    Request,
    SpriteRequest,
    TurntableRequest,
    decode_request,
    encode_request,
)
from toolkit.packed_clip import columns_for
from toolkit.pipelines.takes import plan
from toolkit.server.blobs import Blobs
from toolkit.server.limits import Limits
from toolkit.turntable_request import FIELDS as TURNTABLE_FIELDS
from toolkit.turntable_request import MESH_FORMATS
from toolkit.wire.refused import Refused

WHOLE = frozenset((*INTEGERS, *TURNTABLE_FIELDS["integers"]))
UPLOADED = {
    "image": re.compile(r"sha256:([0-9a-f]{64})()"),
    "mesh": re.compile(r"sha256:([0-9a-f]{64})/([^/]+)"),
}
"""How a field names a file that was sent before: by its hash, a mesh by its name too."""
MESH_LIBRARIES = ("numba", "trimesh")


def complete_request(body: Mapping[str, Any], uploads: Blobs) -> dict[str, Any]:
    """The request with every field, its picture or mesh named by the hash of the upload.

    Raises:
        BadRequest: a field is unknown or out of range.
        Refused: the file was not uploaded, or there is no room for it.
    """
    request, upload = read_request(body, uploads)
    if request.image:
        upload = uploads.put(request.image)
    whole: dict[str, Any] = json.loads(encode_request(replace(request, image=b"")))
    if is_mesh(request):
        return {**whole, "mesh": f"sha256:{upload}/{whole['mesh']}"}
    return {**whole, "image": f"sha256:{upload}" if upload else ""}


def read_request(body: Mapping[str, Any], uploads: Blobs) -> tuple[Request, str]:
    """The request without its file, and the hash of the uploaded picture or mesh, or empty."""
    fields = {name: _whole(name, value) for name, value in body.items()}
    sent = _uploaded(fields)
    if len(sent) > 1:
        raise BadRequest("image is given with a mesh; it is the first view of a prompt only.")
    for field, (upload, name) in sent.items():
        if not uploads.has(upload):
            raise Refused("bad_request", f"{field} {upload[:12]} was not uploaded; send it first.")
        fields[field] = name
    request = decode_request(json.dumps(fields))
    if is_mesh(request):
        _require_sent(request.mesh, sent)
    return request, next((upload for upload, _ in sent.values()), "")


def is_mesh(request: Request) -> TypeGuard[TurntableRequest]:
    """Whether a mesh file is to be drawn, which takes no model."""
    return isinstance(request, TurntableRequest) and bool(request.mesh)


def _require_sent(mesh: str, sent: Mapping[str, tuple[str, str]]) -> None:
    """Refuse a mesh by its name: a client may not name files of this machine."""
    if "mesh" not in sent:
        raise BadRequest(
            f"mesh is {mesh!r:.60}, which was not sent; "
            'upload the file, then write "sha256:HASH/NAME".'
        )
    if not mesh.lower().endswith(MESH_FORMATS):
        raise BadRequest(f"mesh is {mesh!r:.60}; its name ends in {', '.join(MESH_FORMATS)}.")


def missing_library(names: Sequence[str]) -> str:
    """The first library that is not installed here, or empty."""
    return next((name for name in names if find_spec(name) is None), "")


def _uploaded(request: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Hash and file name of what was uploaded, by the field that names it."""
    found = {
        field: pattern.fullmatch(value)
        for field, pattern in UPLOADED.items()
        if isinstance(value := request.get(field), str)
    }
    return {field: (match[1], match[2]) for field, match in found.items() if match}


def _whole(name: str, value: Any) -> Any:
    """``8`` for the ``8.0`` of a client whose numbers are all floats."""
    whole = name in WHOLE and isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def upload_of(request: Mapping[str, Any]) -> str:
    """The hash of the picture or mesh that a stored request names, or empty."""
    return next((upload for upload, _ in _uploaded(request).values()), "")


def require_room(request: Request, folder: Path, limits: Limits) -> None:
    """Return when the result can be a sheet and fits on the disk.

    Raises:
        Refused: ``limit_reached`` or ``disk_full``.
    """
    frames, width, height = extent(request)
    try:
        columns_for(frames, width, height)
    except ResourceLimit as error:
        raise Refused("limit_reached", str(error)) from error
    needed = frames * width * height * 4 + limits.least_free_disk
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(
            "disk_full",
            f"the result may need {needed >> 20} MiB and {free >> 20} are free; free some space.",
        )


def extent(request: Request) -> tuple[int, int, int]:
    """Frames, width and height of the clip that the request asks for."""
    match request:
        case SpriteRequest():
            return request.num_frames * len(plan(request)), request.width, request.height
        case TurntableRequest():
            return request.num_views * len(request.passes), *request.size
