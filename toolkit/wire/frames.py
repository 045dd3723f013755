"""Binary frames: a fixed little-endian header, JSON metadata, payload; chunks and their assembly.

::

    0  4s   magic "PLR1"
    4  u8   kind: 1 preview, 2 result chunk, 3 upload chunk, 4 session frame
    5  u8   flags: 1 = last chunk
    6  u16  header length, 32
    8  u64  stream
    16 u32  chunk index
    20 u32  chunk count
    24 u32  metadata length (JSON, first chunk only; else 0)
    28 u32  payload length
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toolkit.errors import BadRequest
from toolkit.wire.codec import parse

HEADER = struct.Struct("<4sBBHQIIII")
MAGIC = b"PLR1"
LAST = 1
MAX_METADATA = 16 * 1024
Kind = Literal[1, 2, 3, 4]
PREVIEW: Kind = 1
RESULT: Kind = 2
UPLOAD: Kind = 3
SESSION: Kind = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One chunk of a binary stream."""

    kind: Kind
    stream: int
    index: int = 0
    count: int = 1
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Only in the first chunk."""
    payload: bytes = b""

    @property
    def last(self) -> bool:
        """Whether this is the final chunk of its stream."""
        return self.index == self.count - 1


def encode_frame(frame: Frame) -> bytes:
    """The frame as it goes over the wire."""
    metadata = b""
    if frame.metadata:
        text = json.dumps(frame.metadata, ensure_ascii=False, separators=(",", ":"))
        metadata = text.encode()
    header = HEADER.pack(
        MAGIC, frame.kind, LAST if frame.last else 0, HEADER.size, frame.stream, frame.index,
        frame.count, len(metadata), len(frame.payload),
    )  # fmt: skip
    return header + metadata + frame.payload


def decode_frame(data: bytes) -> Frame:
    """The frame of a whole binary message.

    Raises:
        BadRequest: its header, lengths or metadata are not those of a frame.
    """
    if len(data) < HEADER.size:
        raise BadRequest(f"frame has {len(data)} bytes; a header alone has {HEADER.size}.")
    magic, kind, flags, length, stream, index, count, metadata, payload = HEADER.unpack_from(data)
    if magic != MAGIC or length != HEADER.size or kind not in (1, 2, 3, 4):
        raise BadRequest(f"frame begins with {data[:8].hex()}; not a header of this version.")
    if not 0 <= index < count or flags != (LAST if index == count - 1 else 0):
        raise BadRequest(f"frame is chunk {index} of {count} with flags {flags}; contradictory.")
    if HEADER.size + metadata + payload != len(data) or metadata > MAX_METADATA:
        raise BadRequest(
            f"frame has {len(data)} bytes; its header promises {metadata} of metadata (at most "
            f"{MAX_METADATA}) and {payload} of payload."
        )
    if metadata and index:
        raise BadRequest(f"frame is chunk {index} and has metadata; only the first chunk may.")
    start = HEADER.size + metadata
    return Frame(
        kind=kind,
        stream=stream,
        index=index,
        count=count,
        metadata=_metadata(data[HEADER.size : start]) if metadata else {},
        payload=data[start:],
    )


def _metadata(data: bytes) -> dict[str, Any]:
    try:
        return parse(data.decode())
    except UnicodeDecodeError as error:
        raise BadRequest(f"metadata of the frame is not UTF-8: {error}.") from error


def chunk_size(max_frame: int, metadata: Mapping[str, Any] | None = None) -> int:
    """Payload bytes a chunk so that no whole frame is larger than ``max_frame``."""
    text = json.dumps(metadata, ensure_ascii=False) if metadata else ""
    size = max_frame - HEADER.size - len(text.encode())
    assert size > 0, "frames have 48 KiB at least, metadata 16 KiB at most"
    return size


def split(
    kind: Kind, stream: int, metadata: Mapping[str, Any], payload: bytes, *, max_frame: int
) -> Iterator[Frame]:
    """The frames of one payload, each at most ``max_frame`` bytes, at least one of them."""
    size = chunk_size(max_frame, metadata)
    count = max(1, -(-len(payload) // size))
    for index in range(count):
        yield Frame(
            kind=kind,
            stream=stream,
            index=index,
            count=count,
            metadata={} if index else metadata,
            payload=payload[index * size : (index + 1) * size],
        )


class Assembly:
    """The chunks of one stream, put together in order.

    With its ``size`` announced no chunk takes longer than another: room is made once, and nothing
    is copied at the end.
    """

    def __init__(self, *, most: int, first: int = 0, size: int = 0) -> None:
        self.most = most
        self.metadata: Mapping[str, Any] = {}
        self.next = first
        """Index of the chunk that has to come now."""
        self._content = io.BytesIO(bytes(min(size, most)))

    def add(self, frame: Frame) -> bytes | None:
        """The whole payload once the last chunk came, else ``None``.

        Raises:
            BadRequest: a chunk is missing or came twice, or all are larger than ``most`` bytes.
        """
        if frame.index != self.next:
            raise BadRequest(f"chunk {frame.index} came; chunk {self.next} was due.")
        if self._content.tell() + len(frame.payload) > self.most:
            raise BadRequest(f"stream has over {self.most} bytes; at most that was announced.")
        self.metadata = frame.metadata or self.metadata
        self._content.write(frame.payload)
        self.next += 1
        if not frame.last:
            return None
        self._content.truncate()
        return self._content.getvalue()
