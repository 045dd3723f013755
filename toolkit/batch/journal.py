"""What was made in an output folder, a line of JSON each; survives ``kill -9`` at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from toolkit.errors import OutputError

Status = Literal["done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How an asset ended."""

    asset: str
    key: str
    """Of all that decides its files."""
    wish: str
    """Of all that decides its clip."""
    status: Status
    reason: str = ""
    """Why it failed, or what a kept clip measures above its bar."""
    seed: int = 0
    attempts: int = 0
    seconds: float = 0.0
    """What the chosen clip took to generate, when it was."""
    quality: Mapping[str, Any] = field(default_factory=dict[str, Any])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path below the output folder to sha256."""


class Journal:
    """The records of an output folder; the last one of an asset counts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Record]:
        """The last record of each asset; a line that a crash cut off is none."""
        return {record.asset: record for record in self.lines()}

    def lines(self) -> Iterator[Record]:
        """Every record, in the order of writing."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise _refused(self.path, error) from error
        whole, _, _ = content.rpartition(b"\n")
        for line in whole.splitlines():
            record = _record(line)
            if record is not None:
                yield record

    def append(self, record: Record) -> None:
        """Add a record in one write.

        Raises:
            OutputError: the system refuses.
        """
        line = json.dumps(asdict(record), separators=(",", ":")).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(line)
        except OSError as error:
            raise _refused(self.path, error) from error

    def mend(self) -> None:
        """Cut off a last line without an end, so that the next record starts a line."""
        try:
            content = self.path.read_bytes()
            end = content.rfind(b"\n") + 1
            if end < len(content):
                os.truncate(self.path, end)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _refused(self.path, error) from error

    def replace(self, records: Mapping[str, Record]) -> None:
        """Keep only these records."""
        lines = [json.dumps(asdict(each), separators=(",", ":")) for each in records.values()]
        temporary = self.path.with_suffix(".part")
        try:
            temporary.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            temporary.replace(self.path)
        except OSError as error:
            raise _refused(self.path, error) from error


def _record(line: bytes) -> Record | None:
    """The record of a line, or ``None`` when it is none of ours."""
    try:
        body: Any = json.loads(line)
        return Record(**{entry.name: body[entry.name] for entry in fields(Record)})
    except (ValueError, KeyError, TypeError):
        return None


def _refused(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot use {path}: {error.strerror or error}; choose another output folder."
    )
