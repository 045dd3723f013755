"""The extension's connection and session against the real server, without Blender."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridges.blender.jobs.deliveries import Delivery
from bridges.blender.jobs.session import Result, Session
from tests.server.live import REQUEST
from tests.test_client import served
from tests.tiny_bundle import write_tiny_bundle
from toolkit.errors import BadRequest
from toolkit.packed_clip import unpack_clip
from toolkit.server_address import Address, find_server
from toolkit.state_folder import write_private

SLOW = {**REQUEST, "prompt": "slow", "num_inference_steps": 100}
ROUNDS = 2_000_000


class Desk:
    """A host that keeps what is placed, and can be busy."""

    def __init__(self) -> None:
        self.free = True
        self.placed: list[tuple[Delivery, Result]] = []
        self.trouble = ""

    def ready(self) -> bool:
        return self.free

    def place(self, delivery: Delivery, result: Result) -> None:
        if self.trouble:
            raise BadRequest(self.trouble)
        self.placed.append((delivery, result))

    def place_made(self, delivery: Delivery, made: Path) -> None:
        raise AssertionError("no mesh is drawn here")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def session(tmp_path: Path, desk: Desk) -> Iterator[Session]:
    begun = Session(lambda: find_server(tmp_path), desk, version="0")
    yield begun
    begun.link.disconnect()


def until(session: Session, done: Callable[[], bool]) -> None:
    for _ in range(ROUNDS):
        if done():
            return
        session.tick()
    raise AssertionError(f"{session.link.state}: {session.link.trouble}; {session.failures}")


def connect(session: Session) -> None:
    session.link.connect()
    until(session, lambda: session.link.state == "connected")


def test_a_job_ends_as_a_delivery(tmp_path: Path, bundle: Path, session: Session, desk: Desk):
    with served(tmp_path, bundle):
        connect(session)
        job = session.submit(REQUEST, "plane", "Scene")
        until(session, lambda: session.ended(job))
    ((delivery, result),) = desk.placed
    assert delivery == Delivery(job=job, kind="plane", scene="Scene")
    assert unpack_clip(result.content).num_frames == REQUEST["num_frames"]
    assert session.failures == {}


def test_progress_shows_and_a_cancel_ends_the_job(
    tmp_path: Path, bundle: Path, session: Session, desk: Desk
):
    with served(tmp_path, bundle):
        connect(session)
        job = session.submit(SLOW, "plane", "Scene")
        until(session, lambda: job in session.progress)
        assert [record.job for record in session.queue()] == [job]
        session.cancel(job)
        until(session, lambda: session.ended(job))
    assert (desk.placed, session.queue(), session.progress) == ([], [], {})
    assert session.failures == {job: "the job was cancelled."}


def test_nothing_is_placed_while_the_host_saves_or_renders(
    tmp_path: Path, bundle: Path, session: Session, desk: Desk
):
    with served(tmp_path, bundle):
        connect(session)
        desk.free = False
        job = session.submit(REQUEST, "strip", "Scene")
        until(session, lambda: session.link.talk.ended(job))
        for _ in range(50):
            session.tick()
        assert desk.placed == []
        desk.free = True
        until(session, lambda: session.ended(job))
    assert len(desk.placed) == 1


def test_a_queued_job_outlives_the_server_and_another_port(
    tmp_path: Path, bundle: Path, session: Session, desk: Desk
):
    with served(tmp_path, bundle):
        connect(session)
        running = session.submit({**SLOW, "prompt": "slow many"}, "plane", "Scene")
        until(session, lambda: running in session.progress)
        queued = session.submit(REQUEST, "plane", "Scene")
        until(session, lambda: queued in session.link.talk.records)
    until(session, lambda: session.link.state == "waiting")
    assert "trying again" in session.link.trouble
    with served(tmp_path, bundle):
        connect(session)
        until(session, lambda: session.ended(queued) and session.ended(running))
    assert [delivery.job for delivery, _ in desk.placed] == [queued]
    assert session.failures == {running: "the server was stopped; submit it again."}


def test_another_session_delivers_by_the_job_s_id(tmp_path: Path, bundle: Path, desk: Desk):
    with served(tmp_path, bundle):
        first = Session(lambda: find_server(tmp_path), Desk(), version="0")
        connect(first)
        job = first.submit(REQUEST, "plane", "Scene")
        until(first, lambda: job in first.link.talk.records)
        first.link.disconnect()
        second = Session(lambda: find_server(tmp_path), desk, version="0")
        second.attach([Delivery(job=job, kind="flipbook", scene="Scene")])
        connect(second)
        until(second, lambda: second.ended(job))
        second.link.disconnect()
    assert [delivery.kind for delivery, _ in desk.placed] == ["flipbook"]


def test_what_cannot_be_placed_says_why_and_is_not_tried_for_ever(
    tmp_path: Path, bundle: Path, session: Session, desk: Desk
):
    desk.trouble = "no room."
    with served(tmp_path, bundle):
        connect(session)
        job = session.submit(REQUEST, "plane", "Scene")
        until(session, lambda: session.ended(job))
        refused = session.submit({**REQUEST, "width": 60}, "plane", "Scene")
        until(session, lambda: session.ended(refused))
    assert session.failures[job] == "no room."
    assert "width is 60; must be a multiple of 16" in session.failures[refused]
    assert session.deliveries == {}


def test_history_is_found_by_words_and_favourites(
    tmp_path: Path, bundle: Path, session: Session, desk: Desk
):
    with served(tmp_path, bundle):
        connect(session)
        jobs = [
            session.submit({**REQUEST, "prompt": prompt}, "none", "Scene")
            for prompt in ("a red fox", "a blue owl", "a red owl")
        ]
        until(session, lambda: all(session.ended(job) for job in jobs))
        until(session, lambda: len(session.history()) == 3)
        session.search("owl red")
        until(session, lambda: session.listed is not None)
        assert [record.job for record in session.history()] == [jobs[2]]
        session.mark(jobs[2], True)
        until(session, lambda: session.link.talk.records[jobs[2]].favourite)
        session.search("")
        assert len(session.history()) == 3


def test_the_history_gets_pictures_while_results_are_placed(
    tmp_path: Path, bundle: Path, session: Session, desk: Desk
):
    with served(tmp_path, bundle):
        connect(session)
        jobs = [session.submit({**REQUEST, "seed": seed}, "none", "Scene") for seed in range(1, 4)]
        until(session, lambda: all(session.ended(job) for job in jobs))
        found = {record.job: record.result for record in session.history()}

        def seen() -> list[Any]:
            return [session.thumbnails.picture(found[job]) for job in jobs]

        assert seen() == [None] * 3
        session.deliver(jobs[1], "plane", "Scene")
        until(session, lambda: all(picture is not None for picture in seen()))
        until(session, lambda: not session.busy)
        session.fetch(jobs[0])
        until(session, lambda: jobs[0] in session.results)
    assert [delivery.job for delivery, _ in desk.placed] == [jobs[1]]
    first = unpack_clip(desk.placed[0][1].content).frames[0]
    np.testing.assert_array_equal(seen()[1], first)
    assert session.failures == {}


def test_a_result_that_is_gone_has_no_picture_and_nobody_is_bothered(
    tmp_path: Path, bundle: Path, session: Session
):
    with served(tmp_path, bundle):
        connect(session)
        job = session.submit(REQUEST, "none", "Scene")
        until(session, lambda: session.ended(job))
        (record,) = session.history()
        gone = replace(record.result, result="0" * 64)
        assert session.thumbnails.picture(gone) is None
        until(session, lambda: not session.busy)
        assert session.thumbnails.picture(gone) is None
        assert not session.busy
    assert session.failures == {}


def test_without_a_server_the_way_to_start_one_is_said(session: Session):
    session.link.connect()
    session.tick()
    assert session.link.state == "waiting"
    assert "playreel serve" in session.link.trouble


def test_a_server_that_is_gone_is_tried_again(tmp_path: Path, bundle: Path, session: Session):
    with served(tmp_path, bundle) as up:
        file = up.file
    write_private(
        tmp_path / "server.json",
        json.dumps({"host": file.host, "port": file.port, "pid": 1, "epoch": "e", "version": "0"}),
    )
    session.link.connect()
    until(session, lambda: bool(session.link.trouble))
    assert session.link.state == "waiting"
    assert "playreel serve" in session.link.trouble


def test_a_wrong_token_needs_the_user(tmp_path: Path, bundle: Path, desk: Desk):
    with served(tmp_path, bundle) as up:
        url = f"ws://{up.file.address}/"
        session = Session(lambda: Address(url=url, token="x" * 43), desk, version="0")
        session.link.connect()
        until(session, lambda: session.link.state == "refused")
    assert "token" in session.link.trouble
    assert not session.link.wanted


def test_an_address_that_is_a_name_is_refused_without_asking_dns(desk: Desk):
    session = Session(lambda: Address(url="ws://example.org:1/", token="x"), desk, version="0")
    session.link.connect()
    until(session, lambda: bool(session.link.trouble))
    assert "must be a number" in session.link.trouble
