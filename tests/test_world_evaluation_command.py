import json
from pathlib import Path

import pytest

from tests.tiny_world import make_tiny_world, record_strip
from toolkit.cli import run


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a world of a game of no name and recordings of the same game."""
    folder = tmp_path_factory.mktemp("desk")
    make_tiny_world(folder / "strip")
    record_strip(folder / "held_out")
    return folder


def test_a_world_of_any_game_is_evaluated_on_recordings(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(desk)
    words = [
        "evaluate", "world", "strip", "--recordings", "held_out", "--seeds", "2",
        "--cache", "kept", "--write",
    ]  # fmt: skip
    assert run([*words, "--json"]) == 0
    said = capsys.readouterr()
    body = json.loads(said.out)
    assert body == json.loads(Path("strip/evaluation.json").read_text("utf-8"))
    assert body["recordings"]["takes"] == 2
    assert body["command"] == "playreel evaluate world BUNDLE --recordings FOLDER --seeds 2"
    assert body["speed"]["frames"] == 300
    assert "2 of 2 takes" in said.err
    assert run(words) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "2 takes of 2 episodes of strip" in told
    assert "Measured: 2 of the 3 takes and 2 of the 3 episodes" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("strip", "strip is a world of strip; only worlds of crafter have their real game here"),
        ("strip --recordings nowhere", "nowhere holds no episode; make some with playreel record"),
        ("strip --recordings held_out --seeds 0", "takes (--seeds) is 0; must be 1 to 100000."),
        ("strip --recordings held_out --drift-seeds 3", "leave it out with --recordings."),
        ("strip --recordings held_out --no-ablations", "is for the real game; leave it out"),
        ("--recordings held_out", "is strip, that of the world is crafter; give recordings of"),
        ("nothing --recordings held_out", "nothing is no bundle folder"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_one_sentence(
    words: str,
    sentence: str,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(desk)
    assert run(["evaluate", "world", *words.split()]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert sentence in said
