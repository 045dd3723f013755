"""Whether a batch can be made again: a sample of it, from nothing, compared byte by byte."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from toolkit.batch.cache import Cache
from toolkit.batch.keys import clip_key, content_hash
from toolkit.batch.making import clip_of
from toolkit.batch.memory_store import MemoryStore
from toolkit.batch.order import Prepared
from toolkit.batch.outputs import files_of
from toolkit.batch.running import frame_png
from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.messages import Request
from toolkit.runtime.models import Models


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one asset came out the same."""

    asset: str
    same: bool
    detail: str


def sample_of(prepared: Prepared, count: int, seed: int) -> tuple[str, ...]:
    """Names of assets that are recorded as done, drawn without bias; 0 takes all of them.

    Raises:
        BadRequest: nothing is done yet.
    """
    done = [name for name, record in prepared.records.items() if record.status == "done"]
    known = {step.asset.name for step in prepared.steps}
    names = sorted(name for name in done if name in known)
    if not names:
        raise BadRequest(f"nothing in {prepared.order.out} was made yet; run the batch first.")
    if not 0 < count < len(names):
        return tuple(names)
    return tuple(sorted(random.Random(seed).sample(names, count)))


def verify_assets(
    prepared: Prepared, names: tuple[str, ...], load: Callable[[], Models]
) -> Iterator[Verdict]:
    """Make each asset again, with what it refers to, and compare its files with its record."""
    again = _Again(prepared, load())
    for name in names:
        yield again.verdict(name)


class _Again:
    """Clips made anew; one that several assets refer to is made once."""

    def __init__(self, prepared: Prepared, models: Models) -> None:
        self.prepared = prepared
        self.models = models
        self._steps = {step.asset.name: step for step in prepared.steps}
        self._clips: dict[str, tuple[Clip, Request]] = {}

    def verdict(self, name: str) -> Verdict:
        step, record = self._steps[name], self.prepared.records[name]
        if record.key != step.key:
            return Verdict(asset=name, same=False, detail="the manifest or bundle changed since")
        clip, request = self._clip(name)
        nothing = Cache(MemoryStore(), lambda _: None)
        key = clip_key(request, self.prepared.maker, step.asset.mesh.digest)
        files = files_of(step.asset, clip, key, nothing)
        made = {content_hash(content) for content in files.values()}
        other = [path for path, wanted in record.files.items() if wanted not in made]
        if other or len(files) != len(record.files):
            return Verdict(asset=name, same=False, detail=f"differs in {', '.join(other)}")
        return Verdict(asset=name, same=True, detail=f"{len(files)} files")

    def _clip(self, name: str) -> tuple[Clip, Request]:
        if name not in self._clips:
            asset = self._steps[name].asset
            request = replace(asset.request, seed=self.prepared.records[name].seed)
            if asset.reference is not None:
                frame = frame_png(self._clip(asset.reference.asset)[0], asset.reference)
                request = replace(request, image=frame)
            self._clips[name] = clip_of(request, asset.mesh, self.models), request
        return self._clips[name]
