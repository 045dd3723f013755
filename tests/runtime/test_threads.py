import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.runtime.session import core_count
from toolkit.runtime.threads import (
    TRIAL_SECONDS,
    cache_folder,
    candidates,
    open_fastest,
    physical_cores,
    try_counts,
)


@pytest.fixture
def graph(bundle: Path) -> bytes:
    return (bundle / "denoiser.onnx").read_bytes()


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return cache_folder() / "threads.json"


class ScriptedClock:
    """Reads the given moments one after the other."""

    def __init__(self, *moments: float) -> None:
        self.moments: Iterator[float] = iter(moments)

    def __call__(self) -> float:
        return next(self.moments)


def trial(start: float, run: float, end: float) -> tuple[float, ...]:
    """Clock readings of one trial: its begin, its timed run's begin and end, its own end."""
    return (start, end - run, end, end)


def test_the_first_choice_is_remembered(memory: Path, graph: bytes):
    found = open_fastest("hash", graph, provider="cpu").threads
    assert found in candidates(core_count(), physical_cores())
    ((key, count),) = json.loads(memory.read_text()).items()
    assert count == found
    assert key.startswith(f"hash-{core_count()}-")
    memory.write_text(json.dumps({key: 7}))
    assert open_fastest("hash", graph, provider="cpu").threads == 7


@pytest.mark.parametrize("damaged", ["{", "[1]", '{"key": "many"}', '{"key": null}'])
def test_a_damaged_memory_is_tried_again(memory: Path, graph: bytes, damaged: str):
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(damaged)
    open_fastest("hash", graph, provider="cpu")
    assert len(json.loads(memory.read_text())) == 1


def test_a_memory_that_cannot_be_written_stops_nothing(memory: Path, graph: bytes):
    memory.parent.parent.mkdir(parents=True, exist_ok=True)
    memory.parent.write_text("a file where the folder should be")
    assert open_fastest("hash", graph, provider="cpu").threads >= 1


@pytest.mark.parametrize(
    ("cores", "physical", "expected"),
    [(2, 1, (1, 2)), (2, 2, (2, 1)), (16, 8, (8, 1, 2)), (1, 1, (1,))],
)
def test_candidates_begin_with_the_physical_cores(
    cores: int, physical: int, expected: tuple[int, ...]
):
    assert candidates(cores, physical) == expected


def test_physical_cores_are_some_of_all():
    assert 1 <= physical_cores() <= core_count()


def test_the_fastest_count_wins(graph: bytes):
    clock = ScriptedClock(*trial(0, 0.05, 0.1), *trial(0.1, 0.02, 0.2), *trial(0.2, 0.04, 0.3))
    assert try_counts(graph, (3, 1, 2), clock).threads == 1


def test_a_slow_machine_tries_no_second_count(graph: bytes):
    end = TRIAL_SECONDS + 0.1
    clock = ScriptedClock(*trial(0, 0.3, end), end)
    assert try_counts(graph, (3, 1, 2), clock).threads == 3


def test_a_third_count_is_left_out_when_time_runs_short(graph: bytes):
    clock = ScriptedClock(*trial(0, 0.05, 0.3), *trial(0.3, 0.02, 0.6), 0.6)
    assert try_counts(graph, (3, 1, 2), clock).threads == 1
