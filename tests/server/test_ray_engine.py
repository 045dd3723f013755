"""The server's lanes on a real Ray cluster of this machine."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.batch.desk import write
from tests.server.threaded import threaded
from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import run
from toolkit.client import Client
from toolkit.cluster.actor import News
from toolkit.cluster.workers import Workers
from toolkit.commands.serve import opened_lanes
from toolkit.errors import BadRequest, ClusterUnreachable, JobCancelled
from toolkit.generate import generate
from toolkit.messages import Progress, SpriteRequest
from toolkit.remote_job import Job
from toolkit.runtime.models import load_models
from toolkit.server.app import AppSettings
from toolkit.server.ray_engine import Steps, ray_lanes
from toolkit.server.settings import MAIN, PREVIEW, LaneSettings, ServiceSettings
from toolkit.wire.answers import JobProgress

ROOT = Path(__file__).parents[2]
LONG: dict[str, Any] = {"num_frames": 8, "width": 128, "height": 128, "num_inference_steps": 30}
MANIFEST = """\
defaults: {num_frames: 2, size: 16x32, num_inference_steps: 2}
assets: [{name: "knight_{n}", prompt: a red knight, matrix: {n: [1, 2, 3]}}]
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@contextmanager
def served(state: Path, bundle: Path, lanes: tuple[LaneSettings, ...]) -> Generator[Client]:
    """A client of a server in a thread of its own, whose lanes are those of a cluster."""
    service = ServiceSettings(state=state, bundles=(bundle,), threads=1, lanes=lanes)
    with threaded(AppSettings(service=service, port=0)), Client.connect(state) as client:
        yield client


def at_work(client: Client, jobs: list[Job]) -> bool:
    """Whether two of the jobs are in the middle of their steps."""
    states = [
        client.talk.records[job.name].state for job in jobs if job.name in client.talk.records
    ]
    return states.count("running") >= 2


def files_of_batch(folder: Path, bundle: Path, *words: str) -> dict[str, str]:
    """Hashes of the files that a batch in a process of its own makes."""
    manifest = write(folder, assets_yaml=MANIFEST)
    flags = ["-o", str(folder / "out"), "--bundle", str(bundle), "--threads", "1", *words]
    command = [sys.executable, "-m", "toolkit", "batch", "run", str(manifest), *flags]
    subprocess.run(command, cwd=ROOT, check=True, timeout=400)
    lines = (folder / "out" / "results.jsonl").read_text("utf-8").splitlines()
    files: dict[str, str] = {}
    for line in map(json.loads, lines):
        assert line["how"] == "made"
        files |= line["files"]
    return files


@pytest.mark.slow
def test_jobs_are_made_on_the_actors_of_batches_and_survive_their_death(tmp_path: Path, tiny: Path):
    """Four jobs; in the middle every actor gets ``kill -9``. Then a batch beside the server."""
    requests = [SpriteRequest(prompt="a red knight", seed=seed, **LONG) for seed in range(4)]
    here = load_models(tiny, threads=1)
    with ray_lanes("", provider="cpu", threads=1) as lanes:
        assert [lane.kind for lane in lanes] == ["main"] * (len(lanes) - 1) + ["preview"]
        import ray

        actors = Workers(ray, provider="cpu", threads=1, address="")
        assert len(actors.numbers) == len(lanes) - 1
        with served(tmp_path / "state", tiny, lanes) as client:
            priorities: list[Any] = ["normal"] * 3 + ["interactive"]
            jobs = [
                client.submit(request, priority=priority)
                for request, priority in zip(requests, priorities, strict=True)
            ]
            assert client.wait_for(lambda: at_work(client, jobs), 240)
            killed = actors.pids()
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            clips = [job.result() for job in jobs]
            for request, clip in zip(requests, clips, strict=True):
                assert np.array_equal(clip.frames, generate(request, here).frames)
            for job in jobs:
                events = list(job.events())
                steps = [each.step for each in events if isinstance(each, JobProgress)]
                assert steps == sorted(set(steps))
                assert [getattr(each, "state", "") for each in events].count("done") == 1
            again = Workers(ray, provider="cpu", threads=1, address="").pids()
            assert not set(again) & set(killed)

            for folder in ("here", "there"):
                (tmp_path / folder).mkdir()
            address = str(lanes[0].options["address"])
            there = files_of_batch(
                tmp_path / "there", tiny, "--engine", "ray", "--ray-address", address
            )
            assert there == files_of_batch(tmp_path / "here", tiny)
            assert Workers(ray, provider="cpu", threads=1, address="").pids() == again

            with pytest.raises(JobCancelled):
                client.generate(requests[0], cancelled=lambda: True)


def test_steps_of_a_job_that_begins_anew_are_told_once():
    told: list[int] = []
    frames = np.zeros((1, 16, 16, 4), np.uint8)
    steps = Steps(lambda progress, _: told.append(progress.step))

    def news(*numbers: int) -> News:
        return News(steps=[Progress(step=at, num_steps=9) for at in numbers], frames=frames)

    steps.begin()
    steps.tell(news(1, 2))
    steps.tell(News())
    steps.tell(news(3))
    steps.begin()
    steps.tell(news(1, 2, 3, 4))
    steps.tell(news(5))
    assert told == [1, 2, 3, 4, 5]


def test_without_a_cluster_the_lanes_work_here():
    with opened_lanes("local", "", provider="cpu", threads=1) as lanes:
        assert lanes == (MAIN, PREVIEW)


def test_a_cluster_that_nobody_asked_for_is_refused():
    with pytest.raises(BadRequest, match="without --engine ray"):
        opened_lanes("local", "host:6379", provider="cpu", threads=1)


def test_an_address_that_does_not_answer_is_3(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
):
    words = ["serve", "--port", "0", "--state", str(tmp_path), "--bundle", str(tiny)]
    assert run([*words, "--engine", "ray", "--ray-address", "127.0.0.1:1"]) == 3
    assert "no Ray cluster for us at 127.0.0.1:1" in capsys.readouterr().err
    with (
        pytest.raises(ClusterUnreachable),
        opened_lanes("ray", "nowhere", provider="cpu", threads=1),
    ):
        pass
