from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.evaluation.test_world_rollouts import recorded
from tests.tiny_world import make_tiny_world
from toolkit.evaluation.world_dreams import Dreamer
from toolkit.evaluation.world_rollouts import dream
from toolkit.pipelines.world import Ablation
from toolkit.runtime.world_bundle import WorldModel, load_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> WorldModel:
    return load_world(make_tiny_world(tmp_path_factory.mktemp("world")))


def test_who_goes_on_from_a_dreamt_frame_knows_nothing_else(world: WorldModel):
    take, dreamer = recorded(), Dreamer(world)
    made = dreamer.dream(take)
    rest = dreamer.dream_on(take, made, 2)
    assert len(rest.frames) == len(made.frames) - 3
    assert np.array_equal(rest.places, made.places[3:])
    forgotten = replace(take, frames=np.zeros_like(take.frames))
    assert np.array_equal(dreamer.dream_on(forgotten, made, 2).frames, rest.frames)
    assert not np.array_equal(rest.frames, made.frames[3:])


def test_a_kept_dream_is_the_dream_itself_and_is_not_dreamt_again(
    world: WorldModel, tmp_path: Path
):
    take, dreamer = recorded(), Dreamer(world, tmp_path / "dreams")
    first = dreamer.dream(take)
    (file,) = (tmp_path / "dreams").iterdir()
    written = file.stat().st_mtime_ns
    again = Dreamer(world, tmp_path / "dreams").dream(take)
    plain = dream(world, take)
    assert file.stat().st_mtime_ns == written
    for kept in (first, again):
        assert np.array_equal(kept.frames, plain.frames)
        assert np.array_equal(kept.places, plain.places)


def test_whatever_decides_a_dream_decides_its_name(world: WorldModel, tmp_path: Path):
    take, dreamer = recorded(), Dreamer(world, tmp_path)
    late = take.actions.copy()
    late[-1] = (late[-1] + 1) % 3
    for other in (
        take, replace(take, seed=10), replace(take, actions=late), replace(take, given=3),
        replace(take, frames=255 - take.frames), replace(take, phases=take.phases + 0.25),
        replace(take, places=take.places + 5),
    ):  # fmt: skip
        dreamer.dream(other)
    dreamer.dream(take, ablation=Ablation(actions=False))
    assert len(list(tmp_path.iterdir())) == 8


def test_a_damaged_file_is_dreamt_again(world: WorldModel, tmp_path: Path):
    take, dreamer = recorded(), Dreamer(world, tmp_path)
    first = dreamer.dream(take)
    (file,) = tmp_path.iterdir()
    for damaged in (b"", file.read_bytes()[:100]):
        file.write_bytes(damaged)
        assert np.array_equal(dreamer.dream(take).frames, first.frames)
