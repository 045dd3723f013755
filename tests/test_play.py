"""``playreel play`` in a process of its own, over a pseudo-terminal as a person would have it."""

import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from fcntl import ioctl
from pathlib import Path
from termios import ECHO, TIOCSCTTY, TIOCSWINSZ, tcgetattr

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tiny_world import SHAPE, make_tiny_world
from toolkit.cli import run
from toolkit.commands.game_keys import help_lines, keys_of, read_keys
from toolkit.commands.play import play_table
from toolkit.commands.terminal import Terminal, half_blocks, shrunk
from toolkit.episode import read_episode
from toolkit.pipelines.game_table import GameTable
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import load_world

ROOT = Path(__file__).parent.parent
COLUMNS, ROWS = 60, 30
PAIR = re.compile(r"\x1b\[38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+)m|▀")


def pixels(lines: list[str]) -> NDArray[np.uint8]:
    """What half blocks show, as a terminal would read them."""
    rows: list[list[list[int]]] = []
    for line in lines:
        upper, lower = [], []
        colours = [0] * 6
        for match in PAIR.finditer(line):
            if match[1] is not None:
                colours = [int(value) for value in match.groups()]
            else:
                upper.append(colours[:3])
                lower.append(colours[3:])
        rows += [upper, lower]
    return np.array(rows, np.uint8)


class Player:
    """A person at a terminal."""

    def __init__(self, *words: str) -> None:
        self.master, slave = pty.openpty()
        ioctl(self.master, TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "toolkit", "play", *words], cwd=ROOT, stdin=slave,
            stderr=slave, stdout=subprocess.PIPE, env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True, preexec_fn=lambda: ioctl(0, TIOCSCTTY, 0),  # for Ctrl-C
        )  # fmt: skip
        self.slave, self.sent = slave, b""

    @property
    def seen(self) -> str:
        return self.sent.decode("utf-8", "ignore")

    def read_until(self, words: str) -> str:
        """The last picture that was drawn whole, once it says ``words``."""
        while True:
            last = self.seen.rpartition("\x1b[J")[0].rpartition("\x1b[H")[2]
            if words in last:
                return last
            assert select.select([self.master], [], [], 60)[0], self.seen[-500:]
            self.sent += os.read(self.master, 65536)

    def press(self, keys: str, then: str) -> NDArray[np.uint8]:
        os.write(self.master, keys.encode())
        return self.frame(then)

    def frame(self, words: str) -> NDArray[np.uint8]:
        return pixels([line for line in self.read_until(words).split("\r\n") if "▀" in line])

    def end(self) -> tuple[int, str]:
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out.decode()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def player(world: Path, tmp_path: Path) -> Iterator[Player]:
    files = ("-o", str(tmp_path / "played.npz"), "--keep", str(tmp_path / "end.snapshot"))
    played = Player("--world", str(world), "--seed", "1", "--json", *files)
    yield played
    played.close()


def test_a_game_is_played_taken_back_kept_and_written(player: Player, world: Path, tmp_path: Path):
    env = WorldModelEnv(load_world(world))
    first, _ = env.reset(seed=1)
    assert np.array_equal(player.frame("strip · step 0"), first)
    assert not tcgetattr(player.slave)[3] & ECHO
    one = env.step(2)[0]
    assert np.array_equal(player.press("\x1b[C", "step 1 · right"), one)
    two = env.step(1)[0]
    assert np.array_equal(player.press("a", "step 2 · left"), two)
    assert np.array_equal(player.press("\x7f", "step 1 · taken back"), one)
    player.press("K", "step 1 · kept step 1")
    player.press("..", "step 3 · noop")
    player.press("x", "step 3 · x does nothing here")
    assert np.array_equal(player.press("L", "step 1 · back at step 1"), one)
    assert np.array_equal(player.press("a", "step 2 · left"), two)
    os.write(player.master, b"Q")
    code, said = player.end()
    assert code == 0
    assert json.loads(said)["steps"] == 2
    episode = read_episode(tmp_path / "played.npz")
    assert np.array_equal(episode.clip.frames[..., :3], [first, one, two])
    assert episode.actions.tolist() == [2, 1]
    restored = WorldModelEnv(load_world(world))
    restored.reset(options={"start": (tmp_path / "end.snapshot").read_bytes()})
    env.rewind()
    env.step(1)
    assert np.array_equal(restored.step(2)[0], env.step(2)[0])


