"""The table of sources, and one pack made from end to end with a scripted registry."""

import hashlib
import re

import numpy as np
import pytest

from toolkit.data.packs import PACK_STYLES, load_pack
from toolkit.data.sources.items import Item, Origin
from toolkit.data.sources.registry import Package
from toolkit.data.sources.table import SOURCES, SourceSpec, build_pack, build_source
from toolkit.errors import BadRequest


def test_every_source_is_a_pack_and_every_package_is_pinned():
    assert SOURCES.keys() <= PACK_STYLES.keys()
    for spec in SOURCES.values():
        assert spec.packages
        for package in spec.packages:
            assert re.fullmatch(r"[0-9a-f]{64}", package.sha256), package
            assert package.version.rpartition(":")[2].split("-")[0] in package.file, package


def test_an_unknown_source_is_refused(tmp_path):
    with pytest.raises(BadRequest, match="no source 'sonic'; choose one of: angband, "):
        build_pack("sonic", tmp_path, tmp_path / "cache")


def test_foreign_content_never_reaches_a_pack(tmp_path):
    def run(command, folder):
        (folder / SOURCES["noto"].packages[0].file).write_bytes(b"not the icons")
        return ""

    with pytest.raises(BadRequest, match=hashlib.sha256(b"not the icons").hexdigest()):
        build_pack("noto", tmp_path, tmp_path / "cache", run)
    assert not (tmp_path / "noto.zip").exists()


def test_a_pack_from_its_packages(tmp_path):
    def registry(command, folder):
        """Serves ``drawing`` and ``label`` as packages of that content."""
        name = command[-1].partition("@")[0]
        (folder / f"{name}.tgz").write_bytes(name.encode())
        return ""

    def build(archives):
        drawing, label = (path.read_text() for path in archives)
        frames = np.full((1, 64, 64, 4), 255, np.uint8)
        yield Item(id=drawing, frames=frames, subject=label, caption=label)

    packages = tuple(
        Package(
            registry="npm",
            name=name,
            version="1.0.0",
            file=f"{name}.tgz",
            sha256=hashlib.sha256(name.encode()).hexdigest(),
        )
        for name in ("drawing", "label")
    )
    origin = Origin(source="here", licence="MIT", author="We")
    spec = SourceSpec(packages=packages, origin=origin, build=build)
    target = tmp_path / "out" / "noto.zip"
    assert build_source(spec, target, tmp_path / "cache", registry) == 1
    (item,) = load_pack(target)
    assert (item.caption, item.licence, item.author) == ("label", "MIT", "We")
    assert np.array_equal(item.frames, np.full((1, 64, 64, 4), 255, np.uint8))
