"""Density and time of our packing beside other packers', in one run on the same sprites."""

from __future__ import annotations

import platform
import statistics
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from exporters.png import encode_png
from toolkit import __version__
from toolkit.data.sources.kenney_arcade import single_sprites
from toolkit.data.sources.packages import ARCADE
from toolkit.data.sources.registry import download
from toolkit.data.sources.strips import Pixels
from toolkit.evaluation.packers import RIVALS, how_to_install, installed_rivals, opened, trim
from toolkit.evaluation.turns import in_turns


def bench_pack(
    cache: Path,
    node: Path,
    *,
    rounds: int = 5,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The CC0 sprites of the ``arcade`` wheel, packed by us and by every rival there is.

    ``playreel bench pack --json`` prints what comes back; ``tables.print_packing`` shows it.

    Args:
        cache: keeps the wheel.
        node: the folder whose ``node_modules`` has the rivals from npm.
        rounds: how often each packs, in turns, after one round that does not count.
        report: gets a line before each step.

    Raises:
        BadRequest: the wheel cannot be had.
    """
    report(f"sprites of {ARCADE.name} {ARCADE.version}")
    art = single_sprites(download(ARCADE, cache))
    return compare_packers(art, node, rounds=rounds, report=report)


def compare_packers(
    art: Mapping[str, Pixels], node: Path, *, rounds: int, report: Callable[[str], None]
) -> dict[str, Any]:
    """Seconds from PNG files to written pages, and density, for us and each rival there is.

    Density is the area of the different pictures without their clear borders, over that of all
    pages: the same pictures for everyone, so that who stores clear borders or equal pictures
    twice is less dense.

    Args:
        art: pictures uint8 ``[H, W, 4]`` by path.
    """
    rivals = installed_rivals(node)
    missing = [how_to_install(name, node) for name in RIVALS if name not in rivals]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sprites, out = Path(folder) / "sprites", Path(folder) / "out"
        out.mkdir()
        write_sprites(art, sprites)
        packers = [
            stack.enter_context(opened(name, release, sprites, out, node))
            for name, release in {"playreel": __version__, **rivals}.items()
        ]
        report(f"{rounds} rounds of {', '.join(packer.name for packer in packers)}")
        times = in_turns([packer.pack for packer in packers], rounds)
        pages = [packer.pack() for packer in packers]
    area = picture_area(art)
    rows = [
        {
            "name": packer.name,
            "version": packer.version,
            "pages": sizes,
            "density": round(area / sum(w * h for w, h in sizes), 4),
            "seconds": round(statistics.median(taken), 3),
            "times_ours": round(statistics.median(ratios(taken, times[0])), 2),
        }
        for packer, sizes, taken in zip(packers, pages, times, strict=True)
    ]
    return {
        "format": 1,
        "sprites": len(art),
        "rounds": rounds,
        "packers": rows,
        "missing": missing,
        "machine": f"{platform.system()} {platform.machine()}",
    }


def write_sprites(art: Mapping[str, Pixels], folder: Path) -> None:
    """A PNG for each picture in one flat folder."""
    folder.mkdir()
    for name, pixels in art.items():
        (folder / f"{name.replace('/', '_')}.png").write_bytes(encode_png(pixels, {}))


def picture_area(art: Mapping[str, Pixels]) -> int:
    """Pixels of the different pictures, each without its clear border."""
    trimmed = [trim(pixels) for pixels in art.values()]
    different = {(each.shape, each.tobytes()): each.shape[0] * each.shape[1] for each in trimmed}
    return sum(different.values())


def ratios(taken: list[float], ours: list[float]) -> list[float]:
    """Seconds over ours of the same round."""
    return [theirs / own for theirs, own in zip(taken, ours, strict=True)]
