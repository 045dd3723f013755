import hashlib
from dataclasses import replace

import pytest

from toolkit.errors import BadRequest, JobCancelled, JobFailed, ModelError, ResourceLimit
from toolkit.wire.answers import (
    Failure,
    HelloOk,
    JobAccepted,
    JobProgress,
    JobQueued,
    JobState,
    ModelListed,
    ResultStart,
    Snapshot,
    Subscribed,
    UploadReady,
)
from toolkit.wire.asks import (
    Hello,
    JobCancel,
    JobSubmit,
    ModelList,
    ResultGet,
    StreamCredit,
    Subscribe,
    UploadStart,
)
from toolkit.wire.codec import decode_client, encode
from toolkit.wire.conversation import Conversation, Preview
from toolkit.wire.downloads import CREDIT
from toolkit.wire.examples import RECORD, RESULT
from toolkit.wire.frames import PREVIEW, SESSION, UPLOAD, Frame, decode_frame, encode_frame, split

BODY = {"type": "sprites", "prompt": "a knight"}


def sent(talk: Conversation) -> list:
    """What the client wants to send, decoded; the queue is empty afterwards."""
    found = [
        decode_frame(message) if isinstance(message, bytes) else decode_client(message)
        for message in talk.outgoing
    ]
    talk.outgoing.clear()
    return found


def tell(talk: Conversation, *messages) -> None:
    for message in messages:
        binary = isinstance(message, Frame)
        talk.receive(encode_frame(message) if binary else encode(message))


def greeted(epoch: str = "e1", seq: int = 0) -> Conversation:
    talk = Conversation(client="test", version="1")
    talk.connected()
    sent(talk)
    tell(
        talk,
        HelloOk(server="0.1.0", epoch=epoch, seq=seq, limits={}, models=(), features=()),
        Subscribed(epoch=epoch, seq=seq, reset=True),
        Snapshot(seq=seq, jobs=(), more=False),
    )
    return talk


def queued(job: str, seq: int) -> JobQueued:
    return JobQueued(
        seq=seq, at=1.0, job=job, client="test", priority="normal", model="", request=BODY
    )


def state(job: str, seq: int, name: str, **more) -> JobState:
    return JobState(seq=seq, at=2.0, job=job, state=name, **more)


def test_a_connection_begins_with_hello_and_a_subscription():
    talk = Conversation(client="test", version="1")
    talk.connected()
    assert sent(talk) == [Hello(client="test", version="1", max_frame=262144), Subscribe()]


def test_a_job_from_submit_to_done():
    talk = greeted()
    job = talk.submit(BODY, job="a")
    (submit,) = sent(talk)
    assert submit == JobSubmit(id=submit.id, job="a", request=BODY)
    tell(
        talk,
        JobAccepted(re=submit.id, job=job, state="queued", replayed=False, position=0),
        queued("a", 1),
        state("a", 2, "running"),
        JobProgress(job="a", step=1, num_steps=2),
        state("a", 3, "done", result=RESULT),
    )
    assert talk.ended("a")
    assert talk.outcome("a").result == RESULT
    assert [type(news).__name__ for news in talk.news] == [
        "JobQueued", "JobState", "JobProgress", "JobState",
    ]  # fmt: skip


def test_what_was_not_answered_is_asked_again_after_a_lost_connection():
    talk = greeted()
    talk.submit(BODY, job="a")
    talk.submit(BODY, job="b")
    submits = sent(talk)
    tell(talk, JobAccepted(re=submits[0].id, job="a", state="queued", replayed=False, position=0))
    tell(talk, queued("a", 7))
    talk.cancel("a")
    cancel = sent(talk)[0]
    assert isinstance(cancel, JobCancel)
    talk.connected()
    assert sent(talk)[1:] == [Subscribe(since_seq=7, epoch="e1"), submits[1], cancel]


def test_a_snapshot_that_was_cut_off_is_asked_for_again():
    """Its first message names the newest event; to go on from there would lose the jobs."""
    talk = Conversation(client="test", version="1")
    talk.connected()
    first = replace(RECORD, job="first", state="done")
    tell(talk, Subscribed(epoch="e1", seq=9, reset=True))
    tell(talk, Snapshot(seq=9, jobs=(first,), more=True))
    sent(talk)
    talk.connected()
    again = sent(talk)[1]
    assert isinstance(again, Subscribe)
    assert again.epoch == ""
    tell(talk, Subscribed(epoch="e1", seq=9, reset=True))
    tell(talk, Snapshot(seq=9, jobs=(first, RECORD), more=False))
    assert list(talk.records) == ["first", RECORD.job]
    talk.connected()
    assert sent(talk)[1] == Subscribe(since_seq=9, epoch="e1")


