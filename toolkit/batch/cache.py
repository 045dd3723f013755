"""The cache of a batch: outcomes, clips and exported files, each kept by its content key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from toolkit.batch.entries import (
    DamagedEntry,
    decode_clip,
    decode_entry,
    decode_files,
    encode_clip,
    encode_entry,
    encode_files,
)
from toolkit.batch.making import Attempt
from toolkit.batch.store import Store
from toolkit.clip import Clip

Content = TypeVar("Content")
KINDS = ("outcomes", "clips", "exports")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOutcome:
    """Which seed was chosen for a wish, and where its clip lies."""

    clip: str
    """Key of the clip."""
    chosen: Attempt
    attempts: int


def entry_name(kind: str, key: str) -> str:
    """Where an entry lies in the store."""
    return f"{kind}/{key[:2]}/{key}"


class Cache:
    """Entries by kind and key; a damaged one is reported and made again."""

    def __init__(self, store: Store, report: Callable[[str], None], *, repair: bool = True) -> None:
        self.store = store
        self.report = report
        self.repair = repair
        """Whether a damaged entry is removed; without it nothing is ever written by reading."""

    def clip(self, key: str) -> Clip | None:
        """The clip, or ``None``."""
        return self._read("clips", key, decode_clip)

    def has_clip(self, key: str) -> bool:
        """Whether a clip is stored, without reading it."""
        return self.store.has(entry_name("clips", key))

    def put_clip(self, key: str, clip: Clip) -> None:
        """Keep the clip."""
        self.store.write(entry_name("clips", key), encode_clip(clip))

    def files(self, key: str) -> dict[str, bytes] | None:
        """The exported files by name, or ``None``."""
        return self._read("exports", key, decode_files)

    def put_files(self, key: str, files: Mapping[str, bytes]) -> None:
        """Keep exported files."""
        self.store.write(entry_name("exports", key), encode_files(files))

    def outcome(self, wish: str) -> StoredOutcome | None:
        """What came of a wish, or ``None``."""
        return self._read("outcomes", wish, _decode_outcome)

    def put_outcome(self, wish: str, outcome: StoredOutcome) -> None:
        """Keep what came of a wish."""
        self.store.write(entry_name("outcomes", wish), encode_entry(asdict(outcome)))

    def entries(self) -> Iterator[tuple[str, str]]:
        """Kind and key of every entry."""
        for name in self.store.names():
            kind, _, key = name.partition("/")
            if kind in KINDS:
                yield kind, key.rpartition("/")[2]

    def remove(self, kind: str, key: str) -> None:
        """Forget an entry."""
        self.store.remove(entry_name(kind, key))

    def _read(self, kind: str, key: str, decode: Callable[[bytes], Content]) -> Content | None:
        content = self.store.read(entry_name(kind, key))
        if content is None:
            return None
        try:
            return decode(content)
        except (DamagedEntry, json.JSONDecodeError) as error:
            self.report(f"cache entry {kind}/{key[:12]} is damaged ({error}); it is made again.")
            if self.repair:
                self.remove(kind, key)
            return None


def _decode_outcome(content: bytes) -> StoredOutcome:
    header, _ = decode_entry(content)
    try:
        attempt: dict[str, Any] = dict(header["chosen"])
        exceeded = tuple(attempt.pop("exceeded"))
        return StoredOutcome(
            clip=header["clip"],
            chosen=Attempt(**attempt, exceeded=exceeded),
            attempts=header["attempts"],
        )
    except (KeyError, TypeError) as error:
        raise DamagedEntry(f"it holds no outcome: {error!r}") from error
