import sqlite3
from pathlib import Path

import pytest

from tests.server.scripted import RESULT, Desk, submission
from toolkit.errors import StoreUnavailable
from toolkit.server.store import Store
from toolkit.wire.answers import JobQueued, JobState
from toolkit.wire.records import after


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_closed_store_opens_with_all_it_had(desk: Desk):
    desk.jobs.submit(submission("a"))
    before = (desk.store.epoch, desk.store.seq, desk.store.record("a"))
    desk.die()
    desk.open()
    assert (desk.store.epoch, desk.store.seq, desk.store.record("a")) == before


def test_a_new_store_has_an_epoch_of_its_own(tmp_path: Path):
    assert Store(tmp_path / "a").epoch != Store(tmp_path / "b").epoch


def test_the_log_adds_up_to_the_records_from_every_seq(desk: Desk):
    for job in ("a", "b", "c"):
        desk.jobs.submit(submission(job))
    desk.jobs.take("main")
    desk.jobs.finish("a", RESULT)
    desk.jobs.cancel("b")
    desk.jobs.mark("a", favourite=True)
    events = desk.store.events_after(0, 100)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    for since in range(len(events) + 1):
        records = {}
        for event in (*events[:since], *desk.store.events_after(since, 100)):
            records[event.job] = after(records.get(event.job), event)
        assert list(records.values()) == desk.store.recent(10)


def test_applying_an_event_again_changes_nothing(desk: Desk):
    desk.jobs.submit(submission("a"))
    desk.jobs.cancel("a")
    record = desk.store.record("a")
    for event in desk.store.events_after(0, 100):
        assert after(record, event) == record


def test_search_finds_all_words_in_any_case_newest_first(desk: Desk):
    for job, prompt in (("a", "Red KNIGHT"), ("b", "blue slime"), ("c", "a knight in red")):
        desk.jobs.submit(submission(job, prompt=prompt))
    found, oldest = desk.store.search(["red", "knight"], favourite=False, before=0, limit=10)
    assert ([record.job for record in found], oldest) == (["c", "a"], 0)
    assert desk.store.search(["%"], favourite=False, before=0, limit=10) == ([], 0)


def test_pages_of_a_search_join_to_the_whole(desk: Desk):
    jobs = [f"j{number}" for number in range(7)]
    for job in jobs:
        desk.jobs.submit(submission(job))
    seen, before = [], 0
    while True:
        page, before = desk.store.search([], favourite=False, before=before, limit=3)
        seen += [record.job for record in page]
        if not before:
            break
    assert seen == jobs[::-1]


def test_favourites_are_found_alone(desk: Desk):
    for job in ("a", "b"):
        desk.jobs.submit(submission(job))
    desk.jobs.mark("b", favourite=True)
    assert [r.job for r in desk.store.search([], favourite=True, before=0, limit=9)[0]] == ["b"]


def test_pruning_keeps_what_open_jobs_need(desk: Desk):
    desk.jobs.submit(submission("ended"))
    desk.jobs.cancel("ended")
    desk.jobs.submit(submission("open"))
    for _ in range(5):
        desk.jobs.mark("ended", favourite=True)
    desk.store.prune(keep=2)
    assert desk.store.oldest_seq() == 3
    assert [event.seq for event in desk.store.events_after(0, 100)] == [4, 5, 6, 7, 8, 9]
    assert desk.store.record("ended").favourite
    desk.die()
    desk.open()
    assert (desk.store.oldest_seq(), desk.store.seq) == (3, 9)


def test_seq_never_starts_again_when_all_events_are_pruned(desk: Desk):
    desk.jobs.submit(submission("a"))
    desk.jobs.cancel("a")
    desk.store.prune(keep=0)
    desk.die()
    desk.open()
    assert desk.store.seq == 3
    desk.jobs.submit(submission("b"))
    assert desk.told[-1].seq == 4


def test_a_full_disk_changes_nothing_and_is_said(desk: Desk):
    desk.jobs.submit(submission("a"))
    desk.fill_disk()
    seq = desk.store.seq
    big = JobQueued(
        seq=0, at=1.0, job="b", client="", priority="normal", model="", request={"x": "y" * 9000}
    )
    with pytest.raises(StoreUnavailable, match="the disk is full; free some space"):
        desk.store.append(big)
    assert (desk.store.seq, desk.store.record("b")) == (seq, None)
    desk.free_disk()
    assert desk.store.append(big)[0].seq == seq + 1


def test_a_locked_database_is_said(tmp_path: Path):
    other = sqlite3.connect(tmp_path / "jobs.sqlite", isolation_level=None)
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="in use by another program; stop the other server"):
        Store(tmp_path / "jobs.sqlite")
    other.execute("COMMIT")
    other.close()
    assert Store(tmp_path / "jobs.sqlite").seq == 0


def test_a_damaged_database_is_said_and_left_alone(tmp_path: Path):
    path = tmp_path / "jobs.sqlite"
    path.write_bytes(b"not a database, but somebody's file" * 100)
    with pytest.raises(StoreUnavailable, match=r"is damaged .* move it away"):
        Store(path)
    assert path.read_bytes().startswith(b"not a database")


def test_events_are_stored_as_they_are_sent(desk: Desk):
    desk.jobs.submit(submission("a", prompt="Ritter 🗡 läuft"))
    desk.jobs.take("main")
    desk.jobs.finish("a", RESULT)
    assert desk.store.events_after(0, 10) == desk.told
    assert desk.told[-1] == JobState(seq=3, at=1002.0, job="a", state="done", result=RESULT)
