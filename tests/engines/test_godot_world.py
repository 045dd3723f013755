"""PlayreelWorld in a running game of a real Godot, on real servers with the scripted world."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engines.godot_engine import Godot
from tests.engines.godot_project import PATIENCE
from tests.engines.served import serve
from tests.server.scripted_engine import SIDE, ScriptedWorld
from tests.tiny_bundle import write_tiny_bundle

pytestmark = pytest.mark.engine
SCRIPT = Path(__file__).parent / "godot" / "play_world.gd"


@pytest.fixture(scope="module")
def seen(godot: Godot, project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All that the node's signals said in one run."""
    base = tmp_path_factory.mktemp("world")
    states = base / "states"
    (project / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    bundle = write_tiny_bundle(base / "tiny")
    (states / "empty").mkdir(parents=True)
    with serve(states / "live", bundle), serve(states / "going", bundle) as going:
        given = {"states": str(states), "going_pid": going.process.pid}
        (project / "given.json").write_text(json.dumps(given))
        ran = godot.run(project, "--headless", "--script", f"res://{SCRIPT.name}", seconds=PATIENCE)
    assert (ran.code, ran.complaints) == (0, []), ran.output[-3000:]
    return json.loads((project / "seen.json").read_text("utf-8"))


def pixels(seed: int, actions: list[int]) -> list[str]:
    """The first pixel of the first frame and of the frame after each action."""
    world = ScriptedWorld(seed)
    frames = [world.look(), *(world.step(action) for action in actions)]
    return [frame[0, 0].tobytes().hex() for frame in frames]


def test_every_action_shows_its_frame_and_a_kept_state_comes_back(seen: dict[str, Any]):
    shown = seen["lockstep"]["shown"]
    played = pixels(5, [1, 2, 0, 2, 1])
    assert [frame["pixel"] for frame in shown] == [*played, played[4]]
    assert [frame["tick"] for frame in shown] == [0, 1, 2, 3, 4, 5, 4]
    assert all(frame["sides"] == [SIDE, SIDE] for frame in shown)
    assert seen["lockstep"]["opened"] == [["noop", "left", "right"]]
    assert seen["lockstep"]["missed"] == []
    assert len(seen["lockstep"]["latencies"]) == 5


def test_what_the_project_says_of_cells_is_heard_once(seen: dict[str, Any]):
    world = ScriptedWorld(5)
    frames = [world.look()]
    world.say((1, 2, 0, 0, 2, 1))
    frames += [world.step(1), world.step(1)]
    assert [frame["pixel"] for frame in seen["cells"]["shown"]] == [
        frame[0, 0].tobytes().hex() for frame in frames
    ]
    assert seen["cells"]["valid"] == world.health.valid
    assert seen["lockstep"]["grid"] == [2, 3, ["", "grass", "stone"]]


def test_keys_of_the_project_are_the_actions_of_the_world(seen: dict[str, Any]):
    said = seen["ticks"]
    assert said["pressed"] == [1, 2, 0]
    assert len(said["latencies"]) >= 3
    assert all(latency > 0 for latency in said["latencies"])
    ticks = [frame["tick"] for frame in said["shown"]]
    assert ticks == sorted(set(ticks))


def test_a_missing_world_is_named_with_those_there_are(seen: dict[str, Any]):
    assert seen["no_world"]["failed"] == ["The server has no world chess; it has: dots."]


def test_a_missing_server_is_named_with_what_to_do(seen: dict[str, Any]):
    (why,) = seen["no_server"]["failed"]
    assert why.startswith("No Playreel server is running.")
    assert "playreel serve" in why


def test_a_lost_game_is_told_of_and_its_actions_do_nothing(seen: dict[str, Any]):
    assert seen["lost"]["opened"] == [["noop", "left", "right"]]
    assert seen["lost"]["missed"][:1] == [-1]
    assert seen["lost"]["open_after"] is False
