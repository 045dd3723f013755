"""OpenEXR files as Blender writes them without compression: every channel as an array."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAGIC = b"\x76\x2f\x31\x01"
MULTIPART = 0x1000
KINDS = {0: np.dtype("<u4"), 1: np.dtype("<f2"), 2: np.dtype("<f4")}
"""Of a channel: whole numbers, halves, floats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One header: where its rows lie and what they hold."""

    channels: tuple[tuple[str, np.dtype[np.generic]], ...]
    width: int
    height: int
    top: int


def read_exr(content: bytes) -> dict[str, NDArray[np.float32]]:
    """Channels f32 ``[H, W]`` by name, as in ``ViewLayer.Combined.R``; row 0 is the top.

    Raises:
        ValueError: no uncompressed scan-line file, or cut off.
    """
    if content[:4] != MAGIC:
        raise ValueError("no OpenEXR file")
    several = bool(struct.unpack_from("<I", content, 4)[0] & MULTIPART)
    try:
        parts, at = _headers(content, several=several)
        return _planes(content, parts, at, several=several)
    except (struct.error, IndexError) as error:
        raise ValueError(f"the OpenEXR file is cut off: {error}") from error


def _headers(content: bytes, *, several: bool) -> tuple[list[Part], int]:
    """The parts, and where the table of rows begins."""
    parts: list[Part] = []
    at = 8
    while content[at]:
        attributes: dict[str, bytes] = {}
        while content[at]:
            name, at = _word(content, at)
            _, at = _word(content, at)
            size = struct.unpack_from("<I", content, at)[0]
            attributes[name] = content[at + 4 : at + 4 + size]
            at += 4 + size
        parts.append(_part(attributes))
        at += 1
        if not several:
            return parts, at
    return parts, at + 1


def _word(content: bytes, at: int) -> tuple[str, int]:
    end = content.index(b"\0", at)
    return content[at:end].decode(), end + 1


def _part(attributes: Mapping[str, bytes]) -> Part:
    if attributes["compression"] != b"\0":
        raise ValueError("the OpenEXR file is compressed; write it without")
    left, top, right, bottom = struct.unpack("<4i", attributes["dataWindow"])
    channels: list[tuple[str, np.dtype[np.generic]]] = []
    listed, at = attributes["channels"], 0
    while listed[at]:
        name, at = _word(listed, at)
        channels.append((name, KINDS[struct.unpack_from("<I", listed, at)[0]]))
        at += 16
    return Part(
        channels=tuple(channels), width=right - left + 1, height=bottom - top + 1, top=top
    )  # fmt: skip


def _planes(
    content: bytes, parts: list[Part], at: int, *, several: bool
) -> dict[str, NDArray[np.float32]]:
    planes = {
        name: np.zeros((part.height, part.width), np.float32)
        for part in parts
        for name, _ in part.channels
    }
    rows = sum(part.height for part in parts)
    for start in struct.unpack_from(f"<{rows}Q", content, at):
        number, start = struct.unpack_from("<I", content, start)[0] if several else 0, start
        start += 4 * several
        part = parts[number]
        row = struct.unpack_from("<i", content, start)[0] - part.top
        start += 8
        for name, kind in part.channels:
            end = start + part.width * kind.itemsize
            if end > len(content):
                raise IndexError(f"row {row} is missing")
            planes[name][row] = np.frombuffer(content[start:end], kind)
            start = end
    return planes
