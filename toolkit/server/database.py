"""The file of the server's records: its tables, who may open it, and what can be wrong with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

LOCK_SECONDS = 2.0
TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, type TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS jobs (
    job TEXT PRIMARY KEY, first_seq INTEGER NOT NULL, ended INTEGER NOT NULL,
    favourite INTEGER NOT NULL, fingerprint TEXT NOT NULL, prompt TEXT NOT NULL,
    result TEXT NOT NULL, record TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS jobs_by_age ON jobs (first_seq);
CREATE INDEX IF NOT EXISTS jobs_open ON jobs (ended, first_seq);
CREATE INDEX IF NOT EXISTS jobs_by_result ON jobs (result);
CREATE TABLE IF NOT EXISTS blobs (
    number INTEGER PRIMARY KEY, shelf TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    UNIQUE (shelf, sha256)
);
"""


def open_database(path: Path) -> sqlite3.Connection:
    """A connection that owns the file: nobody can lock it under a running server.

    Raises:
        sqlite3.Error: it is locked, full or damaged; ``sentence_for`` says so to people.
    """
    base = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
    try:
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("BEGIN EXCLUSIVE")
        base.execute("COMMIT")
        base.execute("PRAGMA busy_timeout = 0")  # from now on waiting would hold all clients up
        base.executescript(TABLES)
    except BaseException:
        base.close()
        raise
    return base


def sentence_for(path: Path, error: sqlite3.Error) -> str:
    """What to say of an error of the database at ``path``."""
    text = str(error)
    if "locked" in text:
        return f"{path} is in use by another program; stop the other server or choose --state."
    if "full" in text:
        return f"{path} cannot grow: the disk is full; free some space."
    if "malformed" in text or "not a database" in text:
        return f"{path} is damaged ({text}); move it away, a new one is made at the next start."
    return f"{path} cannot be used ({text}); check the disk and who may write there."
