"""The pack's zip: manifest, strips, atomic writing."""

import json
import zipfile

import numpy as np
import pytest

from toolkit.data.sources.items import Item, Origin, write_pack
from toolkit.errors import BadRequest

ORIGIN = Origin(source="a package", licence="CC0-1.0", author="Somebody")


def item(name="coin", frames=2, **changes):
    pixels = np.full((frames, 64, 64, 4), 255, np.uint8)
    return Item(id=name, frames=pixels, subject="gold coin", caption="a gold coin", **changes)


def test_manifest_and_strips(tmp_path):
    theirs = Origin(source="a package", licence="CC-BY-4.0", author="Another")
    items = [
        item(extras={"gore": False}),
        item("café", 1, action="waving", direction="left", loop=False, origin=theirs),
    ]
    assert write_pack(tmp_path / "toys.zip", ORIGIN, items) == 2
    with zipfile.ZipFile(tmp_path / "toys.zip") as archive:
        assert archive.namelist() == ["coin.webp", "café.webp", "manifest.jsonl"]
        rows = [json.loads(line) for line in archive.read("manifest.jsonl").decode().splitlines()]
    shared = {"source": "a package", "subject": "gold coin", "caption": "a gold coin"}
    assert rows[0] == {
        "id": "toys/coin", "file": "coin.webp", "n": 2, "licence": "CC0-1.0",
        "author": "Somebody", "action": "still", "direction": None, "loop": True, "gore": False,
        **shared,
    }  # fmt: skip
    assert rows[1] == {
        "id": "toys/café", "file": "café.webp", "n": 1, "licence": "CC-BY-4.0",
        "author": "Another", "action": "waving", "direction": "left", "loop": False, **shared,
    }  # fmt: skip


def test_equal_items_make_equal_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_pack(tmp_path / name / "toys.zip", ORIGIN, [item()])
    one, two = (tmp_path / name / "toys.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("items", "message"), [([item(), item()], "two items 'coin'"), ([], "came out empty")]
)
def test_a_failed_pack_leaves_the_old_one(tmp_path, items, message):
    target = tmp_path / "toys.zip"
    target.write_bytes(b"the old pack")
    with pytest.raises(BadRequest, match=message):
        write_pack(target, ORIGIN, items)
    assert target.read_bytes() == b"the old pack"
    assert list(tmp_path.iterdir()) == [target]
