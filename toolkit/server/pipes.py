"""Messages between the server and its workers: a JSON object and bytes, over a pipe."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

LENGTHS = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Note:
    """One message of a pipe; both ends are our own, so it is not checked."""

    body: Mapping[str, Any]
    payload: bytes = field(default=b"", repr=False)


def pack(note: Note) -> bytes:
    """The message as it goes through the pipe."""
    text = json.dumps(note.body).encode()
    return LENGTHS.pack(len(text), len(note.payload)) + text + note.payload


def read(pipe: BinaryIO) -> Note | None:
    """The next message, or ``None`` when the other end is gone."""
    header = pipe.read(LENGTHS.size)
    if len(header) < LENGTHS.size:
        return None
    length, size = LENGTHS.unpack(header)
    content = pipe.read(length + size)
    if len(content) < length + size:
        return None
    return Note(json.loads(content[:length]), content[length:])


async def read_async(pipe: asyncio.StreamReader) -> Note | None:
    """As ``read``, without blocking."""
    try:
        length, size = LENGTHS.unpack(await pipe.readexactly(LENGTHS.size))
        text = await pipe.readexactly(length)
        payload = await pipe.readexactly(size) if size else b""
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return None
    return Note(json.loads(text), payload)
