"""A whole run: prepared, locked, made, written down, reported."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from exporters.write import write_files
from toolkit.batch.batch_size import choose_sizes
from toolkit.batch.engine import Engine
from toolkit.batch.folder_lock import only_run
from toolkit.batch.local_engine import LocalEngine
from toolkit.batch.lockfile import lock_of, require_locked
from toolkit.batch.order import Order, Prepared, prepare, read_order, save_order
from toolkit.batch.plan import Step
from toolkit.batch.report import report_html
from toolkit.batch.results import Result, Summary, json_lines, junit_xml
from toolkit.batch.running import OnResult, Running, Workplace
from toolkit.batch.store import FolderStore
from toolkit.pipelines.work import asked_of_network
from toolkit.runtime.models import load_models
from toolkit.writable import require_writable

Report = Callable[[str], None]
RESULT_FILES = ("report.html", "results.jsonl", "junit.xml")
PART_FILES = ".playreel-*.part"
"""What ``write_files`` leaves when its process is killed."""


def run_batch(order: Order, *, report: Report, on_result: OnResult) -> Summary:
    """Make every asset of an order that is not made yet, and say how each one ended.

    Ctrl-C ends the run in good order: what is done stays, the rest counts as cancelled.

    Raises:
        ManifestError, ResourceLimit, BadRequest, ModelError: as ``read_order`` does.
        LockfileChanged: the order is locked and would make something else.
        OutputError: the output folder cannot be written, or another run is at work in it.
    """
    began = time.perf_counter()
    read = read_order(order)
    require_writable(Path(order.out))
    with only_run(order.state / "running"):
        prepared = prepare(order, read, report, repair=True)
        if order.locked:
            require_locked(prepared.steps, prepared.lock, prepared.lockfile.path)
        save_order(order)
        sweep(prepared)
        results = _run(prepared, report, on_result)
        summary = Summary(
            results=results,
            seconds=time.perf_counter() - began,
            differs=_differing(prepared, results) if order.locked else (),
        )
        if not order.locked:
            records = {result.asset.name: result.record for result in results}
            prepared.lockfile.write(
                lock_of(prepared.steps, records, prepared.lock, prepared.card.hash)
            )
        write_results(prepared, summary)
    return summary


def sweep(prepared: Prepared) -> None:
    """Take away what a killed run left half-written, and mend the journal's last line."""
    prepared.journal.mend()
    store = prepared.cache.store
    if isinstance(store, FolderStore):
        store.remove_parts()
    out = Path(prepared.order.out)
    folders = {(out / step.asset.path).parent for step in prepared.steps} | {out}
    for folder in folders:
        for part in folder.glob(PART_FILES):
            with suppress(OSError):
                part.unlink()


def _run(prepared: Prepared, report: Report, on_result: OnResult) -> tuple[Result, ...]:
    place = Workplace(
        out=Path(prepared.order.out),
        cache=prepared.cache,
        journal=prepared.journal,
        maker=prepared.maker,
        seeds={name: (each.wish, each.seed) for name, each in prepared.lock.assets.items()},
    )
    running = Running(
        prepared.steps,
        place,
        lambda steps: open_engine(prepared.order, steps, report),
        records=prepared.records,
        on_result=on_result,
    )
    try:
        running.run()
    except KeyboardInterrupt:
        report("cancelled; what is done stays, resume goes on from here.")
        running.cancel()
    return tuple(running.results[step.asset.name] for step in prepared.steps)


def open_engine(order: Order, steps: Sequence[Step], report: Report) -> Engine:
    """The engine of an order, its models loaded.

    Raises:
        ModelError, ProviderUnavailable: the bundle cannot be used here.
        ClusterUnreachable: no Ray cluster answers.
    """
    if order.engine == "ray":
        from toolkit.batch.ray_engine import open_ray_engine

        return open_ray_engine(order, report)
    models = load_models(order.bundle_folder, provider=order.provider, threads=order.threads)
    if order.joined:
        return LocalEngine(models, at_once=order.joined)
    asked = [asked_of_network(step.asset.request) for step in steps]
    requests = [request for request in asked if request is not None]
    sizes = choose_sizes(models, requests, report=report)
    return LocalEngine(models, at_once=max(sizes.values(), default=1), sizes=sizes)


def _differing(prepared: Prepared, results: Sequence[Result]) -> tuple[str, ...]:
    """Assets whose files have other hashes than the lockfile says."""
    locked = prepared.lock.assets
    return tuple(
        result.asset.name
        for result in results
        if result.record.status == "done"
        and dict(result.record.files) != dict(locked[result.asset.name].files)
    )


def write_results(prepared: Prepared, summary: Summary) -> None:
    """Write report, JSON lines and JUnit XML; a report that still holds is left as it is."""
    out = Path(prepared.order.out)
    name = Path(prepared.order.manifest).stem
    files = {
        "results.jsonl": json_lines(summary).encode(),
        "junit.xml": junit_xml(summary, name),
    }
    if summary.count("unchanged") < len(summary.results) or not (out / "report.html").is_file():
        files["report.html"] = report_html(summary, prepared.cache, out, name).encode()
    write_files(files, out)
