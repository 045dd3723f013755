"""One example of every control message; they are the documentation's and the test vectors' too."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from toolkit.wire import answers, asks
from toolkit.wire.codec import Message
from toolkit.wire.fields import JobRecord, ModelInfo, ResultInfo, Tag

JOB = "0199f0a2-77aa-7c31-9d44-5f6f1d2b8c01"
EPOCH = "8f14e45fceea167a5a36dedd4bea2543"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MODEL = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
AT = 1764000000.25
REQUEST: Mapping[str, Any] = MappingProxyType(
    {"type": "sprites", "prompt": "a red knight walking right", "num_frames": 8, "seed": 7}
)
MESH_REQUEST: Mapping[str, Any] = MappingProxyType(
    {"type": "turntable", "mesh": f"sha256:{SHA}/barrel.glb", "views": 16, "elevation": 20.0}
)
RESULT = ResultInfo(
    result=SHA, media="image/png", size=48213, width=64, height=64, num_frames=8, columns=3,
    fps=12.0, tags=(Tag(name="default", start=0, stop=8, loop=True, direction="forward"),),
)  # fmt: skip
RECORD = JobRecord(
    job=JOB, seq=6, state="done", client="godot", priority="normal", model=MODEL,
    request=REQUEST, first_seq=1, queued_at=AT, changed_at=AT + 2, result=RESULT,
)  # fmt: skip
INFO = ModelInfo(model=MODEL, name="clip", version="0.1.0", licence="Apache-2.0", loaded=True,
                 resident=310_000_000)  # fmt: skip
CLIENT_EXAMPLES: tuple[asks.ClientMessage, ...] = (
    asks.Hello(id="c1", client="godot", version="0.1.0", max_frame=262144),
    asks.JobSubmit(id="c2", job=JOB, request=REQUEST),
    asks.JobSubmit(id="c20", job="barrel-1", request=MESH_REQUEST),
    asks.JobCancel(id="c3", job=JOB),
    asks.JobRetry(id="c4", job="retry-1", retry_of=JOB),
    asks.JobMark(id="c5", job=JOB, favourite=True),
    asks.JobList(id="c6", search="red knight", limit=20),
    asks.Subscribe(id="c7", since_seq=418, epoch=EPOCH),
    asks.ResultGet(id="c8", result=SHA),
    asks.StreamCredit(stream=3, credit=4),
    asks.StreamStop(id="c9", stream=3),
    asks.UploadStart(id="c10", upload=SHA, size=70000),
    asks.ModelList(id="c11"),
    asks.ModelLoad(id="c12", model=MODEL),
    asks.ModelUnload(id="c13", model=MODEL),
    asks.SessionOpen(id="c14", session="game-1", world="crafter", seed=1, mode="tick", fps=25.0),
    asks.SessionAct(session="game-1", act=12, action=3, cells=(0, 2, 6, 13)),
    asks.SessionSnapshot(id="c15", session="game-1", snapshot="before-the-bridge"),
    asks.SessionRestore(id="c16", session="game-1", snapshot="before-the-bridge"),
    asks.SessionBranch(id="c17", session="game-1", branch="game-2"),
    asks.SessionClose(id="c18", session="game-1"),
    asks.Ping(id="c19"),
)
SERVER_EXAMPLES: tuple[answers.ServerMessage, ...] = (
    answers.HelloOk(
        re="c1", server="0.1.0", epoch=EPOCH, seq=418, models=(INFO,), worlds=("crafter",),
        limits={"max_message": 1048576, "max_queued_per_client": 32}, features=("cancel",),
    ),
    answers.Failure(
        re="c2", code="bad_request", job=JOB,
        message="width is 60; must be a multiple of 16 from 16 to 256.",
    ),
    answers.JobAccepted(re="c2", job=JOB, state="queued", replayed=False, position=2),
    answers.JobCancelOk(re="c3", job=JOB, state="cancelling"),
    answers.JobQueued(
        seq=1, at=AT, job=JOB, client="godot", priority="normal", model=MODEL, request=REQUEST
    ),
    answers.JobState(seq=6, at=AT + 2, job=JOB, state="done", result=RESULT),
    answers.JobMarked(seq=7, at=AT + 9, job=JOB, favourite=True),
    answers.JobProgress(job=JOB, step=5, num_steps=20, label="walk_right", seconds_left=1.5),
    answers.JobListed(re="c6", jobs=(RECORD,), more=False, oldest=1),
    answers.Subscribed(re="c7", epoch=EPOCH, seq=420, reset=False),
    answers.Snapshot(seq=420, jobs=(RECORD,), more=False),
    answers.ResultStart(
        re="c8", stream=3, result=SHA, size=48213, chunk_size=49120, chunks=1, first_chunk=0
    ),
    answers.UploadReady(re="c10", upload=SHA, stream=4, chunk_size=49120, known=False),
    answers.UploadDone(upload=SHA, stream=4),
    answers.ModelListed(re="c11", models=(INFO,), resident=310_000_000),
    answers.SessionOpened(
        re="c14", session="game-1", world="crafter", width=72, height=72,
        actions=("noop", "left", "right"), tick=0, rows=9, columns=9,
        kinds=("", "water", "grass"),
    ),
    answers.SessionState(
        re="c15", session="game-1", state="kept", tick=40, snapshot="before-the-bridge"
    ),
    answers.Pong(re="c19"),
)  # fmt: skip
EXAMPLES: tuple[Message, ...] = (*CLIENT_EXAMPLES, *SERVER_EXAMPLES)