def test_events_that_come_twice_count_once():
    talk = greeted()
    tell(talk, queued("a", 1), state("a", 2, "running"), queued("a", 1), state("a", 2, "running"))
    assert talk.records["a"].state == "running"


def test_an_open_job_that_the_server_lost_is_submitted_again():
    talk = greeted()
    job = talk.submit(BODY)
    submit = sent(talk)[0]
    tell(talk, JobAccepted(re=submit.id, job=job, state="queued", replayed=False, position=0))
    tell(talk, queued(job, 1))
    talk.connected()
    sent(talk)
    tell(talk, Subscribed(epoch="e2", seq=0, reset=True), Snapshot(seq=0, jobs=(), more=False))
    (again,) = sent(talk)
    assert (again.job, again.request) == (job, BODY)
    talk.connected()
    assert Subscribe(since_seq=0, epoch="e2") in sent(talk)


def test_a_snapshot_of_several_messages_is_one():
    talk = greeted()
    talk.submit(BODY, job="mine")
    sent(talk)
    tell(talk, queued("mine", 1))
    mine = talk.records["mine"]
    tell(talk, Subscribed(epoch="e1", seq=9, reset=True))
    tell(talk, Snapshot(seq=9, jobs=(RECORD,), more=True))
    tell(talk, Snapshot(seq=9, jobs=(mine,), more=False))
    assert sent(talk) == []
    assert talk.records == {RECORD.job: RECORD, "mine": mine}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("bad_request", BadRequest), ("conflict", BadRequest), ("limit_reached", ResourceLimit),
        ("unknown_model", ModelError), ("internal", JobFailed),
    ],
)  # fmt: skip
def test_a_refused_job_has_ended_and_says_why(code: str, kind: type):
    talk = greeted()
    talk.submit(BODY, job="a")
    tell(talk, Failure(re=sent(talk)[0].id, code=code, message="because."))
    assert talk.ended("a")
    with pytest.raises(kind, match="because"):
        talk.outcome("a")


@pytest.mark.parametrize(
    ("name", "more", "kind"),
    [
        ("cancelled", {}, JobCancelled),
        ("interrupted", {"message": "the server died."}, JobFailed),
        ("failed", {"code": "model_error", "message": "bad graph."}, ModelError),
        ("failed", {"code": "out_of_memory", "message": "too much."}, ResourceLimit),
    ],
)
def test_other_ends_are_errors(name: str, more: dict, kind: type):
    talk = greeted()
    tell(talk, queued("a", 1), state("a", 2, name, **more))
    with pytest.raises(kind):
        talk.outcome("a")


def test_a_picture_goes_up_before_its_job():
    image = bytes(range(256)) * 3
    talk = greeted()
    talk.submit(BODY, job="a", image=image)
    (start,) = sent(talk)
    sha256 = hashlib.sha256(image).hexdigest()
    assert start == UploadStart(id=start.id, upload=sha256, size=len(image))
    tell(talk, UploadReady(re=start.id, upload=sha256, stream=5, chunk_size=300, known=False))
    *chunks, submit = sent(talk)
    assert b"".join(chunk.payload for chunk in chunks) == image
    assert {(chunk.kind, chunk.stream) for chunk in chunks} == {(UPLOAD, 5)}
    assert submit.request == {**BODY, "image": f"sha256:{sha256}"}


def test_a_mesh_goes_up_before_its_job_and_keeps_its_name():
    talk, mesh = greeted(), b"a mesh of some bytes"
    sha256 = hashlib.sha256(mesh).hexdigest()
    talk.submit({"type": "turntable", "mesh": "barrel.glb"}, job="a", mesh=mesh)
    (start,) = sent(talk)
    assert (start.upload, start.size) == (sha256, len(mesh))
    tell(talk, UploadReady(re=start.id, upload=sha256, stream=5, chunk_size=300, known=False))
    chunk, submit = sent(talk)
    assert chunk.payload == mesh
    assert submit.request == {"type": "turntable", "mesh": f"sha256:{sha256}/barrel.glb"}


def test_a_known_picture_is_not_sent():
    talk = greeted()
    talk.submit(BODY, job="a", image=b"picture")
    (start,) = sent(talk)
    tell(talk, UploadReady(re=start.id, upload=start.upload, stream=5, chunk_size=9, known=True))
    assert [message.job for message in sent(talk)] == ["a"]


def test_a_picture_that_was_sent_in_part_goes_up_again():
    talk = greeted()
    talk.submit(BODY, job="a", image=b"picture")
    start = sent(talk)[0]
    tell(talk, UploadReady(re=start.id, upload=start.upload, stream=5, chunk_size=9, known=False))
    talk.connected()
    *_, again = sent(talk)
    assert (type(again), again.upload) == (UploadStart, start.upload)


