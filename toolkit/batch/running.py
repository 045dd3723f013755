"""The driver of a batch: hands jobs to an engine, and keeps, exports and notes what comes back."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from exporters.spritesheet import visible
from toolkit.batch.assets import Reference
from toolkit.batch.cache import Cache, StoredOutcome
from toolkit.batch.engine import Engine
from toolkit.batch.journal import Journal, Record
from toolkit.batch.keys import Maker, clip_key
from toolkit.batch.making import Attempt, Failed, Job, Made
from toolkit.batch.outputs import files_of, write_asset
from toolkit.batch.plan import Step
from toolkit.batch.results import How, Result
from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.pipelines.work import asked_of_network

OnResult = Callable[[Result, int, int], None]
"""Called with each result, how many there are now, and how many there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a batch keeps what it makes."""

    out: Path
    cache: Cache
    journal: Journal
    maker: Maker
    seeds: Mapping[str, tuple[str, int]]
    """Asset to the wish and seed that its lockfile names."""


class Running:
    """One run over planned steps; ``results`` grows as assets end."""

    def __init__(
        self,
        steps: Sequence[Step],
        place: Workplace,
        open_engine: Callable[[Sequence[Step]], Engine],
        *,
        records: Mapping[str, Record],
        on_result: OnResult,
    ) -> None:
        self.results: dict[str, Result] = {}
        self._steps = {step.asset.name: step for step in steps}
        self._place = place
        self._open_engine = open_engine
        self._records = records
        self._on_result = on_result

    def run(self) -> None:
        """Bring every step to an end.

        Raises:
            OutputError: nothing more can be written; what is done stays noted.
        """
        for step in self._steps.values():
            if step.work == "nothing":
                self._end(step, "unchanged", self._records[step.asset.name])
        again = [step for step in self._with_work("export") if not self._export_cached(step)]
        wanted = {step.asset.name for step in (*again, *self._with_work("generate"))}
        if wanted:
            self._generate([step for name, step in self._steps.items() if name in wanted])

    def cancel(self) -> None:
        """Note every asset that has not ended as cancelled."""
        for name, step in self._steps.items():
            if name not in self.results:
                record = Record(asset=name, key=step.key, wish=step.wish, status="failed")
                self._end(step, "cancelled", record)

    def _with_work(self, work: str) -> list[Step]:
        return [step for step in self._steps.values() if step.work == work]

    def _generate(self, steps: list[Step]) -> None:
        """Keep the engine busy with what is ready, until nothing is left."""
        engine = self._open_engine(steps)
        waiting = in_company(steps)
        flying = 0
        try:
            while waiting or flying:
                while flying < engine.capacity and (step := self._take_ready(waiting)):
                    flying += self._submit(step, engine)
                if flying:
                    self._receive(engine.next())
                    flying -= 1
        finally:
            engine.close()

    def _take_ready(self, waiting: list[Step]) -> Step | None:
        """The first step whose reference has ended, taken out of the waiting ones."""
        for index, step in enumerate(waiting):
            reference = step.asset.reference
            if reference is None or reference.asset in self.results:
                return waiting.pop(index)
        return None

    def _submit(self, step: Step, engine: Engine) -> bool:
        """Hand the step's job in; whether it went, or failed before it could."""
        asset = step.asset
        try:
            request = asset.request
            if asset.reference is not None:
                request = replace(request, image=self._frame(asset.reference))
        except BadRequest as error:
            self._fail(step, str(error))
            return False
        wish, seed = self._place.seeds.get(asset.name, ("", None))
        first = seed if wish == step.wish else None
        engine.submit(
            Job(name=asset.name, request=request, bar=asset.bar, mesh=asset.mesh, first_seed=first)
        )
        return True

    def _frame(self, reference: Reference) -> bytes:
        """The referred frame as PNG.

        Raises:
            BadRequest: the other asset failed, or has no such tag or frame.
        """
        other = self._steps[reference.asset]
        outcome = self._place.cache.outcome(other.wish)
        clip = self._place.cache.clip(outcome.clip) if outcome else None
        failed = self.results[reference.asset].how == "failed"
        if clip is None or failed:
            raise BadRequest(f"the asset it refers to, {reference.asset}, could not be made.")
        return frame_png(clip, reference)

    def _receive(self, outcome: Made | Failed) -> None:
        step = self._steps[outcome.name]
        if isinstance(outcome, Failed):
            self._fail(step, outcome.reason)
            return
        key = self._keep(step, outcome)
        self._finish(step, outcome.clip, key, outcome.chosen, len(outcome.attempts), "made")

    def _keep(self, step: Step, made: Made) -> str:
        """Cache the clip, then what came of the wish: the outcome never names a missing clip."""
        key = clip_key(made.request, self._place.maker, step.asset.mesh.digest)
        self._place.cache.put_clip(key, made.clip)
        outcome = StoredOutcome(clip=key, chosen=made.chosen, attempts=len(made.attempts))
        self._place.cache.put_outcome(step.wish, outcome)
        return key

    def _export_cached(self, step: Step) -> bool:
        """Export the cached clip; whether it could be read."""
        outcome = self._place.cache.outcome(step.wish)
        clip = self._place.cache.clip(outcome.clip) if outcome else None
        if outcome is None or clip is None:
            return False
        self._finish(step, clip, outcome.clip, outcome.chosen, outcome.attempts, "exported")
        return True

    def _finish(
        self, step: Step, clip: Clip, key: str, chosen: Attempt, attempts: int, how: How
    ) -> None:
        """Export, write and note the asset, unless it fails its quality bar."""
        about = Record(
            asset=step.asset.name, key=step.key, wish=step.wish, status="done",
            reason="; ".join(chosen.exceeded), seed=chosen.seed, attempts=attempts,
            seconds=chosen.seconds, quality=chosen.quality,
        )  # fmt: skip
        if chosen.exceeded and step.asset.bar.otherwise == "fail":
            reason = f"none of {attempts} seeds passed; of the best, {about.reason}."
            self._note(step, "failed", replace(about, status="failed", reason=reason))
            return
        try:
            files = files_of(step.asset, clip, key, self._place.cache)
        except BadRequest as error:
            self._note(step, "failed", replace(about, status="failed", reason=str(error)))
            return
        written = write_asset(step.asset, files, self._place.out)
        self._note(step, how, replace(about, files=written))

    def _fail(self, step: Step, reason: str) -> None:
        record = Record(
            asset=step.asset.name, key=step.key, wish=step.wish, status="failed", reason=reason
        )
        self._note(step, "failed", record)

    def _note(self, step: Step, how: How, record: Record) -> None:
        self._place.journal.append(record)
        self._end(step, how, record)

    def _end(self, step: Step, how: How, record: Record) -> None:
        result = Result(asset=step.asset, how=how, record=record)
        self.results[step.asset.name] = result
        self._on_result(result, len(self.results), len(self._steps))


