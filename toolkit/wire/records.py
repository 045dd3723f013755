"""What stored events add up to: the one place that says how an event changes a job."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from toolkit.wire.answers import JobMarked, JobQueued, JobState, StoredEvent
from toolkit.wire.fields import JobRecord


def after(record: JobRecord | None, event: StoredEvent) -> JobRecord:
    """The job's record after an event; ``record`` is ``None`` before its first.

    An event that the record holds already changes nothing, so events may be applied again.
    """
    if record is not None and event.seq <= record.seq:
        return record
    match event:
        case JobQueued():
            return JobRecord(
                job=event.job,
                seq=event.seq,
                state="queued",
                client=event.client,
                priority=event.priority,
                model=event.model,
                request=event.request,
                retry_of=event.retry_of,
                first_seq=event.seq,
                queued_at=event.at,
                changed_at=event.at,
            )
        case JobState():
            assert record is not None, f"{event.job} changes before it was queued"
            return replace(
                record,
                seq=event.seq,
                state=event.state,
                changed_at=event.at,
                code=event.code,
                message=event.message,
                result=event.result,
            )
        case JobMarked():
            assert record is not None, f"{event.job} is marked before it was queued"
            return replace(record, seq=event.seq, favourite=event.favourite)
        case _:
            assert_never(event)
