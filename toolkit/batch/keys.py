"""Content hashes: the same key means the same bytes would come out again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from exporters import file_stem
from toolkit import __version__
from toolkit.batch.assets import Asset, Export
from toolkit.messages import Request, encode_request

SCHEMA = 1
"""Rises when the meaning of a key or of what is stored under it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What makes the clips; another maker may make other bytes of the same request."""

    bundle: str
    """Hash of the bundle."""
    provider: str
    version: str = __version__
    """Of Playreel: it decides what happens around the network and stands in every file."""


def digest(stage: str, **parts: Any) -> str:
    """sha256 of the parts as canonical JSON."""
    body = {"schema": SCHEMA, "stage": stage, **parts}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def clip_key(request: Request, maker: Maker, mesh: str = "") -> str:
    """Of the clip that a complete request makes; ``mesh`` is the digest of what it shows."""
    return digest("clip", **_made_by(request, maker, mesh))


def _made_by(request: Request, maker: Maker, mesh: str) -> dict[str, Any]:
    """What decides a clip; of a mesh no bundle does."""
    if not mesh:
        return {"request": encode_request(request), "maker": asdict(maker)}
    drawer = replace(maker, bundle="", provider="cpu")
    return {"request": encode_request(request), "maker": asdict(drawer), "mesh": mesh}


def wish_key(asset: Asset, maker: Maker, reference: str) -> str:
    """Of an asset's clip before it is known which seed passes and what its reference looks like.

    ``reference`` is the wish key of the asset it refers to, or empty.
    """
    frame = asdict(asset.reference) if asset.reference else None
    return digest(
        "wish",
        **_made_by(asset.request, maker, asset.mesh.digest),
        bar=asdict(asset.bar),
        reference=[reference, frame],
    )


def export_key(clip: str, name: str, export: Export) -> str:
    """Of the files of a clip, given by its key, in one format."""
    stem = file_stem(name)
    return digest("export", clip=clip, name=stem, export=asdict(export), version=__version__)


def asset_key(wish: str, path: str, exports: Iterable[Export]) -> str:
    """Of all files of an asset and where they lie."""
    return digest("asset", wish=wish, path=path, exports=[asdict(export) for export in exports])


def content_hash(content: bytes) -> str:
    """sha256 of a file."""
    return hashlib.sha256(content).hexdigest()
