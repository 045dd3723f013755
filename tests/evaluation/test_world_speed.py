"""The world's speed over loopback: a real server process plays a tiny world."""

from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.tiny_world import make_tiny_crafter
from toolkit.errors import BadRequest, ServerUnreachable
from toolkit.evaluation.world_loopback import WARM_UP, Played, in_lock_step, in_real_time
from toolkit.evaluation.world_server import served
from toolkit.evaluation.world_speed import over_loopback
from toolkit.evaluation.world_tables import speed_lines
from toolkit.runtime.world_bundle import load_world
from toolkit.state_folder import read_server

FRAMES, PATIENCE = 6, 120
ACTIONS = [number % 5 for number in range(WARM_UP + FRAMES)]
FIGURES = {"frames_a_second", "p50_ms", "p95_ms", "max_ms", "frames"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_crafter(tmp_path_factory.mktemp("tiny") / "world")


def processes(state: Path) -> list[psutil.Process]:
    """A server and its worker."""
    known = read_server(state)
    assert known is not None
    server = psutil.Process(known.pid)
    found = [server, *server.children(recursive=True)]
    assert len(found) == 2
    return found


def are_gone(found: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(found, timeout=PATIENCE)[1]


def test_a_player_s_delays_as_figures():
    delays = np.array([0.01, 0.02, 0.03, 0.1])
    figures = Played(delays=delays, seconds=0.2, frames=5).figures()
    assert figures == {
        "frames_a_second": 25, "p50_ms": pytest.approx(25), "p95_ms": pytest.approx(89.5),
        "max_ms": pytest.approx(100), "frames": 4,
    }  # fmt: skip


def test_every_action_behind_the_warm_up_counts_and_the_server_ends(bundle: Path):
    told: list[int] = []
    with served(bundle) as state:
        played = in_lock_step(state, "crafter", ACTIONS, seed=3, between=told.append)
        real_time = in_real_time(state, "crafter", ACTIONS, seed=3)
        ran = processes(state)
    assert told == ACTIONS
    assert (len(played.delays), played.frames) == (FRAMES, FRAMES)
    assert played.delays.min() > 0
    assert set(real_time) == FIGURES | {"fps", "within_ms", "on_time"}
    assert (real_time["frames"], real_time["fps"], real_time["within_ms"]) == (FRAMES, 25, 60)
    assert real_time["on_time"] * FRAMES in range(FRAMES + 1)
    assert are_gone(ran)
    assert not state.exists()


def test_the_server_ends_when_an_action_is_refused(bundle: Path):
    ran: list[psutil.Process] = []
    refused = pytest.raises(BadRequest, match="action is 99; this world has 17")
    with refused, served(bundle) as state:
        in_lock_step(state, "crafter", [1], seed=3, between=lambda _: ran.extend(processes(state)))
        in_lock_step(state, "crafter", [1, 99, 1], seed=3)
    assert ran
    assert are_gone(ran)


def test_a_server_that_dies_midway_is_named_and_nothing_stays(bundle: Path):
    ran: list[psutil.Process] = []

    def die(action: int) -> None:
        if action == 2:
            ran.extend(processes(state))
            ran[0].kill()

    gone = pytest.raises(ServerUnreachable, match="no server answers")
    with gone, served(bundle) as state:
        in_lock_step(state, "crafter", [1, 2, 1], seed=3, between=die)
    assert are_gone(ran)


def test_a_server_that_cannot_start_says_why(tmp_path: Path):
    with pytest.raises(ServerUnreachable, match=r"did not start: .*missing"), served(tmp_path):
        pass


def test_what_is_reported(bundle: Path):
    world = load_world(bundle)
    found = over_loopback(world, bundle, frames=FRAMES, seed=3)
    assert set(found["loopback"]) == FIGURES | {"times_direct", "load_average"}
    assert set(found["loopback_beside"]) == FIGURES | {"real_game_steps_a_second"}
    assert set(found["real_time"]) == FIGURES | {"fps", "within_ms", "on_time"}
    frames = [found[name]["frames"] for name in ("loopback", "loopback_beside", "real_time")]
    assert frames == [FRAMES, FRAMES, FRAMES // 2]
    left = [child.cmdline() for child in psutil.Process().children(recursive=True)]
    assert not [command for command in left if "toolkit" in command]


def test_each_figure_is_said_with_how_it_was_measured():
    pace = {"frames_a_second": 39.04, "p50_ms": 25.4, "p95_ms": 30.2, "max_ms": 41.0}
    lines = speed_lines(
        {
            "loopback": {**pace, "times_direct": 1.05, "load_average": 0.3},
            "real_time": {**pace, "fps": 25.0, "within_ms": 60.0, "on_time": 0.985},
            "loopback_beside": {**pace, "frames_a_second": 35, "real_game_steps_a_second": 532},
            "direct_beside": {**pace, "frames_a_second": 36, "real_game_steps_a_second": 540,
                              "diamond_frames_a_second": 4.1, "times_diamond": 8.8},
            "cores": 2,
        }
    )  # fmt: skip
    heads = ("Over loopback, playreel serve", "The same in real time at 25", "Over loopback beside "
             "the real game", "Without the server beside the real game")  # fmt: skip
    for line, head in zip(lines, heads, strict=True):
        assert line.startswith(head)
    assert "39.0 frames a second" in lines[0]
    assert "The bars read this." in lines[0]
    assert "98.5% of the actions show within 60 ms" in lines[1]
    assert "(532 steps a second): 35.0 frames" in lines[2]
    assert "DIAMOND's Atari network" in lines[3]