def test_a_refused_picture_refuses_its_job():
    talk = greeted()
    talk.submit(BODY, job="a", image=b"picture")
    tell(talk, Failure(re=sent(talk)[0].id, code="limit_reached", message="too large."))
    with pytest.raises(ResourceLimit, match="too large"):
        talk.outcome("a")


def result_chunks(content: bytes, stream: int, size: int = 10) -> list[Frame]:
    return list(split(2, stream, {}, content, max_frame=size + 32))


def test_a_result_is_paid_for_and_checked():
    content = bytes(range(250))
    name = hashlib.sha256(content).hexdigest()
    talk = greeted()
    talk.fetch(name)
    (get,) = sent(talk)
    assert get == ResultGet(id=get.id, result=name, credit=CREDIT)
    tell(talk, ResultStart(re=get.id, stream=3, result=name, size=250, chunk_size=10, chunks=25,
                           first_chunk=0))  # fmt: skip
    assert talk.fetched(name) is None
    tell(talk, *result_chunks(content, 3))
    assert sum(paid.credit for paid in sent(talk)) + CREDIT >= 25
    assert talk.fetched(name) == content


def test_a_result_goes_on_where_the_connection_broke():
    content = bytes(range(100))
    name = hashlib.sha256(content).hexdigest()
    talk = greeted()
    talk.fetch(name)
    get = sent(talk)[0]
    start = ResultStart(re=get.id, stream=3, result=name, size=100, chunk_size=10, chunks=10,
                        first_chunk=0)  # fmt: skip
    tell(talk, start, *result_chunks(content, 3)[:4])
    talk.connected()
    again = sent(talk)[-1]
    assert (again.result, again.first_chunk) == (name, 4)
    tell(talk, ResultStart(re=again.id, stream=1, result=name, size=100, chunk_size=10, chunks=10,
                           first_chunk=4))  # fmt: skip
    tell(talk, *result_chunks(content, 1)[4:])
    assert talk.fetched(name) == content


def test_other_bytes_than_promised_are_refused():
    talk = greeted()
    talk.fetch("ab" * 32)
    get = sent(talk)[0]
    tell(talk, ResultStart(re=get.id, stream=3, result="ab" * 32, size=3, chunk_size=9, chunks=1,
                           first_chunk=0))  # fmt: skip
    tell(talk, *result_chunks(b"xyz", 3))
    with pytest.raises(JobFailed, match="sent other bytes"):
        talk.fetched("ab" * 32)


def test_a_result_that_is_gone_is_said():
    talk = greeted()
    talk.fetch("ab" * 32)
    tell(talk, Failure(re=sent(talk)[0].id, code="unknown_result", message="it is gone."))
    with pytest.raises(JobFailed, match="gone"):
        talk.fetched("ab" * 32)


def test_a_result_that_goes_on_its_way_is_said():
    talk = greeted()
    talk.fetch("ab" * 32)
    get = sent(talk)[0]
    tell(talk, ResultStart(re=get.id, stream=3, result="ab" * 32, size=30, chunk_size=10, chunks=3,
                           first_chunk=0))  # fmt: skip
    tell(talk, Failure(re=get.id, code="unknown_result", message="it is gone."))
    with pytest.raises(JobFailed, match="gone"):
        talk.fetched("ab" * 32)


def test_the_newest_frame_of_a_game_is_kept():
    talk = greeted()
    for tick in range(3):
        metadata = {"session": "g", "tick": tick}
        tell(talk, *split(SESSION, tick, metadata, bytes([tick]) * 100, max_frame=120))
    screen = talk.screens["g"]
    assert (screen.count, screen.metadata["tick"], screen.content) == (3, 2, b"\2" * 100)


def test_previews_are_put_together():
    talk = greeted()
    metadata = {"job": "a", "media": "image/webp"}
    tell(talk, *split(PREVIEW, 8, metadata, bytes(200), max_frame=120))
    assert talk.news.pop() == Preview(job="a", metadata=metadata, content=bytes(200))


def test_any_question_gets_its_answer():
    talk = greeted()
    name = talk.ask(ModelList())
    assert sent(talk) == [ModelList(id=name)]
    tell(talk, ModelListed(re=name, models=(), resident=0))
    assert talk.answers[name] == ModelListed(re=name, models=(), resident=0)


def test_credit_is_not_sent_for_a_stream_that_ended():
    content = bytes(80)
    name = hashlib.sha256(content).hexdigest()
    talk = greeted()
    talk.fetch(name)
    get = sent(talk)[0]
    tell(talk, ResultStart(re=get.id, stream=3, result=name, size=80, chunk_size=10, chunks=8,
                           first_chunk=0))  # fmt: skip
    tell(talk, *result_chunks(content, 3))
    assert [message for message in sent(talk) if isinstance(message, StreamCredit)] == []
