"""What a run would do for each asset, found out without a model, a socket or a write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from exporters.write import SETTINGS
from toolkit.batch.assets import Asset
from toolkit.batch.cache import Cache
from toolkit.batch.journal import Record
from toolkit.batch.keys import Maker, asset_key, content_hash, wish_key

Work = Literal["nothing", "export", "generate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An asset, its keys, and the work it needs."""

    asset: Asset
    wish: str
    key: str
    work: Work
    """``nothing``: its files lie there as they should; ``export``: its clip is cached."""


def plan_steps(
    assets: Sequence[Asset],
    maker: Maker,
    *,
    records: Mapping[str, Record],
    cache: Cache,
    out: Path,
) -> tuple[Step, ...]:
    """A step for each asset, in their order."""
    wishes: dict[str, str] = {}
    steps: list[Step] = []
    for asset in assets:
        reference = wishes[asset.reference.asset] if asset.reference else ""
        wish = wishes[asset.name] = wish_key(asset, maker, reference)
        key = asset_key(wish, asset.path, asset.exports)
        work = _work(wish, key, records.get(asset.name), cache, out)
        steps.append(Step(asset=asset, wish=wish, key=key, work=work))
    return _with_references(steps, cache)


def _work(wish: str, key: str, record: Record | None, cache: Cache, out: Path) -> Work:
    done = record is not None and record.status == "done" and record.key == key
    if record is not None and done and files_as_recorded(record, out):
        return "nothing"
    return "export" if _clip_cached(wish, cache) else "generate"


def _clip_cached(wish: str, cache: Cache) -> bool:
    outcome = cache.outcome(wish)
    return outcome is not None and cache.has_clip(outcome.clip)


def files_as_recorded(record: Record, out: Path) -> bool:
    """Whether every file of a record lies there with the content it had.

    Godot's import settings need only lie there: it fills them in.
    """
    return all(
        (out / name).is_file() if name.endswith(SETTINGS) else file_hash(out / name) == wanted
        for name, wanted in record.files.items()
    )


def file_hash(path: Path) -> str:
    """sha256 of a file, or empty when it cannot be read."""
    try:
        return content_hash(path.read_bytes())
    except OSError:
        return ""


def _with_references(steps: list[Step], cache: Cache) -> tuple[Step, ...]:
    """The steps; one whose clip a later one starts from, but is not cached, is generated too."""
    wanted: set[str] = set()
    planned: list[Step] = []
    for step in reversed(steps):
        name = step.asset.name
        if name in wanted and step.work == "nothing" and not _clip_cached(step.wish, cache):
            step = replace(step, work="generate")
        if step.work == "generate" and step.asset.reference:
            wanted.add(step.asset.reference.asset)
        planned.append(step)
    return tuple(reversed(planned))
