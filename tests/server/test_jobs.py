from pathlib import Path

import pytest

from tests.server.scripted import RESULT, Desk, submission
from toolkit.errors import StoreUnavailable
from toolkit.server.admission import REMEMBERED_CANCELS
from toolkit.server.limits import Limits
from toolkit.wire.fields import TERMINAL
from toolkit.wire.refused import Refused


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def take(desk: Desk, lane: str = "main") -> str:
    record = desk.jobs.take(lane)
    return record.job if record else ""


def test_a_job_goes_its_way(desk: Desk):
    desk.jobs.submit(submission("a"))
    assert take(desk) == "a"
    for state in ("running", "decoding", "exporting"):
        desk.jobs.advance("a", state)
    desk.jobs.finish("a", RESULT)
    assert desk.states("a") == ["preparing", "running", "decoding", "exporting", "done"]
    assert desk.jobs.known("a").result == RESULT


def test_the_same_submission_twice_is_one_job(desk: Desk):
    first, again = desk.jobs.submit(submission("a")), desk.jobs.submit(submission("a"))
    assert (first[1], again[1]) == (False, True)
    assert first[0] == again[0]
    assert desk.store.seq == 1


def test_another_request_under_the_same_id_conflicts(desk: Desk):
    desk.jobs.submit(submission("a"))
    with pytest.raises(Refused, match="exists with another request") as refused:
        desk.jobs.submit(submission("a", prompt="a slime"))
    assert refused.value.code == "conflict"


def test_an_ended_job_is_replayed_too(desk: Desk):
    desk.jobs.submit(submission("a"))
    desk.jobs.cancel("a")
    record, replayed = desk.jobs.submit(submission("a"))
    assert (record.state, replayed) == ("cancelled", True)


@pytest.mark.parametrize("reached", ["preparing", "running", "decoding", "exporting"])
def test_cancel_is_said_twice_in_every_phase(desk: Desk, reached: str):
    desk.jobs.submit(submission("a"))
    take(desk)
    if reached != "preparing":
        desk.jobs.advance("a", reached)
    assert desk.jobs.cancel("a") == "cancelling"
    assert desk.jobs.cancel("a") == "cancelling"
    desk.jobs.stopped("a")
    assert desk.states("a")[-2:] == ["cancelling", "cancelled"]
    assert desk.jobs.cancel("a") == "cancelled"


def test_a_queued_job_is_cancelled_at_once(desk: Desk):
    desk.jobs.submit(submission("a"))
    assert desk.jobs.cancel("a") == "cancelled"
    assert desk.states("a") == ["cancelling", "cancelled"]
    assert take(desk) == ""


def test_a_result_that_comes_after_the_cancel_does_not_count(desk: Desk):
    desk.jobs.submit(submission("a"))
    take(desk)
    desk.jobs.cancel("a")
    desk.jobs.advance("a", "exporting")
    desk.jobs.finish("a", RESULT)
    assert desk.jobs.known("a").state == "cancelled"
    assert desk.jobs.known("a").result is None


def test_cancelling_an_ended_job_says_the_truth(desk: Desk):
    desk.jobs.submit(submission("a"))
    take(desk)
    desk.jobs.finish("a", RESULT)
    assert desk.jobs.cancel("a") == "done"


def test_a_cancel_that_overtakes_its_job_holds(desk: Desk):
    with pytest.raises(Refused, match="if it still arrives, it is cancelled"):
        desk.jobs.cancel("late")
    record, _ = desk.jobs.submit(submission("late"))
    assert record.state == "cancelled"


def test_early_cancels_are_forgotten_in_the_end(desk: Desk):
    for number in range(REMEMBERED_CANCELS + 1):
        with pytest.raises(Refused):
            desk.jobs.cancel(f"j{number}")
    assert desk.jobs.submit(submission("j0"))[0].state == "queued"
    assert desk.jobs.submit(submission("j1"))[0].state == "cancelled"


@pytest.mark.parametrize("ended", sorted(TERMINAL))
def test_an_ended_job_never_changes(desk: Desk, ended: str):
    desk.jobs.submit(submission("a"))
    take(desk)
    if ended == "interrupted":
        desk.die()
        desk.open()
    {
        "done": lambda: desk.jobs.finish("a", RESULT),
        "failed": lambda: desk.jobs.fail("a", "model_error", "no"),
        "cancelled": lambda: (desk.jobs.cancel("a"), desk.jobs.stopped("a")),
        "interrupted": lambda: None,
    }[ended]()
    record = desk.jobs.known("a")
    assert record.state == ended
    desk.jobs.advance("a", "running")
    desk.jobs.finish("a", RESULT)
    desk.jobs.fail("a", "internal", "late")
    desk.jobs.stopped("a")
    desk.jobs.cancel("a")
    assert desk.jobs.known("a") == record


