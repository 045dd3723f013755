"""The server's records in SQLite: one log of events with one ``seq``, and what they add up to."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.errors import StoreUnavailable
from toolkit.server.database import open_database, sentence_for
from toolkit.wire.answers import SERVER_MESSAGES, JobQueued, StoredEvent
from toolkit.wire.codec import TYPE_NAMES, from_json, to_json
from toolkit.wire.fields import TERMINAL, JobRecord
from toolkit.wire.records import after

FORMAT = "1"
MAX_EVENTS = 200_000
"""Older events of ended jobs are dropped beyond this; who asks for them gets a snapshot."""


class Store:
    """The open database; it belongs to one process, and each change is written before it counts.

    Every method raises ``StoreUnavailable`` when the disk is full, the file is locked or damaged;
    nothing is half-written then and the next call may succeed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._told():
            self._base = open_database(path)
            self.epoch = self._meta("epoch") or self._begin()
            self.seq = int(self._one("SELECT COALESCE(MAX(seq), 0) FROM events"))
            self.seq = max(self.seq, int(self._meta("pruned") or 0))

    def close(self) -> None:
        """Let the file go; the log is folded into it."""
        self._base.close()

    def append(self, event: StoredEvent, *, fingerprint: str = "") -> tuple[StoredEvent, JobRecord]:
        """The event with its ``seq`` and the job's new record, once both are on disk."""
        stored = replace(event, seq=self.seq + 1)
        before = self.record(event.job)
        record = after(before, stored)
        with self._changing():
            self._base.execute(
                "INSERT INTO events VALUES (?, ?, ?)",
                (stored.seq, TYPE_NAMES[type(stored)], _text(stored)),
            )
            self._write(record, stored, fingerprint)
        self.seq = stored.seq
        return stored, record

    def _write(self, record: JobRecord, event: StoredEvent, fingerprint: str) -> None:
        result = record.result.result if record.result else ""
        changing = (record.state in TERMINAL, record.favourite, result, _text(record))
        if isinstance(event, JobQueued):
            prompt = _searched(event.request)
            self._base.execute(
                "INSERT INTO jobs (ended, favourite, result, record, job, first_seq, fingerprint,"
                " prompt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*changing, record.job, event.seq, fingerprint, prompt),
            )
        else:
            self._base.execute(
                "UPDATE jobs SET ended = ?, favourite = ?, result = ?, record = ? WHERE job = ?",
                (*changing, record.job),
            )

    def record(self, job: str) -> JobRecord | None:
        """What is known of a job, or ``None``."""
        found = self._all("SELECT record FROM jobs WHERE job = ?", (job,))
        return _record(found[0][0]) if found else None

    def fingerprint(self, job: str) -> str:
        """The fingerprint a job was stored with; empty when there is no such job."""
        found = self._all("SELECT fingerprint FROM jobs WHERE job = ?", (job,))
        return str(found[0][0]) if found else ""

    def unfinished(self) -> list[JobRecord]:
        """Every job that has not ended, in the order they were queued."""
        rows = self._all("SELECT record FROM jobs WHERE ended = 0 ORDER BY first_seq")
        return [_record(row[0]) for row in rows]

    def recent(self, limit: int) -> list[JobRecord]:
        """The newest jobs and all that have not ended, in the order they were queued."""
        rows = self._all(
            "SELECT record FROM jobs WHERE ended = 0 OR first_seq IN"
            " (SELECT first_seq FROM jobs ORDER BY first_seq DESC LIMIT ?) ORDER BY first_seq",
            (limit,),
        )
        return [_record(row[0]) for row in rows]

    def search(
        self, words: Sequence[str], *, favourite: bool, before: int, limit: int
    ) -> tuple[list[JobRecord], int]:
        """Jobs newest first whose prompt holds every word, and ``before`` for the next page."""
        rules = ["favourite >= ?", *["instr(prompt, ?) > 0" for _ in words]]
        values: list[Any] = [int(favourite), *(word.casefold() for word in words)]
        if before:
            rules.append("first_seq < ?")
            values.append(before)
        rows = self._all(
            f"SELECT record, first_seq FROM jobs WHERE {' AND '.join(rules)}"
            " ORDER BY first_seq DESC LIMIT ?",
            (*values, limit + 1),
        )
        oldest = rows[limit - 1][1] if len(rows) > limit else 0
        return [_record(row[0]) for row in rows[:limit]], oldest

    def events_after(self, seq: int, limit: int) -> list[StoredEvent]:
        """Stored events beyond ``seq``, in order, at most ``limit`` of them."""
        rows = self._all(
            "SELECT type, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
        )
        return [_event(name, body) for name, body in rows]

    def oldest_seq(self) -> int:
        """The highest ``seq`` whose event may be gone; replay works from there on."""
        return int(self._meta("pruned") or 0)

    def prune(self, keep: int = MAX_EVENTS) -> None:
        """Drop the oldest events beyond ``keep``; jobs that have not ended keep all of theirs."""
        limit = self.seq - keep
        first = self._one("SELECT COALESCE(MIN(first_seq), ?) FROM jobs WHERE ended = 0", limit + 1)
        limit = min(limit, int(first) - 1)
        if limit <= self.oldest_seq():
            return
        with self._changing():
            self._base.execute("DELETE FROM events WHERE seq <= ?", (limit,))
            self._base.execute("REPLACE INTO meta VALUES ('pruned', ?)", (str(limit),))

    def add_blob(self, shelf: str, sha256: str, size: int) -> None:
        """Note a file of a shelf; a second time changes nothing."""
        with self._changing():
            self._base.execute(
                "INSERT OR IGNORE INTO blobs (shelf, sha256, size) VALUES (?, ?, ?)",
                (shelf, sha256, size),
            )

    def drop_blob(self, shelf: str, sha256: str) -> None:
        """Forget a file of a shelf."""
        with self._changing():
            self._base.execute("DELETE FROM blobs WHERE shelf = ? AND sha256 = ?", (shelf, sha256))

    def blobs(self, shelf: str) -> list[tuple[str, int]]:
        """Hash and size of every file of a shelf, oldest first."""
        query = "SELECT sha256, size FROM blobs WHERE shelf = ? ORDER BY number"
        return [(str(sha256), int(size)) for sha256, size in self._all(query, (shelf,))]

    def favourite_results(self) -> set[str]:
        """Results of favourite jobs, which are never cleaned up."""
        rows = self._all("SELECT result FROM jobs WHERE favourite = 1 AND result != ''")
        return {str(row[0]) for row in rows}

    def _begin(self) -> str:
        epoch = secrets.token_hex(16)
        with self._changing():
            self._base.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            self._base.execute("INSERT INTO meta VALUES ('epoch', ?)", (epoch,))
        return epoch

    def _meta(self, key: str) -> str:
        found = self._all("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else ""

    def _one(self, query: str, *values: Any) -> Any:
        return self._all(query, values)[0][0]

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._told():
            return self._base.execute(query, values).fetchall()

    @contextmanager
    def _changing(self) -> Generator[None]:
        """One transaction: all of it or nothing."""
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(sentence_for(self.path, error)) from error


def _searched(request: Mapping[str, Any]) -> str:
    """The words by which a job is found: its prompt, or the file name of its mesh."""
    mesh = str(request.get("mesh", "")).rpartition("/")[2]
    return (str(request.get("prompt", "")) or mesh).casefold()


def _text(value: Any) -> str:
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"))


def _record(text: str) -> JobRecord:
    return from_json(JobRecord, json.loads(text))


def _event(name: str, body: str) -> StoredEvent:
    values: Mapping[str, Any] = json.loads(body)
    return from_json(SERVER_MESSAGES[name], values)
