import json

import numpy as np

from exporters import SheetOptions, export
from exporters.spritesheet import visible
from tests.exporters.atlas import page_pixels, restore
from tests.exporters.clips import busy_clip, plain_clip


def test_it_is_texturepackers_hash_under_the_marks_of_paper2d():
    files = export(busy_clip(), "unreal", name="hero")
    assert sorted(files) == ["hero.paper2dsprites", "hero.png"]
    document = json.loads(files["hero.paper2dsprites"])
    assert document["meta"]["app"] == "http://www.codeandweb.com/texturepacker"
    assert document["meta"]["target"] == "paper2d"
    page = page_pixels(files, document["meta"])
    frames = [document["frames"][name] for name in sorted(document["frames"])]
    idle, walk = restore(page, frames)[:4], restore(page, frames)[4:]
    assert np.array_equal(np.concatenate([walk, idle]), visible(busy_clip().frames))


def test_pages_do_not_name_each_other():
    files = export(plain_clip(3, 24, 24), "unreal", name="a", options=SheetOptions(max_side=32))
    documents = [json.loads(files[f"a_{page}.paper2dsprites"]) for page in range(3)]
    assert [document["meta"]["image"] for document in documents] == [
        f"a_{page}.png" for page in range(3)
    ]
    assert all("related_multi_packs" not in document["meta"] for document in documents)
