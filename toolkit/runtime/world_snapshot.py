"""The bytes of a game's snapshot: a header as JSON and arrays, of one bundle and version."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.damaged_zip import DAMAGED_ZIP
from toolkit.errors import BadRequest
from toolkit.runtime.world_bundle import WorldCard

FORMAT = 2
PARTS = (
    "frame", "clean", "kinds", "motion", "cells", "keys", "values", "map_cells", "map_times",
    "map_pixels",
)  # fmt: skip
Arrays = dict[str, NDArray[Any]]


def pack_snapshot(
    card: WorldCard, *, moment_fields: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> bytes:
    """A snapshot that only the bundle of ``card`` goes on from; equal in, equal out."""
    header = {"format": FORMAT, "bundle": card.hash, **moment_fields}
    file = io.BytesIO()
    coded = np.frombuffer(json.dumps(header, sort_keys=True).encode(), np.uint8)
    np.savez(file, allow_pickle=False, header=coded, **arrays)
    return file.getvalue()


def unpack_snapshot(
    card: WorldCard, content: bytes, *, like: NDArray[np.float32]
) -> tuple[dict[str, Any], Arrays]:
    """Header and arrays; ``like`` are the keys of a game, ``[L, h, S * P, 64]``.

    Raises:
        BadRequest: the snapshot is cut off, damaged, of a later version or of another bundle.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays: Arrays = {name: file[name] for name in (*PARTS, "header")}
        header: dict[str, Any] = json.loads(arrays.pop("header").tobytes())
        if header["format"] != FORMAT:
            raise BadRequest(
                f"the snapshot has format {header['format']!r:.20}; this version reads {FORMAT}, "
                "update playreel."
            )
        if header["bundle"] != card.hash:
            raise BadRequest(
                f"the snapshot is of bundle {str(header['bundle'])[:12]}; "
                f"this is {card.hash[:12]}, open it with the bundle that made it."
            )
        _require_shapes(card, header, arrays, like)
    except (*DAMAGED_ZIP, ValueError, TypeError, AttributeError) as error:
        raise BadRequest(
            f"this is no whole snapshot ({type(error).__name__}); it was cut off or damaged."
        ) from error
    return header, arrays


def _require_shapes(
    card: WorldCard, header: Mapping[str, Any], arrays: Arrays, like: NDArray[np.float32]
) -> None:
    shape, (layers, heads, _, width) = card.shape, like.shape
    slots = [entry[0] for entry in header["slots"]]
    if len(set(slots)) != len(slots) or not all(0 <= slot < shape.slots for slot in slots):
        raise ValueError("its slots are not those of the bundle")
    wanted = {
        "frame": (*shape.size, 3),
        "clean": (*shape.size, 3),
        "motion": (len(shape.action_names), len(shape.motions)),
        "kinds": (shape.tokens,),
        "cells": (shape.tokens,),
        "map_cells": (len(arrays["map_times"]), 2),
        "map_pixels": (len(arrays["map_times"]), 192),
        "keys": (len(slots), layers, heads, shape.tokens, width),
        "values": (len(slots), layers, heads, shape.tokens, width),
    }
    for name, sizes in wanted.items():
        if arrays[name].shape != sizes:
            raise ValueError(f"{name} is {arrays[name].shape}, must be {sizes}")
