"""Where a clip came from; kept with what is made of it, so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..jobs.requests import label_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A job's result and what was asked for."""

    job: str
    """Empty for a sheet that was imported from a file."""
    result: str
    """sha256 of the sheet."""
    prompt: str
    seed: int


def origin_of(job: str, result: str, request: Mapping[str, Any], name: str = "") -> Origin:
    """The origin of a job's result; ``name`` is that of the mesh it shows."""
    seed = request.get("seed", 0)
    return Origin(
        job=job, result=result, prompt=name or label_of(request),
        seed=seed if isinstance(seed, int) else 0,
    )  # fmt: skip


def sign(thing: Any, origin: Origin) -> None:
    """Write the origin into a thing's own properties."""
    thing["playreel_job"] = origin.job
    thing["playreel_result"] = origin.result
    thing["playreel_prompt"] = origin.prompt
    thing["playreel_seed"] = str(origin.seed)  # Blender's whole numbers have 32 bits
