import asyncio
import subprocess
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.server.live import FIELDS, settings
from tests.server.scripted_engine import picture, provenance
from tests.server.threaded import threaded
from tests.tiny_bundle import write_tiny_bundle
from toolkit.client import AsyncClient, Client
from toolkit.errors import (
    BadRequest,
    JobCancelled,
    JobFailed,
    ModelError,
    NotAllowed,
    ServerUnreachable,
)
from toolkit.messages import SpriteRequest
from toolkit.server.app import Running
from toolkit.server_address import Address, find_server
from toolkit.wire.answers import ModelListed
from toolkit.wire.asks import JobCancel, ModelList

REQUEST = SpriteRequest(**FIELDS)
ENDLESS = SpriteRequest(**{**FIELDS, "prompt": "slow", "num_inference_steps": 100})


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def served(state: Path, bundle: Path, *, port: int = 0) -> AbstractContextManager[Running]:
    """A server in a thread of its own."""
    return threaded(settings(state, bundle, port=port))


def test_a_clip_is_made(tmp_path: Path, bundle: Path):
    with served(tmp_path, bundle), Client.connect(tmp_path) as client:
        steps = []
        slow = SpriteRequest(**{**FIELDS, "prompt": "slow", "num_inference_steps": 40})
        clip = client.generate(slow, on_progress=lambda progress: steps.append(progress.step))
        assert np.array_equal(clip.frames, picture(slow))
        assert clip.metadata == provenance(slow)
        assert steps
        assert steps == sorted(set(steps))


def test_events_of_a_job_end_with_its_end(tmp_path: Path, bundle: Path):
    with served(tmp_path, bundle), Client.connect(tmp_path) as client:
        job = client.submit(REQUEST)
        kinds = [getattr(news, "state", type(news).__name__) for news in job.events()]
        assert [kind for kind in kinds if kind[0].islower()] == [
            "preparing", "running", "decoding", "exporting", "done",
        ]  # fmt: skip
        assert (kinds[0], kinds[-1]) == ("JobQueued", "done")
        assert list(job.events()) == []


def test_a_job_is_cancelled(tmp_path: Path, bundle: Path):
    with served(tmp_path, bundle), Client.connect(tmp_path) as client:
        with pytest.raises(JobCancelled):
            client.generate(ENDLESS, cancelled=lambda: True)
        job = client.submit(ENDLESS)
        assert job.wait(0.01) is False
        job.cancel()
        assert job.wait() is True


def test_failures_are_the_errors_they_would_be_here(tmp_path: Path, bundle: Path):
    with served(tmp_path, bundle), Client.connect(tmp_path) as client:
        for prompt, kind in (("fail", ModelError), ("crash", JobFailed)):
            with pytest.raises(kind):
                client.generate(SpriteRequest(**{**FIELDS, "prompt": prompt}))
        with pytest.raises(JobFailed, match="no job"):
            client.ask(JobCancel(job="nobody"))
        client.submit(REQUEST, job="mine")
        with pytest.raises(BadRequest, match="another request"):
            client.submit(ENDLESS, job="mine").record()


def test_pictures_and_questions(tmp_path: Path, bundle: Path):
    image = bytes(range(256)) * 2000
    with served(tmp_path, bundle), Client.connect(tmp_path) as client:
        clip = client.generate(SpriteRequest(**FIELDS, image=image))
        assert (clip.frames[..., 0] == len(image) % 251).all()
        answer = client.ask(ModelList())
        assert isinstance(answer, ModelListed)
        assert len(answer.models) == 1


def test_a_client_outlives_its_server(tmp_path: Path, bundle: Path):
    with ExitStack() as first, ExitStack() as second:
        up = first.enter_context(served(tmp_path, bundle))
        client = second.enter_context(Client.connect(tmp_path))
        running, queued = client.submit(ENDLESS), client.submit(REQUEST)
        client.wait_for(lambda: queued.name in client.talk.records)
        client.wait_for(lambda: client.talk.records[running.name].state == "running")
        first.close()
        second.enter_context(served(tmp_path, bundle, port=up.file.port))
        assert np.array_equal(queued.result().frames, picture(REQUEST))
        with pytest.raises(JobFailed, match="submit it again"):
            running.record()


def test_a_server_that_stays_away_is_said(tmp_path: Path, bundle: Path):
    with ExitStack() as first:
        first.enter_context(served(tmp_path, bundle))
        with Client(find_server(tmp_path), patience=0.0) as client:
            first.close()
            with pytest.raises(ServerUnreachable, match="start one with: playreel serve"):
                client.wait_for(lambda: False)


def test_no_server_and_no_right(tmp_path: Path, bundle: Path):
    with pytest.raises(ServerUnreachable, match="no server is known"):
        Client.connect(tmp_path)
    with (
        pytest.raises(ServerUnreachable, match="no server answers at"),
        Client(Address(url="ws://127.0.0.1:9/", token="x")),
    ):
        pass
    with served(tmp_path, bundle) as up:
        wrong = Address(url=f"ws://{up.file.address}/", token="wrong")
        with pytest.raises(NotAllowed, match="refused the token"), Client(wrong):
            pass
        assert "wrong" not in repr(wrong)


def test_the_async_face_does_the_same(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with AsyncClient.connect(tmp_path) as client:
            job = await client.submit(REQUEST)
            last = [news async for news in job.events()][-1]
            assert last.state == "done"
            assert np.array_equal((await job.result()).frames, picture(REQUEST))
            endless = await client.submit(ENDLESS)
            await endless.cancel()
            await endless.wait()
            with pytest.raises(JobCancelled):
                await endless.result()
            assert isinstance(await client.ask(ModelList()), ModelListed)

    with served(tmp_path, bundle):
        asyncio.run(play())


def test_the_async_face_outlives_its_server(tmp_path: Path, bundle: Path):
    async def play(first: ExitStack, second: ExitStack, port: int) -> None:
        async with AsyncClient.connect(tmp_path) as client:
            job = await client.submit(REQUEST)
            await client.wait_for(lambda: job.name in client.talk.records)
            await asyncio.to_thread(first.close)
            await asyncio.to_thread(second.enter_context, served(tmp_path, bundle, port=port))
            try:
                assert np.array_equal((await job.result()).frames, picture(REQUEST))
            except JobFailed:
                assert client.talk.records[job.name].state == "interrupted"

    with ExitStack() as first, ExitStack() as second:
        up = first.enter_context(served(tmp_path, bundle))
        asyncio.run(play(first, second, up.file.port))


def test_the_client_loads_no_runtime_and_no_pixels():
    code = "import sys, toolkit.client; print(*sys.modules)"
    listed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"onnxruntime", "trimesh", "numpy", "PIL", "scipy"} & set(listed) == set()