def in_company(steps: Sequence[Step]) -> list[Step]:
    """The steps with those of one shape next to each other, so that their runs can be joined."""

    def shape(step: Step) -> tuple[object, ...]:
        request = asked_of_network(step.asset.request)
        if request is None:
            return ()
        return request.height, request.width, request.num_frames, request.num_inference_steps

    first: dict[tuple[object, ...], int] = {}
    for step in steps:
        first.setdefault(shape(step), len(first))
    return sorted(steps, key=lambda step: first[shape(step)])


def frame_png(clip: Clip, reference: Reference) -> bytes:
    """The referred frame of a clip as RGBA PNG; the same frame gives the same bytes.

    Raises:
        BadRequest: the clip has no such tag or frame.
    """
    frames = clip.frames
    if reference.tag:
        spans = {tag.name: frames[tag.start : tag.stop] for tag in clip.tags}
        if reference.tag not in spans:
            raise BadRequest(f"reference has the tag {reference.tag!r}; choose {', '.join(spans)}.")
        frames = spans[reference.tag]
    if reference.frame >= len(frames):
        raise BadRequest(
            f"reference has the frame {reference.frame}; must be 0 to {len(frames) - 1}."
        )
    buffer = io.BytesIO()
    Image.fromarray(visible(frames[reference.frame])).save(buffer, "PNG")
    return buffer.getvalue()
