"""What batches gain and cost on this machine: cold, cached, joined, a no-op, and on Ray."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from toolkit.batch.order import Order
from toolkit.batch.results import Result
from toolkit.batch.run import run_batch

SMALL = (
    "defaults: {{num_frames: 1, size: 16x16, num_inference_steps: 1, guidance_scale: 1, "
    "export: png_sequence}}\n"
    "assets: [{{name: '{{n}}', prompt: a coin, matrix: {{n: [{numbers}]}}}}]\n"
)
"""Assets that cost next to nothing to generate, so that what is around them shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of each is measured."""

    unchanged: int = 1000
    """Assets of the run that has nothing to do."""
    on_ray: int = 200
    """Assets of the comparison with Ray."""


def bench_batch(
    manifest: Path, order: Order, *, plan: Plan, report: Callable[[str], None]
) -> dict[str, Any]:
    """The figures by name; nothing but temporary folders is written.

    ``order`` says bundle, provider and threads. The manifest is run cold one take a network run,
    cold with takes joined as measured, and once more from its cache.
    """
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), order, report)
        figures = bench.of_manifest(manifest) | bench.of_unchanged(plan.unchanged)
        if plan.on_ray and find_spec("ray") is not None:
            figures |= bench.of_ray(plan.on_ray)
        return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    """A run that was measured."""

    assets: int
    seconds: float
    cpu: float
    """Seconds of processor time of this process, which other programs change little."""


class _Bench:
    """Timed runs in a folder, each with an output folder and lockfile of its own."""

    def __init__(self, folder: Path, order: Order, report: Callable[[str], None]) -> None:
        self.folder = folder
        self.order = order
        self.report = report

    def run(self, name: str, manifest: Path, **changes: Any) -> _Timed:
        """How many assets a run has, and what it took."""
        self.report(f"{name}: {manifest.name}")
        out, lock = str(self.folder / name), str(self.folder / f"{name}.lock")
        order = replace(self.order, manifest=str(manifest), out=out, lock=lock, **changes)
        began, worked = time.perf_counter(), time.process_time()
        summary = run_batch(order, report=self.report, on_result=_unseen)
        return _Timed(
            assets=len(summary.results),
            seconds=time.perf_counter() - began,
            cpu=time.process_time() - worked,
        )

    def of_manifest(self, manifest: Path) -> dict[str, Any]:
        """Cold one by one, cold joined, and exported again from the cache."""
        alone = self.run("one-by-one", manifest, joined=1)
        joined = self.run("joined", manifest)
        remove_outputs(self.folder / "joined")
        cached = self.run("joined", manifest)
        return {
            "assets": alone.assets,
            "one_by_one_seconds": round(alone.seconds, 2),
            "one_by_one_cpu_seconds": round(alone.cpu, 2),
            "joined_seconds": round(joined.seconds, 2),
            "joined_cpu_seconds": round(joined.cpu, 2),
            "gain_of_joining": round(alone.seconds / joined.seconds, 3),
            "cold_assets_a_minute": round(60 * joined.assets / joined.seconds, 1),
            "cached_assets_a_minute": round(60 * cached.assets / cached.seconds, 1),
        }

    def of_unchanged(self, count: int) -> dict[str, Any]:
        """A second run of many small assets, in a fresh process."""
        manifest = small_manifest(self.folder, count)
        self.run("many", manifest)
        self.report("many again, with nothing to do")
        seconds = fresh_seconds(manifest, self.folder / "many", self.order)
        return {"unchanged_assets": count, "unchanged_seconds": round(seconds, 3)}

    def of_ray(self, count: int) -> dict[str, Any]:
        """Small assets made here and on a Ray cluster started here; its start also alone."""
        manifest = small_manifest(self.folder, count)
        local = self.run("local", manifest, joined=1)
        alone = self.run("ray-one", small_manifest(self.folder, 1), engine="ray")
        ray = self.run("ray", manifest, engine="ray")
        return {
            "ray_assets": count,
            "local_seconds": round(local.seconds, 2),
            "ray_start_seconds": round(alone.seconds, 2),
            "ray_seconds": round(ray.seconds, 2),
        }


def _unseen(result: Result, done: int, total: int) -> None:
    """What a measured run tells about its assets: nothing."""


def small_manifest(folder: Path, count: int) -> Path:
    """A manifest of so many of the smallest assets there are."""
    path = folder / f"small_{count}.yaml"
    path.write_text(SMALL.format(numbers=", ".join(map(str, range(count)))), "utf-8")
    return path


def remove_outputs(out: Path) -> None:
    """Take away what a run wrote, but for its books and its cache."""
    for path in sorted(out.rglob("*"), reverse=True):
        if ".playreel" in path.parts:
            continue
        if path.is_file():
            path.unlink()
        else:
            with suppress(OSError):
                path.rmdir()


def fresh_seconds(manifest: Path, out: Path, order: Order) -> float:
    """Seconds that a second run takes in a process of its own, start-up included."""
    words = ["batch", "run", str(manifest), "-o", str(out), "--provider", order.provider]
    words += ["--lock", str(out.with_suffix(".lock"))]
    words += ["--bundle", order.bundle] if order.bundle else []
    command = [sys.executable, "-m", "toolkit", *words]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began
