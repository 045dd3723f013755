"""Several packs in a row, from scripted registries."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from toolkit.data.packs import load_pack
from toolkit.data.sources.items import Item, Origin
from toolkit.data.sources.rebuild import Rebuilt, check_names, rebuild
from toolkit.data.sources.registry import Package
from toolkit.data.sources.table import SOURCES, SourceSpec
from toolkit.errors import BadRequest, OutputError


def source(name: str, content: bytes | None = None) -> SourceSpec:
    """Two items of a package; other content than its name's is not the pinned one."""

    def build(archives: Sequence[Path]):
        for number in range(2):
            frames = np.full((1, 64, 64, 4), number + 1, np.uint8)
            word = archives[0].read_text()
            yield Item(id=str(number), frames=frames, subject=word, caption=f"{word} {number}")

    package = Package(
        registry="npm",
        name=name,
        version="1.0.0",
        file=f"{name}.tgz",
        sha256=hashlib.sha256(content or name.encode()).hexdigest(),
    )
    origin = Origin(source="here", licence="MIT", author="We")
    return SourceSpec(packages=(package,), origin=origin, build=build)


SCRIPTED = {"arcade": source("arcade"), "noto": source("noto", b"other"), "crawl": source("crawl")}


class Registry:
    """Serves packages whose content is their name; notes what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, command: Sequence[str], folder: Path) -> str:
        name = command[-1].partition("@")[0]
        self.asked.append(name)
        (folder / f"{name}.tgz").write_bytes(name.encode())
        return ""


def test_one_that_cannot_be_had_does_not_stop_the_others(tmp_path):
    registry, told = Registry(), list[tuple[str, int]]()
    arcade, noto, crawl = rebuild(
        (),
        tmp_path / "packs",
        tmp_path / "cache",
        sources=SCRIPTED,
        run=registry,
        report=lambda name, count: told.append((name, count)),
    )
    packs = tmp_path / "packs"
    assert arcade == Rebuilt(name="arcade", file=packs / "arcade.zip", num_items=2)
    assert crawl == Rebuilt(name="crawl", file=packs / "crawl.zip", num_items=2)
    assert (noto.num_items, noto.file.exists()) == (0, False)
    assert noto.error.startswith("noto.tgz has the SHA-256 ")
    assert told == [
        ("arcade", 0), ("arcade", 1), ("arcade", 2), ("noto", 0),
        ("crawl", 0), ("crawl", 1), ("crawl", 2),
    ]  # fmt: skip
    assert [item.caption for item in load_pack(arcade.file)] == ["arcade 0", "arcade 1"]
    assert sorted(path.name for path in packs.iterdir()) == ["arcade.zip", "crawl.zip"]


def test_downloads_are_kept_and_the_same_packages_give_the_same_bytes(tmp_path):
    registry = Registry()
    made = [
        next(
            rebuild(("crawl",), tmp_path / out, tmp_path / "cache", sources=SCRIPTED, run=registry)
        )
        for out in ("one", "two")
    ]
    assert registry.asked == ["crawl"]
    assert made[0].file.read_bytes() == made[1].file.read_bytes()


def test_a_failed_pack_leaves_the_one_before(tmp_path):
    (tmp_path / "noto.zip").write_bytes(b"an older pack")
    (failed,) = rebuild(("noto",), tmp_path, tmp_path / "c", sources=SCRIPTED, run=Registry())
    assert failed.error
    assert (tmp_path / "noto.zip").read_bytes() == b"an older pack"


def test_a_file_in_the_way_of_the_cache_is_said(tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(OutputError, match=r"cannot keep .*crawl\.tgz: .*choose another folder"):
        list(rebuild(("crawl",), tmp_path, tmp_path / "cache", sources=SCRIPTED, run=Registry()))


def test_names_come_once_in_the_order_of_the_table():
    assert check_names(("twemoji", "angband", "twemoji")) == ("angband", "twemoji")
    assert check_names(()) == tuple(SOURCES)
    assert {"opensurge", "sh3d", "ldraw"} <= SOURCES.keys()
    with pytest.raises(BadRequest, match="no pack 'crawl'; choose from angband, arcade, "):
        check_names(("angband", "crawl"))