def test_clients_take_turns(desk: Desk):
    for job in ("a1", "a2", "a3"):
        desk.jobs.submit(submission(job, client="greedy"))
    desk.jobs.submit(submission("b1", client="modest"))
    assert [desk.jobs.position(job) for job in ("a1", "a2", "b1")] == [0, 1, 3]
    order = []
    while job := take(desk):
        order.append(job)
        desk.jobs.finish(job, RESULT)
    assert order == ["a1", "b1", "a2", "a3"]


def test_priority_comes_before_turns(desk: Desk):
    desk.jobs.submit(submission("later", priority="background"))
    desk.jobs.submit(submission("first", priority="normal"))
    assert [take(desk), take(desk)] == ["first", "later"]


def test_a_mark_does_not_cost_the_place_in_the_queue(desk: Desk):
    for job in ("a", "b"):
        desk.jobs.submit(submission(job))
    desk.jobs.mark("a", favourite=True)
    assert desk.jobs.position("a") == 0
    assert take(desk) == "a"


def test_previews_have_a_lane_of_their_own(desk: Desk):
    desk.jobs.submit(submission("real"))
    desk.jobs.submit(submission("typed", priority="interactive"))
    assert desk.jobs.position("typed") == 0
    assert (take(desk, "preview"), take(desk, "preview"), take(desk)) == ("typed", "", "real")


def test_the_newest_preview_of_a_client_replaces_the_others(desk: Desk):
    desk.jobs.submit(submission("one", priority="interactive"))
    desk.jobs.submit(submission("theirs", priority="interactive", client="other"))
    take(desk, "preview")
    desk.jobs.submit(submission("two", priority="interactive"))
    desk.jobs.submit(submission("three", priority="interactive"))
    states = [desk.jobs.state(job) for job in ("one", "two", "three", "theirs")]
    assert states == ["cancelling", "cancelled", "queued", "queued"]


def test_limits_of_a_client_and_of_all(tmp_path: Path):
    desk = Desk(tmp_path, limits=Limits(max_queued=3, max_queued_per_client=2))
    for job, client in (("a", "x"), ("b", "x")):
        desk.jobs.submit(submission(job, client=client))
    with pytest.raises(Refused, match="2 jobs of x wait; at most 2"):
        desk.jobs.submit(submission("c", client="x"))
    desk.jobs.submit(submission("d", client="y"))
    with pytest.raises(Refused, match="3 jobs wait; at most 3") as refused:
        desk.jobs.submit(submission("e", client="z"))
    assert refused.value.code == "limit_reached"


def test_after_a_crash_running_jobs_are_interrupted_and_queued_ones_go_on(desk: Desk):
    for job in ("running", "stopping", "waiting"):
        desk.jobs.submit(submission(job))
    desk.jobs.submit(submission("typed", priority="interactive"))
    for lane in ("main", "main", "preview"):
        take(desk, lane)
    desk.jobs.cancel("stopping")
    desk.die()
    desk.open()
    states = [desk.jobs.state(job) for job in ("running", "stopping", "waiting", "typed")]
    assert states == ["interrupted", "cancelled", "queued", "interrupted"]
    assert take(desk) == "waiting"


def test_a_full_disk_loses_nothing(desk: Desk):
    """What the worker reports meanwhile is stored when there is room again."""
    desk.jobs.submit(submission("a"))
    take(desk)
    desk.fill_disk()
    message = "x" * 4000
    desk.jobs.fail("a", "model_error", message)
    assert desk.jobs.known("a").state == "preparing"
    with pytest.raises(StoreUnavailable):
        desk.jobs.submit(submission("b"))
    with pytest.raises(StoreUnavailable):
        desk.jobs.cancel("a")
    assert take(desk) == ""
    desk.free_disk()
    desk.jobs.flush()
    assert (desk.jobs.known("a").state, desk.jobs.known("a").message) == ("failed", message)
    desk.jobs.submit(submission("b"))
    assert take(desk) == "b"


def test_a_clock_that_jumps_back_changes_no_order(tmp_path: Path):
    desk = Desk(tmp_path)
    times = iter([5000.0, 10.0, 4000.0, 1.0, 1.0])
    desk.jobs._clock = lambda: next(times)
    for job in ("a", "b"):
        desk.jobs.submit(submission(job))
    assert take(desk) == "a"
    found, _ = desk.store.search([], favourite=False, before=0, limit=9)
    assert [record.job for record in found] == ["b", "a"]
    assert [event.seq for event in desk.store.events_after(0, 9)] == [1, 2, 3]
