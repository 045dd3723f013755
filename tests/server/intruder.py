"""Another program that holds the lock of a server's database."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from toolkit.server.store import Store


@contextmanager
def locked(store: Store) -> Generator[None]:
    """The database locked by another connection, although the server owns the file.

    No program can do that by itself (see ``test_no_program_can_lock``): the server is made to
    let go of the file first.
    """
    share(store)
    other = knock(store)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


def share(store: Store) -> None:
    """Let other connections at the file of an open store."""
    for mode in ("journal_mode = DELETE", "locking_mode = NORMAL"):
        store._one(f"PRAGMA {mode}")
    store._one("SELECT COUNT(*) FROM meta")
    store._one("PRAGMA journal_mode = WAL")


def knock(store: Store) -> sqlite3.Connection:
    """Another connection to the store's file, which does not wait."""
    return sqlite3.connect(store.path, timeout=0, isolation_level=None)
