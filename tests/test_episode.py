import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.clip import Clip
from toolkit.episode import Episode, decode_episode, encode_episode, find_episodes, read_episode
from toolkit.errors import BadRequest


def episode(frames: int = 4, *, alpha: int = 255, seed: int = 0) -> Episode:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (frames, 8, 16, 4), np.uint8)
    pixels[..., 3] = alpha
    return Episode(
        clip=Clip(frames=pixels, fps=12.5, metadata={"game": "test", "seed": "3"}),
        actions=rng.integers(0, 3, frames - 1),
        action_names=("noop", "left", "right"),
        rewards=rng.normal(size=frames - 1).astype(np.float32),
        terminated=True,
        tracks={"motion": rng.normal(size=(frames, 2)).astype(np.float32)},
    )


def same(ours: Episode, theirs: Episode) -> bool:
    return (
        np.array_equal(ours.clip.frames, theirs.clip.frames)
        and (ours.clip.fps, ours.clip.metadata) == (theirs.clip.fps, theirs.clip.metadata)
        and np.array_equal(ours.actions, theirs.actions)
        and np.array_equal(ours.rewards, theirs.rewards)
        and (ours.action_names, ours.terminated) == (theirs.action_names, theirs.terminated)
        and list(ours.tracks) == list(theirs.tracks)
        and all(np.array_equal(ours.tracks[name], theirs.tracks[name]) for name in ours.tracks)
    )


@pytest.mark.parametrize(("frames", "alpha"), [(4, 255), (1, 255), (3, 40)])
def test_a_file_gives_back_everything(frames: int, alpha: int):
    first = episode(frames, alpha=alpha)
    content = encode_episode(first)
    assert same(decode_episode(content), first)
    assert encode_episode(decode_episode(content)) == content


def test_numpy_reads_the_file_and_opaque_frames_carry_no_alpha():
    with np.load(BytesIO(encode_episode(episode()))) as file:
        assert set(file.files) == {"card", "frames", "actions", "rewards", "track_motion"}
        assert file["frames"].shape == (4, 8, 16, 3)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_cut_or_damaged_file_is_refused_in_a_sentence(data: st.DataObject):
    content = bytearray(encode_episode(episode()))
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= data.draw(st.integers(1, 255))
    try:
        read = decode_episode(bytes(content), name="run.npz")
    except BadRequest as error:
        said = str(error)
    else:
        said = "run.npz" if same(read, episode()) else ""  # the byte meant nothing: a date
    assert re.search(r"run\.npz|must be|this game has", said)


@pytest.mark.parametrize(("flags", "method"), [(1, 0), (32, 0), (0, 99)])
def test_an_encrypted_patched_or_oddly_packed_file_is_refused(flags: int, method: int):
    content = bytearray(encode_episode(episode()))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= flags
    content[at + 10] = method or content[at + 10]
    with pytest.raises(BadRequest, match=r"run\.npz is no whole episode"):
        decode_episode(bytes(content), name="run.npz")


def test_a_later_format_says_so():
    arrays = dict(np.load(BytesIO(encode_episode(episode()))))
    card = arrays["card"].tobytes().replace(b'"format": 1', b'"format": 2')
    arrays["card"] = np.frombuffer(card, np.uint8)
    file = BytesIO()
    np.savez(file, **arrays)
    with pytest.raises(BadRequest, match="format 2; this version reads 1, update"):
        decode_episode(file.getvalue())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"actions": np.zeros(4, np.int64)}, r"must be int64 \[3\]"),
        ({"actions": np.zeros(3, np.int32)}, r"must be int64 \[3\]"),
        ({"actions": np.array([0, 3, 0])}, "an action is 3; this game has 0 to 2"),
        ({"rewards": np.zeros(3)}, r"must be float32 \[3\]"),
        ({"action_names": ("a", "a", "b")}, "give each action its own"),
        ({"action_names": ()}, "give each action its own"),
        ({"tracks": {"phase": np.zeros(3)}}, r"track 'phase' is float64 \[3\]"),
        ({"tracks": {"word": np.array(["a"] * 4)}}, "must be numbers or booleans"),
    ],
)
def test_parts_that_do_not_fit_are_refused(change: dict[str, object], message: str):
    with pytest.raises(BadRequest, match=message):
        replace(episode(), **change)


def test_files_are_found_by_name_and_a_missing_one_is_named(tmp_path: Path):
    for name in ("b.npz", "a.npz", "c.txt"):
        (tmp_path / name).write_bytes(encode_episode(episode()))
    assert [path.name for path in find_episodes(tmp_path)] == ["a.npz", "b.npz"]
    assert same(read_episode(tmp_path / "a.npz"), episode())
    with pytest.raises(BadRequest, match=r"none\.npz cannot be read"):
        read_episode(tmp_path / "none.npz")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadRequest, match="holds no episode; make some with playreel record"):
        find_episodes(tmp_path / "empty")
