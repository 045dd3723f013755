"""A database that another program has locked: nothing is lost and the server lives."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.server.intruder import knock, locked
from tests.server.live import REQUEST, fetch, line, server
from tests.server.scripted import RESULT, Desk, submission
from tests.server.scripted_engine import picture
from tests.tiny_bundle import write_tiny_bundle
from toolkit.errors import StoreUnavailable
from toolkit.messages import SpriteRequest
from toolkit.packed_clip import unpack_clip
from toolkit.server.blobs import Blobs
from toolkit.wire.asks import JobCancel, JobMark, JobSubmit, Ping, Subscribe

SLOW = {**REQUEST, "prompt": "slow", "num_inference_steps": 20}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.mark.parametrize("wish", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "SELECT * FROM jobs"])
def test_no_program_can_lock(wish: str, tmp_path: Path):
    """The server holds the file for as long as it runs, so others are turned away, not it."""
    desk = Desk(tmp_path)
    desk.jobs.submit(submission("a"))
    other = knock(desk.store)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute(wish).fetchall()
    other.close()
    desk.jobs.submit(submission("b"))
    assert [record.job for record in desk.store.recent(9)] == ["a", "b"]


def test_a_locked_database_is_not_waited_for(tmp_path: Path):
    """The event loop of all clients would stand still meanwhile."""
    desk = Desk(tmp_path)
    assert desk.store._one("PRAGMA busy_timeout") == 0


def test_what_workers_report_is_stored_once_the_lock_is_gone(tmp_path: Path):
    desk = Desk(tmp_path)
    for job in ("a", "b"):
        desk.jobs.submit(submission(job))
    assert desk.jobs.take("main")
    with locked(desk.store):
        desk.jobs.advance("a", "running")
        desk.jobs.finish("a", RESULT)
        assert desk.jobs.take("main") is None
        for act in (
            lambda: desk.jobs.submit(submission("c")),
            lambda: desk.jobs.cancel("b"),
            lambda: desk.jobs.mark("b", favourite=True),
        ):
            with pytest.raises(StoreUnavailable, match="in use by another program"):
                act()
    desk.jobs.flush()
    assert desk.states("a") == ["preparing", "running", "done"]
    assert desk.jobs.take("main").job == "b"
    assert desk.store.record("c") is None


def test_a_file_that_cannot_be_listed_is_kept_and_listed_later(tmp_path: Path):
    desk = Desk(tmp_path)

    def shelf() -> Blobs:
        return Blobs(tmp_path / "results", desk.store, "results", quota=100, kept=set)

    blobs = shelf()
    with locked(desk.store):
        first = blobs.put(b"a result")
        assert blobs.read(first) == b"a result"
        blobs.flush()
        assert blobs.used() == 0
    blobs.flush()
    assert blobs.used() == 8
    with locked(desk.store):
        second = blobs.put(b"before a crash")
    blobs = shelf()
    assert blobs.used() == 8 + 14
    blobs.put(bytes(95))
    assert [blobs.has(sha256) for sha256 in (first, second)] == [False, False]


def test_a_job_that_ends_while_the_database_is_locked(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe(previews=False))
            await one.say(JobSubmit(job="a", request=SLOW))
            await one.until(state="running")
            with locked(up.service.store):
                for ask in (
                    JobSubmit(id="x", job="b", request=REQUEST),
                    JobCancel(id="x", job="a"),
                    JobMark(id="x", job="a", favourite=True),
                ):
                    await one.say(ask)
                    refused = await one.until(re="x")
                    assert (refused["code"], refused["retryable"]) == ("store_unavailable", True)
                while up.service.lanes["main"].job:
                    await one.say(Ping(id="p"))
                    await one.until(re="p")
                    await asyncio.sleep(0.02)
                assert (await fetch(up, "/healthz"))[0] == 200
                assert (await fetch(up, "/readyz"))[0] == 200
                assert up.service.store.record("a").state == "running"
            ended = await one.until_ended("a")
            assert ended["state"] == "done", ended
            body = (await fetch(up, f"/results/{ended['result']['result']}"))[2]
            request = {name: value for name, value in SLOW.items() if name != "type"}
            assert (unpack_clip(body).frames == picture(SpriteRequest(**request))).all()
            await one.say(JobSubmit(job="b", request=REQUEST))
            assert (await one.until_ended("b"))["state"] == "done"
            assert up.service.results.used() > 0

    asyncio.run(play())
