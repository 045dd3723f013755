"""SOURCES: every training pack by name, the packages it comes from and the code that makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.data.sources.angband import angband
from toolkit.data.sources.emoji_drawings import noto, twemoji
from toolkit.data.sources.fluent import fluent3d, fluent_anim
from toolkit.data.sources.freedink import freedink
from toolkit.data.sources.freedoom import freedoom
from toolkit.data.sources.items import Item, Origin, write_pack
from toolkit.data.sources.kenney_arcade import arcade
from toolkit.data.sources.kenney_procgen import procgen
from toolkit.data.sources.ldraw import ldraw
from toolkit.data.sources.meteocons import meteocons
from toolkit.data.sources.openclipart import openclipart
from toolkit.data.sources.opensurge import opensurge
from toolkit.data.sources.packages import (
    ANGBAND,
    ANGBAND_DATA,
    ARCADE,
    EMOJIBASE,
    FLUENT_3D,
    FLUENT_ANIMATED,
    FREEDINK,
    LDRAW,
    METEOCONS,
    NOTO,
    OPENCLIPART,
    OPENSURGE,
    PROCGEN,
    SWEETHOME3D,
    TWEMOJI,
    VIZDOOM,
)
from toolkit.data.sources.registry import Package, Run, download, run_client
from toolkit.data.sources.sweethome3d import sweethome3d
from toolkit.errors import BadRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpec:
    """How one pack is made."""

    packages: tuple[Package, ...]
    origin: Origin
    """Licence and author of every item that does not name its own."""
    build: Callable[[Sequence[Path]], Iterator[Item]]
    """Items from the packages' archives, in the order of ``packages``."""


def _spec(
    build: Callable[[Sequence[Path]], Iterator[Item]],
    source: str,
    licence: str,
    author: str,
    *packages: Package,
) -> SourceSpec:
    origin = Origin(source=source, licence=licence, author=author)
    return SourceSpec(packages=packages, origin=origin, build=build)


SOURCES = {
    "angband": _spec(
        angband,
        "angband-data 32x32.png",
        "CC-BY-3.0",
        "David Gervais",
        ANGBAND_DATA,
        ANGBAND,
    ),
    "arcade": _spec(arcade, "arcade wheel (kenney.nl)", "CC0-1.0", "Kenney", ARCADE),
    "fluent3d": _spec(
        fluent3d,
        "@lobehub/fluent-emoji-3d",
        "MIT",
        "Microsoft Corporation",
        FLUENT_3D,
        EMOJIBASE,
    ),
    "fluent_anim": _spec(
        fluent_anim,
        "@lobehub/fluent-emoji-anim",
        "MIT",
        "Microsoft Corporation",
        *FLUENT_ANIMATED,
        EMOJIBASE,
    ),
    "freedink": _spec(
        freedink, "freedink-data", "zlib", "Seth A. Robinson / Justin Martin", FREEDINK
    ),
    "freedoom": _spec(
        freedoom,
        "vizdoom wheel: freedoom2.wad",
        "BSD-3-Clause",
        "Contributors to the Freedoom project",
        VIZDOOM,
    ),
    "ldraw": _spec(ldraw, "ldraw-parts-free", "CC-BY-4.0", "LDraw.org contributors", LDRAW),
    "meteocons": _spec(meteocons, "@iconify-json/meteocons", "MIT", "Bas Milius", METEOCONS),
    "noto": _spec(noto, "@iconify-json/noto", "Apache-2.0", "Google", NOTO),
    "openclipart": _spec(
        openclipart, "openclipart-png", "CC0/PD", "Open Clip Art Library", OPENCLIPART
    ),
    "opensurge": _spec(
        opensurge, "opensurge-data", "CC-BY-3.0", "Contributors to Open Surge", OPENSURGE
    ),
    "procgen": _spec(procgen, "procgen wheel (kenney.nl)", "CC0-1.0", "Kenney", PROCGEN),
    "sh3d": _spec(
        sweethome3d,
        "sweethome3d-furniture",
        "CC-BY-3.0",
        "Contributors to Sweet Home 3D",
        SWEETHOME3D,
    ),
    "twemoji": _spec(twemoji, "@iconify-json/twemoji", "CC-BY-4.0", "Twitter/jdecked", TWEMOJI),
}


def build_pack(name: str, out: Path, cache: Path, run: Run = run_client) -> Path:
    """The pack ``out/NAME.zip``, rebuilt from its packages; archives are kept in ``cache``.

    Raises:
        BadRequest: there is no such pack, or its packages cannot be had or are not the pinned
            ones.
        OutputError: the system refuses to write the pack.
    """
    spec = SOURCES.get(name)
    if spec is None:
        raise BadRequest(f"there is no source {name!r}; choose one of: {', '.join(SOURCES)}.")
    target = out / f"{name}.zip"
    build_source(spec, target, cache, run)
    return target


def build_source(
    spec: SourceSpec,
    target: Path,
    cache: Path,
    run: Run = run_client,
    on_item: Callable[[int], None] | None = None,
) -> int:
    """Write the pack that a source makes to ``target``; how many items it holds.

    ``on_item`` is called with 0 before packages are fetched and with the count at every item.

    Raises:
        BadRequest: its packages cannot be had or are not the pinned ones.
        OutputError: the system refuses to write the pack or the packages.
    """
    if on_item is not None:
        on_item(0)
    archives = [download(package, cache, run) for package in spec.packages]
    return write_pack(target, spec.origin, _counted(spec.build(archives), on_item))


def _counted(items: Iterator[Item], on_item: Callable[[int], None] | None) -> Iterator[Item]:
    for count, item in enumerate(items, start=1):
        yield item
        if on_item is not None:
            on_item(count)
