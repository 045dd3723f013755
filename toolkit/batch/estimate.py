"""What a run will cost before it starts: frames, tokens, operations, seconds, memory, disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from toolkit.batch.assets import Asset
from toolkit.batch.order import Prepared
from toolkit.batch.view_speed import measure_view, view_key
from toolkit.messages import SpriteRequest, TurntableRequest
from toolkit.pipelines.speed import Speed, Speeds, measure, speed_key
from toolkit.pipelines.work import Work, asked_of_network, work_of_request
from toolkit.runtime.models import Models

BYTES_PER_PIXEL = 4
COPIES = 2
"""Of a clip's pixels in the cache: the clip and its preview, before compression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The cost of a run, not counting retries with new seeds."""

    assets: int
    unchanged: int
    export_only: int
    generate: int
    work: Work
    operations: int
    """Floating point operations in the network."""
    seconds: float
    """In the network, one take a run; from speeds measured on this machine."""
    seconds_with_retries: float
    """If every asset needs all of its seeds."""
    peak_mib: float | None
    disk_mib: float
    """At most: pixels before compression, in the cache and in every format."""

    def to_json(self) -> dict[str, Any]:
        """The figures by name, ready for JSON."""
        body = asdict(self)
        work = body.pop("work")
        return {**body, **work, "evaluations": self.work.evaluations}


def estimate(prepared: Prepared, load: Callable[[], Models], speeds: Speeds) -> Estimate:
    """What the planned steps cost; loads the model only for shapes never measured before."""
    works = Counter(step.work for step in prepared.steps)
    known = _Known(prepared, load, speeds)
    total, operations = Work(), 0
    seconds = most = 0.0
    peaks: list[float] = []
    for step in prepared.steps:
        if step.work != "generate":
            continue
        work, speed = work_of_request(step.asset.request, prepared.card), known.speed(step.asset)
        taken = speed.seconds(work)
        total += work
        operations += work.evaluations * speed.operations
        seconds += taken
        most += taken * (1 if step.asset.mesh.files else step.asset.bar.retries + 1)
        peaks += [speed.peak_mib] if speed.peak_mib is not None else []
    return Estimate(
        assets=len(prepared.steps),
        unchanged=works["nothing"],
        export_only=works["export"],
        generate=works["generate"],
        work=total,
        operations=operations,
        seconds=round(seconds, 6),
        seconds_with_retries=round(most, 6),
        peak_mib=round(max(peaks), 1) if peaks else None,
        disk_mib=round(_disk_bytes(prepared) / 2**20, 3),
    )


class _Known:
    """Speeds by shape, measured when first asked for."""

    def __init__(self, prepared: Prepared, load: Callable[[], Models], speeds: Speeds) -> None:
        self._prepared = prepared
        self._load = load
        self._speeds = speeds
        self._models: Models | None = None

    def speed(self, asset: Asset) -> Speed:
        """Of the network at the asset's shape, or of drawing one view of its mesh."""
        request = asked_of_network(asset.request)
        return self._view(asset) if request is None else self._run(request)

    def _view(self, asset: Asset) -> Speed:
        assert isinstance(asset.request, TurntableRequest), "only turntables show a mesh"
        key = view_key(asset.request, asset.mesh)
        found = self._speeds.get(key)
        if found is None:
            found = measure_view(asset.request, asset.mesh)
            self._speeds.put(key, found)
        return found

    def _run(self, request: SpriteRequest) -> Speed:
        order = self._prepared.order
        key = speed_key(
            request, bundle=self._prepared.card.hash, provider=order.provider,
            threads=order.threads,
        )  # fmt: skip
        found = self._speeds.get(key)
        if found is None:
            self._models = self._models or self._load()
            found = measure(self._models, request, order.bundle_folder)
            self._speeds.put(key, found)
        return found


def _disk_bytes(prepared: Prepared) -> int:
    """Pixels that are written anew, as if nothing compressed."""
    total = 0
    for step in prepared.steps:
        if step.work == "nothing":
            continue
        width, height = step.asset.size
        frames = work_of_request(step.asset.request, prepared.card).frames
        pixels = frames * width * height * BYTES_PER_PIXEL
        cached = COPIES if step.work == "generate" else 0
        total += pixels * (cached + 2 * len(step.asset.exports))  # in the cache and in the folder
    return total
