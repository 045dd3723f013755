"""Answers that list jobs: in as many messages as the client's size of message needs."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.server.outbox import Outbox
from toolkit.server.store import Store
from toolkit.wire.answers import JobListed, Snapshot, Subscribed
from toolkit.wire.asks import JobList, Subscribe
from toolkit.wire.codec import encode
from toolkit.wire.fields import JobRecord

RECENT_JOBS = 200
"""Of a snapshot, beside all that have not ended."""
REPLAY_LIMIT = 20_000
"""A client that missed more events than these gets a snapshot instead."""
PAGE_SHARE = 0.9
"""Of ``max_frame``, for the records of one message; the rest is the JSON around them."""


def list_jobs(store: Store, ask: JobList, outbox: Outbox) -> None:
    """Answer ``job.list``."""
    found, oldest = store.search(
        ask.search.split(), favourite=ask.favourite, before=ask.before, limit=ask.limit
    )
    for page, more in pages(found, outbox.max_frame):
        outbox.answer(JobListed(re=ask.id, jobs=page, more=more, oldest=0 if more else oldest))


def subscribe(store: Store, ask: Subscribe, outbox: Outbox) -> None:
    """Answer ``subscribe``: a snapshot where the client's ``since_seq`` is void, then events."""
    since, seq = ask.since_seq, store.seq
    known = ask.epoch == store.epoch and store.oldest_seq() <= since <= seq
    reset = since < 0 or not known or seq - since > REPLAY_LIMIT
    outbox.answer(Subscribed(re=ask.id, epoch=store.epoch, seq=seq, reset=reset))
    if reset:
        for page, more in pages(store.recent(RECENT_JOBS), outbox.max_frame):
            outbox.answer(Snapshot(seq=seq, jobs=page, more=more))
    outbox.subscribe(seq if reset else since, previews=ask.previews)


def pages(records: list[JobRecord], max_frame: int) -> Iterable[tuple[tuple[JobRecord, ...], bool]]:
    """Records in groups that fit a message each, and whether another group follows."""
    found: list[list[JobRecord]] = [[]]
    size = 0
    for record in records:
        length = len(encode(Snapshot(seq=0, jobs=(record,), more=False)).encode())
        if found[-1] and size + length > max_frame * PAGE_SHARE:
            found.append([])
            size = 0
        found[-1].append(record)
        size += length
    for number, page in enumerate(found, 1):
        yield tuple(page), number < len(found)
