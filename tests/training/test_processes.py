import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from toolkit.errors import BadRequest
from toolkit.training.batches import own_shards
from toolkit.training.checkpoint import CHECKPOINT
from toolkit.training.processes import Processes
from toolkit.training.recipes import Stage, tiny
from toolkit.training.trainer import RunOptions, train

STEPS = 5
TOLERANCE = 1e-3
"""Of a loss, relative: sums of equal gradients may be rounded in another order."""
PART_OF_A_RUN = """
import sys
from pathlib import Path
from tests.training.test_processes import shared_run
shared_run(Path(sys.argv[1]))
"""


def shared_run(run: Path) -> None:
    recipe = replace(tiny(), shards=2)
    options = RunOptions(
        run=run, hours=1, max_steps=STEPS, log_every=1, compile=False, threads=1,
    )  # fmt: skip
    train(recipe, options, report=print)


def start(run: Path, rank: int, port: int) -> subprocess.Popen[str]:
    """One of two processes, told of each other as ``torchrun`` does."""
    told = {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "ACCELERATE_USE_CPU": "true",
        "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", PART_OF_A_RUN, str(run)],
        env=os.environ | told, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def losses(run: Path) -> list[float]:
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(1, STEPS + 1))
    return [line["loss"] for line in lines]


def test_two_processes_learn_what_one_does(tmp_path: Path):
    alone, together = tmp_path / "alone", tmp_path / "together"
    port = free_port()
    processes = [start(together, rank, port) for rank in range(2)]
    shared_run(alone)
    said = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert (said[0].count('"loss"'), said[1]) == (STEPS, "")
    assert np.allclose(losses(together), losses(alone), rtol=TOLERANCE, atol=0)
    ours, theirs = (
        torch.load(run / CHECKPOINT, weights_only=True)["master"] for run in (alone, together)
    )
    for name, tensor in ours.items():
        torch.testing.assert_close(theirs[name], tensor, rtol=TOLERANCE, atol=1e-4)


class Third(Processes):
    """The third of three processes, as far as anybody asks."""

    index, count = 2, 3  # type: ignore[assignment]


def test_parts_are_shared_out_evenly():
    recipe = replace(tiny(), stages=(replace(tiny().stages[0], batch=6),))
    assert own_shards(recipe, Third()) == range(2, 3, 3)
    assert list(own_shards(replace(recipe, shards=6), Third())) == [2, 5]
    assert list(own_shards(replace(recipe, shards=6), Processes())) == list(range(6))


def test_what_cannot_be_shared_evenly_is_refused():
    with pytest.raises(BadRequest, match="3 processes share 2 parts of a batch; start as many"):
        own_shards(replace(tiny(), shards=2), Third())
    stage = Stage(name="odd", share=1.0, num_frames=1, batch=4, weights={})
    with pytest.raises(BadRequest, match="stage odd has batches of 4 clips, which 3 processes"):
        own_shards(replace(tiny(), stages=(stage,)), Third())


def test_one_process_agrees_with_itself():
    processes = Processes()
    assert processes.is_main
    assert processes.mean(1.5, 2.0) == [1.5, 2.0]
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.grad = torch.tensor([3.0, 4.0])
    processes.add_gradients([parameter])
    assert parameter.grad.tolist() == [3.0, 4.0]
