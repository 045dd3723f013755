"""``playreel serve`` as a process, and ``playreel generate`` on it, with the real engine."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import run
from toolkit.client import Client
from toolkit.commands.serve import read_own_token
from toolkit.errors import BadRequest, JobFailed
from toolkit.messages import SpriteRequest
from toolkit.runtime.model_card import read_card
from toolkit.state_folder import read_server

QUICK = ("--frames", "2", "--size", "16x32", "--steps", "2")
PROMPT = "a red knight walking right"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@contextmanager
def served(state: Path, bundle: Path, *more: str) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "toolkit", "serve", "--port", "0", "--state", str(state)]
    process = subprocess.Popen(
        [*command, "--bundle", str(bundle), "--threads", "1", "--json", *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if line == "}\n":
            break
    assert json.loads(said)["pid"] == process.pid
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=240)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def generate(out: Path, *more: str) -> int:
    return run(["generate", PROMPT, *QUICK, "--seed", "3", "-o", str(out), *more])


def test_the_server_draws_the_same_bytes(
    tmp_path: Path, bundle: Path, capsys: pytest.CaptureFixture[str]
):
    state = str(tmp_path / "state")
    with served(tmp_path / "state", bundle) as process:
        assert generate(tmp_path / "served", "--server", "--state", state) == 0
        assert generate(tmp_path / "auto", "--state", state) == 0
        capsys.readouterr()
        again = ["generate", "--from", str(tmp_path / "served" / "a_red_knight_walking_right.png")]
        assert run([*again, "-o", str(tmp_path / "again"), "--server", "--state", state]) == 0
    assert process.returncode == 0
    here = ("--bundle", str(bundle), "--threads", "1")
    assert generate(tmp_path / "here", "--embedded", *here) == 0
    made = contents(tmp_path / "here")
    for place in ("served", "auto", "again"):
        assert contents(tmp_path / place) == made
    with pytest.raises(FileNotFoundError):
        (tmp_path / "state" / "server.json").read_text()


def test_no_server_is_exit_3_and_a_stale_one_is_said(
    tmp_path: Path, bundle: Path, capsys: pytest.CaptureFixture[str]
):
    state = tmp_path / "state"
    assert generate(tmp_path / "out", "--server", "--state", str(state)) == 3
    assert "start one with: playreel serve" in capsys.readouterr().err
    with served(state, bundle) as process:
        process.kill()
        process.wait()
    assert generate(tmp_path / "out", "--server", "--state", str(state)) == 3
    assert not (tmp_path / "out").exists()


def test_another_token_is_exit_5(tmp_path: Path, bundle: Path):
    state = tmp_path / "state"
    with served(state, bundle):
        (state / "token").write_text("not the token of that server")
        assert generate(tmp_path / "out", "--server", "--state", str(state)) == 5


def test_flags_of_the_model_mean_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert generate(tmp_path, "--server", "--threads", "1") == 2
    assert "are the server's own; leave them out" in capsys.readouterr().err


def test_a_model_that_the_server_lacks_is_drawn_here(tmp_path: Path, bundle: Path):
    other = write_tiny_bundle(tmp_path / "other", tint=-0.5)
    assert generate(tmp_path / "out", "--bundle", str(other)) == 0
    with served(tmp_path / "state", bundle), Client.connect(tmp_path / "state") as client:
        assert client.models() == (read_card(bundle).hash,)
        source = tmp_path / "out" / "a_red_knight_walking_right.png"
        again = ["generate", "--from", str(source), "-o", str(tmp_path / "again")]
        assert run([*again, "--server", "--state", str(tmp_path / "state")]) == 2


def test_kill_9_of_the_server_loses_nothing(tmp_path: Path, bundle: Path):
    state = tmp_path / "state"
    long = SpriteRequest(
        prompt=PROMPT, num_inference_steps=100, num_frames=64, width=128, height=128
    )
    short = SpriteRequest(prompt=PROMPT, num_inference_steps=2, num_frames=2, width=16, height=16)
    with served(state, bundle) as process:
        port = read_server(state).port
        with Client.connect(state) as client:
            running, queued = client.submit(long), client.submit(short)
            client.wait_for(lambda: queued.name in client.talk.records)
            client.wait_for(lambda: client.talk.records[running.name].state == "running")
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            with served(state, bundle, "--port", str(port)):
                assert queued.result().num_frames == 2
                with pytest.raises(JobFailed, match="the server died"):
                    running.record()


def test_a_taken_port_and_a_taken_state_are_said(tmp_path: Path, bundle: Path):
    command = [sys.executable, "-m", "toolkit", "serve", "--bundle", str(bundle)]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = subprocess.run(
            [*command, "--state", str(tmp_path / "a"), "--port", port],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.returncode == 2
        assert f"port {port} is taken; playreel doctor says by whom" in found.stderr
    with served(tmp_path / "b", bundle):
        found = subprocess.run(
            [*command, "--state", str(tmp_path / "b"), "--port", "0"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.returncode == 6
        assert "is in use by another program; stop the other server" in found.stderr


@pytest.mark.parametrize("text", ["", "short", "x" * 21, "pässword" * 9, "a b\nc" * 9])
def test_a_weak_token_of_ones_own_is_refused(tmp_path: Path, text: str):
    (tmp_path / "token").write_text(text)
    with pytest.raises(BadRequest, match="at least 22 random ASCII"):
        read_own_token(tmp_path / "token")
