import json
from collections.abc import Iterable

import pytest

from toolkit.server.outbox import NEWEST_FRAMES, Outbox
from toolkit.server.result_stream import ResultStream
from toolkit.wire.answers import JobProgress, JobState, Pong, StoredEvent
from toolkit.wire.codec import encode
from toolkit.wire.frames import Frame, decode_frame
from toolkit.wire.refused import Refused


class Events:
    """Stored events as a plain list."""

    def __init__(self) -> None:
        self.stored: list[StoredEvent] = []

    def add(self, job: str, state: str) -> None:
        seq = len(self.stored) + 1
        self.stored.append(JobState(seq=seq, at=1.0, job=job, state=state))

    def after(self, seq: int, limit: int) -> Iterable[tuple[StoredEvent, str]]:
        return [(event, encode(event)) for event in self.stored[seq : seq + limit]]


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def outbox(events: Events) -> Outbox:
    made = Outbox(events, wake=lambda: None)
    made.max_frame = 1000
    return made


def drain(outbox: Outbox) -> list:
    """Everything that waits: types of texts, frames as they are."""
    found = []
    while (message := outbox.next()) is not None:
        text = isinstance(message, str)
        found.append(json.loads(message) if text else decode_frame(message))
    return found


def kinds(messages: list) -> list[str]:
    return ["frame" if isinstance(m, Frame) else m["type"] for m in messages]


def test_answers_come_first_and_results_last(outbox: Outbox, events: Events):
    outbox.subscribe(0, previews=True)
    outbox.start_stream(
        ResultStream(stream=9, size=4, chunk_size=9, next=0, credit=1, read=lambda s, n: b"data")
    )
    outbox.show_preview("a", {"job": "a"}, b"picture")
    outbox.tell_progress(JobProgress(job="a", step=1, num_steps=2))
    outbox.show_game("g", {"tick": 1}, b"pixels", newest_only=True)
    events.add("a", "running")
    outbox.answer(Pong())
    found = drain(outbox)
    assert kinds(found) == ["pong", "job.state", "frame", "job.progress", "frame", "frame"]
    assert [frame.payload for frame in found if isinstance(frame, Frame)] == [
        b"pixels", b"picture", b"data",
    ]  # fmt: skip


def test_without_a_subscription_nothing_but_answers_comes(outbox: Outbox, events: Events):
    events.add("a", "running")
    outbox.tell_progress(JobProgress(job="a", step=1, num_steps=2))
    outbox.show_preview("a", {}, b"picture")
    outbox.answer(Pong())
    assert kinds(drain(outbox)) == ["pong"]


def test_only_the_newest_progress_and_preview_of_a_job_are_sent(outbox: Outbox):
    outbox.subscribe(0, previews=True)
    for step in range(1, 10_001):
        outbox.tell_progress(JobProgress(job="a", step=step, num_steps=10_000))
        outbox.show_preview("a", {"step": step}, b"x" * 100)
    progress, preview = drain(outbox)
    assert (progress["step"], preview.metadata["step"]) == (10_000, 10_000)


def test_no_progress_follows_the_end_of_a_job(outbox: Outbox, events: Events):
    outbox.subscribe(0, previews=True)
    outbox.tell_progress(JobProgress(job="a", step=1, num_steps=2))
    outbox.show_preview("a", {}, b"x")
    events.add("a", "done")
    assert kinds(drain(outbox)) == ["job.state"]


def test_ten_thousand_events_wait_in_the_store_and_not_here(outbox: Outbox, events: Events):
    outbox.subscribe(0, previews=False)
    for number in range(10_000):
        events.add(f"j{number}", "done")
        outbox.tell_events()
    assert outbox.size == 0
    assert [message["seq"] for message in drain(outbox)] == list(range(1, 10_001))


def test_a_subscription_from_the_middle(outbox: Outbox, events: Events):
    for number in range(5):
        events.add(f"j{number}", "done")
    outbox.subscribe(3, previews=False)
    assert [message["seq"] for message in drain(outbox)] == [4, 5]


def test_the_oldest_frames_of_a_game_are_dropped(outbox: Outbox):
    for tick in range(50):
        outbox.show_game("g", {"tick": tick}, b"pixels", newest_only=True)
    assert [frame.metadata["tick"] for frame in drain(outbox)] == [48, 49]
    assert NEWEST_FRAMES == 2


def test_a_frame_that_is_half_sent_is_sent_to_its_end(outbox: Outbox):
    """Each is four chunks; dropping whole frames keeps every stream complete or absent."""
    sent = []
    for tick in range(20):
        outbox.show_game("g", {"tick": tick}, bytes(3200), newest_only=True)
        sent.append(decode_frame(outbox.next()))
    sent += drain(outbox)
    streams = {frame.stream: [] for frame in sent}
    for frame in sent:
        streams[frame.stream].append(frame.index)
        assert frame.count == 4
    assert all(indices == [0, 1, 2, 3] for indices in streams.values())
    assert len(streams) < 20


def test_every_frame_of_a_lock_step_game_is_sent(outbox: Outbox):
    for tick in range(50):
        outbox.show_game("g", {"tick": tick}, b"pixels", newest_only=False)
    assert outbox.game_frames("g") == 50
    assert [frame.metadata["tick"] for frame in drain(outbox)] == list(range(50))


def test_two_games_take_turns(outbox: Outbox):
    for _ in range(3):
        for game in "gh":
            outbox.show_game(game, {"game": game}, b"", newest_only=False)
    assert [frame.metadata["game"] for frame in drain(outbox)] == ["g", "h", "g", "h", "g", "h"]


def test_chunks_wait_for_credit_and_streams_take_turns(outbox: Outbox):
    for stream in (1, 2):
        outbox.start_stream(
            ResultStream(
                stream=stream, size=50, chunk_size=10, next=0, credit=2,
                read=lambda start, length: bytes(50)[start : start + length],
            )
        )  # fmt: skip
    assert [(f.stream, f.index) for f in drain(outbox)] == [(1, 0), (2, 0), (1, 1), (2, 1)]
    assert outbox.credit(1, 3)
    assert [(f.stream, f.index, f.last) for f in drain(outbox)] == [
        (1, 2, False), (1, 3, False), (1, 4, True),
    ]  # fmt: skip
    assert not outbox.credit(1, 1)
    assert (outbox.streams(), outbox.stop_stream(2), outbox.stop_stream(2)) == (1, True, False)


def test_a_result_that_is_cleaned_up_on_its_way_is_said(outbox: Outbox):
    def gone(start: int, length: int) -> bytes:
        raise Refused("unknown_result", "it is gone.")

    outbox.start_stream(
        ResultStream(stream=1, re="r", size=9, chunk_size=10, next=0, credit=1, read=gone)
    )
    outbox.start_stream(
        ResultStream(stream=2, size=4, chunk_size=9, next=0, credit=1, read=lambda s, n: b"data")
    )
    failure, frame = drain(outbox)
    assert (failure["re"], failure["code"], frame.payload) == ("r", "unknown_result", b"data")
    assert outbox.streams() == 0


def test_an_empty_result_is_one_chunk(outbox: Outbox):
    outbox.start_stream(
        ResultStream(stream=1, size=0, chunk_size=10, next=0, credit=1, read=lambda s, n: b"")
    )
    (frame,) = drain(outbox)
    assert (frame.count, frame.payload, frame.last) == (1, b"", True)
