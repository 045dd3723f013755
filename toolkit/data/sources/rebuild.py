"""Rebuilds several packs one after the other; one that cannot be had does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.data.sources.registry import Run, run_client
from toolkit.data.sources.table import SOURCES, SourceSpec, build_source
from toolkit.errors import BadRequest

Report = Callable[[str, int], None]
"""Is told the name of the pack in work and how many items of it are done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """What became of one pack."""

    name: str
    file: Path
    num_items: int
    """0 where it failed."""
    error: str = ""
    """One sentence on why there is no pack; empty where there is one."""


def check_names(
    names: Sequence[str], sources: Mapping[str, SourceSpec] = SOURCES
) -> tuple[str, ...]:
    """The names, each once, in the order of the table; no names are all of them.

    Raises:
        BadRequest: there is no source of that name.
    """
    for name in names:
        if name not in sources:
            raise BadRequest(f"there is no pack {name!r}; choose from {', '.join(sources)}.")
    return tuple(name for name in sources if name in names or not names)


def rebuild(
    names: Sequence[str],
    out: Path,
    cache: Path,
    *,
    sources: Mapping[str, SourceSpec] = SOURCES,
    run: Run = run_client,
    report: Report | None = None,
) -> Iterator[Rebuilt]:
    """Each pack ``out/NAME.zip`` as soon as it is there, or why it is not.

    Archives are kept in ``cache`` and not fetched again. A pack of that name is replaced when
    the new one is whole.

    Raises:
        BadRequest: there is no source of that name.
        OutputError: the system refuses to write; the packs before stay.
    """
    for name in check_names(names, sources):
        file = out / f"{name}.zip"
        try:
            count = build_source(sources[name], file, cache, run, _told(name, report))
        except BadRequest as error:
            yield Rebuilt(name=name, file=file, num_items=0, error=str(error))
        else:
            yield Rebuilt(name=name, file=file, num_items=count)


def _told(name: str, report: Report | None) -> Callable[[int], None]:
    return lambda count: report(name, count) if report is not None else None
