"""The Ray engine on a real cluster of this machine."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.batch.test_run import DEFAULTS, MANIFEST, Desk
from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.order import Order, prepare, read_order
from toolkit.batch.plan import Step
from toolkit.batch.ray_engine import RayEngine, open_ray_engine
from toolkit.batch.results import Result
from toolkit.batch.running import Running, Workplace
from toolkit.cluster.actor import bundle_bytes, load_sent
from toolkit.cluster.workers import shares
from toolkit.errors import ClusterUnreachable
from toolkit.generate import generate
from toolkit.messages import SpriteRequest
from toolkit.runtime.models import load_models

MANY = (
    DEFAULTS
    + """assets:
- {name: "knight_{n}", prompt: a red knight, matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}
- {name: "again_{n}", prompt: a slime, matrix: {n: [1, 2, 3]}, reference: "knight_{n}"}
- {name: bad, prompt: a coin, quality: {colors: 1}}
"""
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def test_an_actor_takes_a_gpu_or_the_cores_of_its_threads():
    cluster = {"CPU": 17.0, "GPU": 3.0, "memory": 1e9}
    assert shares(cluster, "cuda", None) == ({"num_gpus": 1, "num_cpus": 1}, 3)
    assert shares(cluster, "cpu", None) == ({"num_cpus": 2}, 8)
    assert shares(cluster, "cpu", 4) == ({"num_cpus": 4}, 4)
    assert shares({"CPU": 1.0}, "cpu", 4) == ({"num_cpus": 1}, 1)
    assert shares({"CPU": 8.0}, "cuda", None) == ({"num_gpus": 1, "num_cpus": 1}, 0)
    assert shares({}, "cpu", None) == ({"num_cpus": 0}, 0)


def test_a_bundle_that_came_as_bytes_makes_the_same_clips(tiny: Path):
    sent = load_sent(bundle_bytes(tiny), "cpu", 1)
    here = load_models(tiny, threads=1)
    request = SpriteRequest(prompt="x", num_frames=1, width=16, height=16, num_inference_steps=1)
    assert sent.card == here.card
    assert (generate(request, sent).frames == generate(request, here).frames).all()


@pytest.mark.parametrize("address", ["nowhere", "host:port", ""])
def test_an_address_that_does_not_answer_is_3(
    address: str, tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{listener.getsockname()[1]}"
    desk = Desk(tmp_path, tiny, MANIFEST)
    assert desk.run("--engine", "ray", "--ray-address", address or closed) == 3
    said = capsys.readouterr().err
    assert said.startswith(f"error: no Ray cluster for us at {address or closed}: ")
    assert said.count("\n") == 1
    assert not desk.files()


@pytest.mark.slow
def test_ray_makes_the_same_bytes_as_here(tmp_path: Path, tiny: Path):
    folders = tmp_path / "here", tmp_path / "ray"
    for folder in folders:
        folder.mkdir()
    here, ray = (Desk(folder, tiny, MANY) for folder in folders)
    assert here.run() == 1
    assert ray.run("--engine", "ray") == 1
    assert ray.files() == here.files()
    assert ray.hows() == here.hows()
    assert ray.lock.read_bytes() == here.lock.read_bytes()


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_nothing_is_made_twice(tmp_path: Path, tiny: Path):
    """After the second result every actor gets ``kill -9``, in the middle of its jobs."""
    desk = Desk(tmp_path, tiny, MANY.replace("size: 16x32", "size: 128x128"))
    order = Order(
        manifest=str(desk.manifest), out=str(desk.out), bundle=str(tiny), threads=1, engine="ray"
    )
    prepared = prepare(order, read_order(order), print, repair=True)
    place = Workplace(
        out=desk.out, cache=prepared.cache, journal=prepared.journal, maker=prepared.maker,
        seeds={},
    )  # fmt: skip
    opened: list[RayEngine] = []
    killed: list[int] = []

    def open_engine(_: object) -> RayEngine:
        opened.append(open_ray_engine(order, print))
        return opened[0]

    def on_result(result: Result, done: int, total: int) -> None:
        if done == 2:
            killed.extend(opened[0].workers.pids())
            ours = os.getpriority(os.PRIO_PROCESS, 0)
            assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in killed} == {ours}
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    steps: tuple[Step, ...] = prepared.steps
    running = Running(steps, place, open_engine, records={}, on_result=on_result)
    running.run()
    assert killed
    assert [running.results[step.asset.name].how for step in steps] == ["made"] * 12 + ["failed"]
    names = [record.asset for record in desk.journal().lines()]
    assert sorted(names) == sorted(step.asset.name for step in steps)
    assert {name.split(".")[0] for name in desk.files()} == set(names) - {"bad"}


@pytest.mark.slow
def test_a_cluster_without_room_is_refused(tiny: Path, tmp_path: Path):
    desk = Desk(tmp_path, tiny, MANIFEST)
    order = Order(manifest=str(desk.manifest), out=str(desk.out), bundle=str(tiny), provider="cuda")
    with pytest.raises(ClusterUnreachable, match="nothing is free of"):
        open_ray_engine(order, print)
