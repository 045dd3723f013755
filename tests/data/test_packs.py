import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from toolkit.data.datasets import Mixture, ProceduralPool
from toolkit.data.examples import pack_example, resample
from toolkit.data.packs import clean_caption, flip_caption, load_pack


def strip(frames: np.ndarray) -> bytes:
    """A lossless WebP of frames ``[T, 64, 64, 4]`` side by side."""
    buffer = io.BytesIO()
    Image.fromarray(np.concatenate(list(frames), axis=1)).save(
        buffer, "WEBP", lossless=True, exact=True
    )
    return buffer.getvalue()


def write_pack(path: Path, rows: list[dict[str, Any]], frames: np.ndarray) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.jsonl", "\n".join(json.dumps(row) for row in rows))
        for row in rows:
            archive.writestr(row["file"], strip(frames))


def row(name: str, **changes: Any) -> dict[str, Any]:
    base = {
        "id": name, "file": f"{name}.webp", "n": 4, "subject": name, "licence": "CC0-1.0",
        "author": "somebody", "loop": True, "caption": f"{name} walking, facing right",
    }  # fmt: skip
    return {**base, **changes}


@pytest.fixture
def frames() -> np.ndarray:
    frames = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 4), np.uint8)
    frames[..., 3] = 255
    return frames


def free_names(count: int) -> list[str]:
    """Subjects of the arcade pack that are not held out."""
    from toolkit.data.heldout import is_held_out_subject

    names = (f"hero {letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    return [name for name in names if not is_held_out_subject("arcade", name)][:count]


def test_a_strip_decodes_to_its_exact_frames(tmp_path: Path, frames: np.ndarray):
    (name,) = free_names(1)
    write_pack(tmp_path / "arcade.zip", [row(name)], frames)
    (item,) = load_pack(tmp_path / "arcade.zip")
    np.testing.assert_array_equal(item.frames, frames)
    assert (item.style, item.licence, item.caption) == (
        "sprite", "CC0-1.0", f"{name} walking, facing right",
    )  # fmt: skip


def test_gore_trademarks_and_empty_captions_stay_out(tmp_path: Path, frames: np.ndarray):
    one, two, three, four, five = free_names(5)
    rows = [
        row(one),
        row(five, caption=f"{five} hit in red splatter"),
        row(two, gore=True),
        row(three, caption="an apple computer", subject="Apple computer"),
        row(four, caption=""),
    ]
    write_pack(tmp_path / "arcade.zip", rows, frames)
    assert [item.subject for item in load_pack(tmp_path / "arcade.zip")] == [one]


def test_held_out_subjects_come_only_when_asked_for(tmp_path: Path, frames: np.ndarray):
    rows = [row(f"thing{chr(97 + i % 26)}{chr(97 + i // 26)}") for i in range(200)]
    write_pack(tmp_path / "arcade.zip", rows, frames[:4])
    kept = {item.subject for item in load_pack(tmp_path / "arcade.zip")}
    held = {item.subject for item in load_pack(tmp_path / "arcade.zip", held_out=True)}
    assert not kept & held
    assert len(kept) + len(held) == 200
    assert 1 <= len(held) <= 30


def test_captions_lose_raw_identifiers_and_flip_both_ways():
    assert clean_caption("SD_SURGE_RUN  Surge , running") == "surge, running"
    assert flip_caption("goblin left of a right door") == "goblin right of a left door"


def test_resample_spreads_over_a_loop_and_keeps_both_ends_otherwise():
    assert resample(24, 8, loop=True).tolist() == [0, 3, 6, 9, 12, 15, 18, 21]
    assert resample(5, 8, loop=False).tolist()[0::7] == [0, 4]
    assert resample(4, 8, loop=True).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_flipped_example_has_a_flipped_caption(tmp_path: Path, frames: np.ndarray):
    (name,) = free_names(1)
    write_pack(tmp_path / "arcade.zip", [row(name)], frames)
    (item,) = load_pack(tmp_path / "arcade.zip")
    rng, seen = np.random.default_rng(0), set[str]()
    for _ in range(20):
        example = pack_example(item, 4, rng)
        flipped = "facing left" in example.caption
        expected = frames[:, :, ::-1] if flipped else frames
        np.testing.assert_array_equal(example.frames, expected)
        seen.add(example.caption)
    assert len(seen) == 2


def test_batches_are_the_same_for_the_same_seed(tmp_path: Path, frames: np.ndarray):
    write_pack(tmp_path / "arcade.zip", [row(name) for name in free_names(3)], frames)
    made = [
        Mixture(
            tmp_path, weights={"procedural": 0.5, "clips": 0.5}, num_frames=8, seed=3, pool_size=6
        ).batch(6)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(made[0].frames, made[1].frames)
    assert made[0].captions == made[1].captions
    assert made[0].frames.shape == (6, 8, 64, 64, 4)
    assert made[0].control.shape == (6, 8, 12)


def test_a_pool_without_a_fitting_clip_draws_a_fresh_one():
    pool = ProceduralPool(np.random.default_rng(0), size=1, num_frames=2)
    for loop in (True, False):
        assert pool.draw(loop=loop).loop == loop
    assert pool.draw(loop=None) is pool.clips[0]
