"""What a batch no longer needs: files of assets that are gone, cache entries nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from toolkit.batch.folder_lock import only_run
from toolkit.batch.keys import export_key
from toolkit.batch.order import Prepared
from toolkit.batch.outputs import planned_files
from toolkit.batch.plan import file_hash
from toolkit.batch.report import PREVIEW, PREVIEW_EXPORT
from toolkit.batch.run import RESULT_FILES, sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was taken away."""

    files: tuple[str, ...]
    kept: tuple[str, ...]
    """Files that somebody changed since: they are no longer ours to remove."""
    entries: int


def clean(prepared: Prepared, *, everything: bool) -> Cleaned:
    """Remove what this manifest does not yield; ``everything`` takes all that the batch made.

    Only files that the journal names and that still have the content we wrote are removed.

    Raises:
        OutputError: another run is at work in the folder.
    """
    out = Path(prepared.order.out)
    with only_run(prepared.order.state / "running"):
        sweep(prepared)
        wanted: set[str] = set() if everything else _wanted_files(prepared)
        removed, kept = _remove_files(_recorded(prepared), wanted, out)
        if everything:
            for name in RESULT_FILES:
                (out / name).unlink(missing_ok=True)
        entries = _remove_entries(prepared, everything=everything)
        names: set[str] = set() if everything else {step.asset.name for step in prepared.steps}
        if prepared.journal.path.is_file():
            records = prepared.journal.read()
            prepared.journal.replace({k: v for k, v in records.items() if k in names})
    return Cleaned(files=tuple(removed), kept=tuple(kept), entries=entries)


def _recorded(prepared: Prepared) -> dict[str, str]:
    """Every file the journal ever named to the hash it last had."""
    files: dict[str, str] = {}
    for record in prepared.journal.lines():
        files |= record.files
    return files


def _wanted_files(prepared: Prepared) -> set[str]:
    """Files that the manifest yields: as recorded, or as planned for what is not made yet."""
    wanted: set[str] = set()
    for step in prepared.steps:
        record = prepared.records.get(step.asset.name)
        wanted |= set(planned_files(step.asset))
        if record is not None and record.key == step.key:
            wanted |= set(record.files)
    return wanted


def _remove_files(
    recorded: dict[str, str], wanted: set[str], out: Path
) -> tuple[list[str], list[str]]:
    removed: list[str] = []
    kept: list[str] = []
    for name, content in recorded.items():
        path = out / name
        if name in wanted or not path.is_file():
            continue
        if file_hash(path) != content:
            kept.append(name)
            continue
        path.unlink()
        removed.append(name)
        _remove_empty(path.parent, out)
    return removed, kept


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _remove_entries(prepared: Prepared, *, everything: bool) -> int:
    """Take cache entries away that no asset of the manifest asks for."""
    used: set[tuple[str, str]] = set() if everything else set(_used(prepared))
    unused = [entry for entry in prepared.cache.entries() if entry not in used]
    for kind, key in unused:
        prepared.cache.remove(kind, key)
    return len(unused)


def _used(prepared: Prepared) -> Iterator[tuple[str, str]]:
    for step in prepared.steps:
        yield "outcomes", step.wish
        outcome = prepared.cache.outcome(step.wish)
        if outcome is None:
            continue
        yield "clips", outcome.clip
        stem = PurePosixPath(step.asset.path).name
        for wanted in step.asset.exports:
            yield "exports", export_key(outcome.clip, stem, wanted)
        yield "exports", export_key(outcome.clip, PREVIEW, PREVIEW_EXPORT)
