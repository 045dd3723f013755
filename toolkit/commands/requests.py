"""Requests from what people type: flags, pictures, palette files, or a file made earlier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exporters.provenance import read_metadata
from toolkit.errors import BadRequest
from toolkit.input_files import read_file, read_image, read_size, split_names
from toolkit.messages import SpriteRequest, decode_request
from toolkit.postprocess.palette_files import read_palette


def request_from_flags(flags: Mapping[str, Any]) -> SpriteRequest:
    """The request of the flags that were given; the others keep the request's defaults.

    ``size`` becomes width and height; ``actions`` is split at commas; ``image`` and ``palette``
    are paths to read.

    Raises:
        BadRequest: a flag is out of range, or a file cannot be read.
    """
    fields = {name: value for name, value in flags.items() if value is not None}
    if "size" in fields:
        fields["width"], fields["height"] = read_size(fields.pop("size"))
    if "actions" in fields:
        fields["actions"] = split_names(fields["actions"])
    if "image" in fields:
        fields["image"] = read_image(fields["image"])
    if "palette" in fields:
        path: Path = fields["palette"]
        fields["palette"] = read_palette(path.name, read_file(path))
    return SpriteRequest(**fields)


def request_from_file(path: Path) -> tuple[SpriteRequest, Mapping[str, str]]:
    """The request that made an exported file, and all its metadata.

    Raises:
        BadRequest: the file cannot be read or holds no request of ours.
    """
    try:
        metadata = read_metadata(read_file(path))
    except BadRequest as error:
        raise BadRequest(f"{path}: {error}") from error
    if "request" not in metadata:
        raise BadRequest(f"{path} holds no request; take a file that playreel generate wrote.")
    request = decode_request(metadata["request"])
    if not isinstance(request, SpriteRequest):
        raise BadRequest(f"{path} is no sprite; make it again with playreel turntable --from.")
    return request, metadata
