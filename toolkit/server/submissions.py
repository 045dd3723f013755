"""A client's request object checked and made whole before it becomes a job."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from toolkit.wire.refused import Refused

WHOLE = frozenset((*INTEGERS, *TURNTABLE_FIELDS["integers"]))
UPLOADED = re.compile(r"sha256:([0-9a-f]{64})")


def complete_request(body: Mapping[str, Any], uploads: Blobs) -> dict[str, Any]:
    """The request with every field, its picture moved to the uploads and named by its hash.

    Raises:
        BadRequest: a field is unknown or out of range, or the request needs a mesh file.
        Refused: the picture was not uploaded, or there is no room for it.
    """
    request, upload = read_request(body, uploads)
    if isinstance(request, TurntableRequest) and request.mesh:
        raise BadRequest(
            f"mesh is {request.mesh!r}; this server draws prompts only: use playreel turntable."
        )
    if request.image:
        upload = uploads.put(request.image)
    whole: dict[str, Any] = json.loads(encode_request(replace(request, image=b"")))
    return {**whole, "image": f"sha256:{upload}" if upload else ""}


def read_request(body: Mapping[str, Any], uploads: Blobs) -> tuple[Request, str]:
    """The request without an uploaded picture, and the hash of that picture or empty."""
    fields = {name: _whole(name, value) for name, value in body.items()}
    uploaded = UPLOADED.fullmatch(image) if isinstance(image := fields.get("image"), str) else None
    if uploaded is None:
        return decode_request(json.dumps(fields)), ""
    if not uploads.has(uploaded[1]):
        raise Refused("bad_request", f"image {uploaded[1][:12]} was not uploaded; send it first.")
    return decode_request(json.dumps({**fields, "image": ""})), uploaded[1]


def _whole(name: str, value: Any) -> Any:
    """``8`` for the ``8.0`` of a client whose numbers are all floats."""
    whole = name in WHOLE and isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def upload_of(request: Mapping[str, Any]) -> str:
    """The hash of the picture that a stored request names, or empty."""
    found = UPLOADED.fullmatch(str(request.get("image", "")))
    return found[1] if found else ""


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
