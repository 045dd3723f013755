"""What a server's failure is here: the same errors as if the work had been done here."""

from __future__ import annotations

from toolkit.errors import (
    BadRequest,
    JobCancelled,
    JobFailed,
    ModelError,
    PlayreelError,
    ResourceLimit,
)
from toolkit.wire.fields import ErrorCode, JobRecord


def ended_badly(record: JobRecord) -> PlayreelError:
    """The error of a job that ended without a result."""
    match record.state:
        case "cancelled":
            return JobCancelled("the job was cancelled.")
        case "failed":
            return error_of(record.code, record.message)
        case _:
            return JobFailed(record.message or f"the job is {record.state}; submit it again.")


def error_of(code: ErrorCode | str, message: str) -> PlayreelError:
    """The error that says the same as a failure of the server."""
    match code:
        case "bad_request" | "bad_message" | "conflict":
            return BadRequest(message)
        case "out_of_memory" | "limit_reached" | "disk_full" | "store_unavailable" | "rate_limited":
            return ResourceLimit(message)
        case "model_error" | "unknown_model":
            return ModelError(message)
        case _:
            return JobFailed(message)
