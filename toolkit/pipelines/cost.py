"""What a single request costs, told before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.messages import Request, SpriteRequest
from toolkit.pipelines.speed import Speed, Speeds, measure, speed_key
from toolkit.pipelines.work import Work, asked_of_network, work_of_request
from toolkit.runtime.memory import peak_mib
from toolkit.runtime.model_card import ModelCard
from toolkit.runtime.models import Models

MEASURED_TOKENS = 1024
"""Of a take; a few network runs of larger ones would take longer than is worth a forecast."""
BYTES_PER_PIXEL = 4
SEEN = "-seen"
"""After the key of a speed that was seen while a clip was made, not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The work of a request, and what it takes here once its shape was run."""

    work: Work
    disk_bytes: int
    """At most: pixels before compression, in every format."""
    speed: Speed | None

    def to_json(self) -> dict[str, Any]:
        """What is known, by name."""
        work, speed = self.work, self.speed
        body: dict[str, Any] = {
            "frames": work.frames,
            "tokens": work.tokens,
            "evaluations": work.evaluations,
            "disk_mib": round(self.disk_bytes / 2**20, 3),
        }
        if speed is not None:
            body["seconds"] = round(speed.seconds(work), 3)
            if speed.operations:
                body["teraflop"] = round(work.evaluations * speed.operations / 1e12, 3)
            if speed.peak_mib is not None:
                body["peak_mib"] = round(speed.peak_mib)
        return body

    def __str__(self) -> str:
        """All of it in a line, for the person who waits."""
        known = self.to_json()
        told = ["{frames} frames, {tokens} tokens, {evaluations} network evaluations"]
        told += ["{teraflop:.3f} TFLOP"] if "teraflop" in known else []
        told += ["about {seconds:.1f} s"] if "seconds" in known else []
        told += ["{peak_mib} MiB of memory"] if "peak_mib" in known else []
        return ", ".join([*told, "at most {disk_mib:.1f} MiB on disk"]).format(**known)


def cost_of(
    request: Request,
    card: ModelCard,
    speeds: Speeds,
    *,
    provider: str,
    threads: int | None,
    formats: int,
) -> Cost:
    """The cost of a request that is written in so many formats, from what is known by now."""
    asked, work = asked_of_network(request), work_of_request(request, card)
    width, height = (asked.width, asked.height) if asked else _size(request)
    speed = None
    if asked is not None:
        key = speed_key(asked, bundle=card.hash, provider=provider, threads=threads)
        speed = speeds.get(key) or speeds.get(key + SEEN)
    disk = work.frames * width * height * BYTES_PER_PIXEL * formats
    return Cost(work=work, disk_bytes=disk, speed=speed)


def _size(request: Request) -> tuple[int, int]:
    if isinstance(request, SpriteRequest):
        return request.width, request.height
    return request.size


def measure_once(
    request: SpriteRequest,
    models: Models,
    speeds: Speeds,
    *,
    bundle: Path,
    provider: str,
    threads: int | None,
) -> None:
    """Measure the request's shape, if it is small and never was, so that its cost is known."""
    key = speed_key(request, bundle=models.card.hash, provider=provider, threads=threads)
    work = work_of_request(request, models.card)
    if speeds.get(key) is None and work.tokens <= MEASURED_TOKENS * work.takes:
        speeds.put(key, measure(models, request, bundle))


def see(
    request: Request,
    card: ModelCard,
    speeds: Speeds,
    *,
    provider: str,
    threads: int | None,
    seconds: float,
) -> None:
    """Remember what making a request took, unless its shape is known better."""
    asked = asked_of_network(request)
    if asked is None:
        return
    key = speed_key(asked, bundle=card.hash, provider=provider, threads=threads)
    if speeds.get(key) is None:
        single = seconds / work_of_request(request, card).evaluations
        speeds.put(
            key + SEEN,
            Speed(
                single_seconds=single, guided_seconds=2 * single, operations=0, peak_mib=peak_mib()
            ),
        )
