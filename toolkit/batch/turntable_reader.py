"""The ``turntable`` of an asset: what is seen from all around, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from toolkit.batch.nodes import (
    Entries,
    Entry,
    Items,
    Node,
    Scalar,
    as_entries,
    as_items,
    as_text,
    one_of,
    problem,
)
from toolkit.batch.values import beside, read_names, read_signed, read_truth, read_whole
from toolkit.messages import SpriteRequest
from toolkit.turntable_request import FIELDS, MESH_FORMATS, TurntableRequest

SPRITE_FIELDS = tuple(field.name for field in fields(SpriteRequest))
OWN_MEANING = ("directions", "num_frames", "actions")
"""Fields that mean another thing for each kind of asset."""
NOT_HERE = ("mesh_bytes", "backend", "num_frames", "actions")
"""What comes of ``mesh``, and what needs Blender: a batch must run wherever Playreel does."""
SHARED = tuple(
    field.name
    for field in fields(TurntableRequest)
    if field.name in SPRITE_FIELDS and field.name not in OWN_MEANING
)
"""Fields that both kinds of assets have, beside ``turntable`` and not in it."""
TURNTABLE_FIELDS = tuple(
    field.name for field in fields(TurntableRequest) if field.name not in (*SHARED, *NOT_HERE)
)
ONLY_SPRITES = tuple(name for name in SPRITE_FIELDS if name not in SHARED)
"""Defaults and styles may say them too; for turntables they do not hold."""
ONLY_DRAWN = (
    "prompt", "negative_prompt", "image", "seed", "num_inference_steps", "guidance_scale",
    "sampler",
)  # fmt: skip
"""Likewise for a mesh, which no network draws."""


def is_turntable(said: Mapping[str, Entry]) -> bool:
    """Whether an asset is a turntable; ``turntable: false`` takes back what holds for others."""
    if "turntable" not in said:
        return False
    node = said["turntable"].value
    no = isinstance(node, Scalar) and node.text.strip().lower() in ("", "false", "no", "off")
    return not no


def require_turntable_keys(said: Mapping[str, Entry], own: frozenset[str]) -> None:
    """Refuse what an asset itself says of sprites only.

    Raises:
        ManifestError: with the place of the first such key.
    """
    for key in ONLY_SPRITES:
        if key in own and key in said:
            raise problem(
                said[key].key, f"{key} is for sprites; a turntable takes {', '.join(SHARED)}, "
                f"and inside turntable {', '.join(TURNTABLE_FIELDS)}.",
            )  # fmt: skip


def read_turntable(node: Node) -> tuple[dict[str, Any], Path | None]:
    """Fields of ``{views: 16, camera: isometric}``, and the mesh that it or ``tile.glb`` names.

    ``true`` alone is a turntable of the asset's prompt.

    Raises:
        ManifestError: a key is unknown, or a value is of the wrong kind.
    """
    if isinstance(node, Scalar):
        return {}, _mesh_alone(node)
    entries: Entries = as_entries(node, "turntable")
    mesh: Path | None = None
    given: dict[str, Any] = {}
    for name, entry in entries:
        one_of(name, TURNTABLE_FIELDS, entry.key)
        if name == "mesh":
            mesh = beside(entry.value, name)
        else:
            given[name] = _field(name, entry.value)
    return given, mesh


def _mesh_alone(node: Scalar) -> Path | None:
    if node.text.strip().lower() in ("true", "yes", "on"):
        return None
    if not node.text.strip().lower().endswith(MESH_FORMATS):
        raise problem(
            node.place, f"turntable is {node.text!r:.60}; write true, a mesh file "
            f"({', '.join(MESH_FORMATS)}), or settings, as in {{views: 16}}.",
        )  # fmt: skip
    return beside(node, "turntable")


def _field(name: str, node: Node) -> Any:
    if name in FIELDS["integers"]:
        return read_whole(node, name)
    if name in FIELDS["numbers"]:
        return read_signed(node, name)
    if name in FIELDS["flags"]:
        return read_truth(node, name)
    if name in FIELDS["name_lists"]:
        return read_names(node, name)
    if name == "path":
        return tuple(_stop(stop) for stop in as_items(node, name))
    return as_text(node, name)


def _stop(node: Node) -> tuple[float, ...]:
    """A stop as it is checked later: azimuth and elevation of ``[0, 20]``."""
    if not isinstance(node, Items):
        raise problem(node.place, "a stop of path is azimuth and elevation, as in [0, 20].")
    return tuple(read_signed(part, "a stop") for part in node.items)
