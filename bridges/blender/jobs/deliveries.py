"""What is to become of a result, kept with the scene so that a reopened file still gets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

Kind = Literal["plane", "flipbook", "strip", "image", "mesh", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A job whose result becomes something in a scene."""

    job: str
    kind: Kind
    scene: str
    """Name of the scene; when it is gone the current one takes the result."""
    name: str = ""
    """Name of the new thing; empty takes it from the prompt."""


def encode_deliveries(deliveries: Iterable[Delivery]) -> str:
    """The deliveries as text for a property of the scene; ids and names only."""
    return json.dumps([asdict(delivery) for delivery in deliveries], sort_keys=True)


def decode_deliveries(text: str) -> list[Delivery]:
    """The deliveries that a scene names; what somebody else wrote there is passed over."""
    try:
        entries: Any = json.loads(text or "[]")
    except ValueError:
        return []
    found: list[Delivery] = []
    for entry in cast(list[Any], entries) if isinstance(entries, list) else []:
        values = cast(dict[str, Any], entry) if isinstance(entry, dict) else {}
        job, kind, scene = (values.get(name) for name in ("job", "kind", "scene"))
        if isinstance(job, str) and isinstance(scene, str) and kind in KINDS:
            name = values.get("name")
            name = name if isinstance(name, str) else ""
            found.append(Delivery(job=job, kind=kind, scene=scene, name=name))
    return found