@pytest.mark.parametrize("keys", ["Q", "\x1b", "\x03"])
def test_however_it_ends_the_terminal_is_put_back(world: Path, keys: str):
    player = Player("--world", str(world), "--seed", "1")
    before = tcgetattr(player.slave)
    player.frame("step 0")
    os.write(player.master, keys.encode())
    assert player.process.wait(60) == 0
    assert tcgetattr(player.slave) == before
    while select.select([player.master], [], [], 0.2)[0]:
        player.sent += os.read(player.master, 65536)
    assert "\x1b[?1049l" in player.seen
    assert "seed 1, 0 steps" in player.seen
    player.close()


class Interrupted(Terminal):
    """A terminal whose person presses Ctrl-C while a picture is being drawn."""

    def size(self) -> tuple[int, int]:
        return COLUMNS, ROWS

    def draw(self, frame: NDArray[np.uint8], lines: Sequence[str]) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_ends_the_game_while_a_picture_is_drawn(world: Path):
    table = GameTable(WorldModelEnv(load_world(world)), seed=1, options={})
    with open(os.devnull, "w") as screen:
        play_table(table, Interrupted(0, screen), fps=0)
    assert table.steps == 0


def test_in_real_time_the_world_goes_on_without_keys(world: Path):
    player = Player("--world", str(world), "--seed", "1", "--fps", "20")
    env = WorldModelEnv(load_world(world))
    env.reset(seed=1)
    third = [env.step(0)[0] for _ in range(3)][-1]
    assert np.array_equal(player.frame("step 3 · noop"), third)
    os.write(player.master, b"Q")
    assert player.end()[0] == 0
    player.close()


def test_without_a_terminal_it_says_what_else_to_do(
    world: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["play", "--world", str(world)]) == 2
    assert "needs a terminal" in (said := capsys.readouterr().err)
    assert "playreel rollout" in said


def test_keys_are_those_of_the_page():
    crafter = (
        "noop", "move_left", "move_right", "move_up", "move_down", "do", "sleep", "place_stone",
    )  # fmt: skip
    keys = keys_of(crafter)
    assert [keys[key] for key in ("left", "a", "right", "d", "up", "w", "down", "s")] == [
        1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert [keys[key] for key in ("space", "enter", "1", "2", ".")] == [5, 5, 6, 7, 0]
    assert keys_of(("idle", "fire", "use")) == {"space": 1, "enter": 1, "1": 2, ".": 0}


def test_what_a_terminal_sends_is_read_as_keys():
    sent = b"\x1b[A\x1bOBa \r\x7f\x1b[1;5C\x1b[3~\xc3K\x1b"
    assert read_keys(sent) == ["up", "down", "a", "space", "enter", "backspace", "K", "escape"]


def test_help_fits_the_terminal():
    lines = help_lines(SHAPE.action_names, 24)
    assert lines == [". noop   ← a left", "→ d right"]


def test_half_blocks_show_every_pixel_and_large_frames_are_averaged():
    frame = np.random.default_rng(0).integers(0, 256, (6, 5, 3), np.uint8)
    assert np.array_equal(pixels(half_blocks(frame)), frame)
    assert np.array_equal(pixels(half_blocks(frame[:5]))[:5], frame[:5])
    large = frame.repeat(3, 0).repeat(3, 1)
    assert np.array_equal(shrunk(large, 5, 6), frame)
    assert shrunk(large, 14, 100).shape == (16, 14, 3)
    assert np.array_equal(shrunk(large, 15, 18), large)
