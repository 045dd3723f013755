"""A clock that jumps back: order is by ``seq``, so nothing changes but the times that are shown."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.server.live import REQUEST, line, server
from tests.server.scripted import RESULT, Desk, submission
from tests.tiny_bundle import write_tiny_bundle
from toolkit.server.blobs import Blobs
from toolkit.wire.asks import JobList, JobSubmit, Subscribe
from toolkit.wire.codec import decode_server, encode

HOUR = 3600.0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def backwards(first: float = 1_700_000_000.0) -> Iterator[float]:
    """Every look at the clock is an hour before the last; it ends long before 1970."""
    while True:
        yield first
        first -= HOUR


def desk_with_clock(folder: Path, times: Iterator[float]) -> Desk:
    desk = Desk(folder)
    desk.jobs._clock = lambda: next(times)
    return desk


def test_jobs_are_taken_told_and_found_in_the_order_they_came(tmp_path: Path):
    desk = desk_with_clock(tmp_path, backwards())
    for job in ("a", "b", "c"):
        desk.jobs.submit(submission(job))
    assert [desk.jobs.position(job) for job in ("a", "b", "c")] == [0, 1, 2]
    for job in ("a", "b", "c"):
        assert desk.jobs.take("main").job == job
        desk.jobs.finish(job, RESULT)
    assert [event.seq for event in desk.told] == list(range(1, 10))
    found, _ = desk.store.search(["knight"], favourite=False, before=0, limit=9)
    assert [record.job for record in found] == ["c", "b", "a"]
    desk.die()
    desk.open()
    assert [record.job for record in desk.store.recent(9)] == ["a", "b", "c"]
    assert desk.store.unfinished() == []


def test_a_clock_from_before_1970_is_stored_and_read_again(tmp_path: Path):
    """Such a time is outside what the protocol allows; a store with one could not be opened."""
    desk = desk_with_clock(tmp_path, backwards(-5.0))
    desk.jobs.submit(submission("a"))
    desk.jobs.cancel("a")
    for event in desk.told:
        assert decode_server(encode(event)) == event
    desk.die()
    desk.open()
    assert (desk.store.record("a").state, desk.store.record("a").queued_at) == ("cancelled", 0.0)


def test_the_oldest_file_goes_first_whatever_its_time(tmp_path: Path):
    desk = Desk(tmp_path)
    blobs = Blobs(tmp_path / "results", desk.store, "results", quota=10, kept=set)
    first = blobs.put(b"first")
    second = blobs.put(b"other")
    for sha256, seconds in ((first, 2e9), (second, 1e9)):
        os.utime(blobs.path(sha256), (seconds, seconds))
    third = blobs.put(b"third")
    assert [blobs.has(sha256) for sha256 in (first, second, third)] == [False, True, True]


def test_a_running_server_whose_clock_jumps_back(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe(previews=False))
            await one.say(JobSubmit(job="before", request=REQUEST))
            await one.until_ended("before")
            times = backwards(1_000_000.0)
            up.service.jobs._clock = lambda: next(times)
            await one.say(JobSubmit(job="after", request=REQUEST))
            ended = await one.until_ended("after")
            assert (ended["state"], ended["at"] < 1_000_000.0) == ("done", True)
            seqs = [m["seq"] for m in one.messages if m["type"] in ("job.queued", "job.state")]
            assert seqs == list(range(1, len(seqs) + 1))
            await one.say(JobList(id="l"))
            listed = (await one.until(re="l"))["jobs"]
            assert [record["job"] for record in listed] == ["after", "before"]
            again = replace(Subscribe(), id="s", since_seq=2, epoch=up.file.epoch)
            async with line(up) as two:
                await two.say(again)
                assert (await two.until(re="s"))["reset"] is False
                assert (await two.until_ended("after"))["seq"] == seqs[-1]

    asyncio.run(play())
