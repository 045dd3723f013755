"""``result.get``: from a file of the results to a stream of one connection."""

from __future__ import annotations

from toolkit.server.blobs import Blobs
from toolkit.server.limits import Limits
from toolkit.server.outbox import Outbox
from toolkit.server.result_stream import ResultStream
from toolkit.wire.answers import ResultStart
from toolkit.wire.asks import ResultGet
from toolkit.wire.frames import chunk_size
from toolkit.wire.refused import Refused


def start_result(ask: ResultGet, outbox: Outbox, results: Blobs, limits: Limits) -> ResultStart:
    """The announcement of a stream that has begun.

    Raises:
        Refused: no such result or chunk, or too many streams at once.
    """
    size = results.size(ask.result)
    if outbox.streams() >= limits.max_streams_per_connection:
        raise Refused("limit_reached", "too many results are on their way; wait for one.")
    stream = ResultStream(
        stream=outbox.new_stream(),
        re=ask.id,
        size=size,
        chunk_size=chunk_size(outbox.max_frame),
        next=ask.first_chunk,
        credit=ask.credit,
        read=lambda start, length: results.read(ask.result, start, length),
    )
    if ask.first_chunk >= stream.chunks:
        raise Refused(
            "bad_request", f"chunk {ask.first_chunk} is asked for; there are {stream.chunks}."
        )
    outbox.start_stream(stream)
    return ResultStart(
        re=ask.id,
        stream=stream.stream,
        result=ask.result,
        size=size,
        chunk_size=stream.chunk_size,
        chunks=stream.chunks,
        first_chunk=ask.first_chunk,
    )
