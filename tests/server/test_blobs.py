import errno
import hashlib
import os
from pathlib import Path

import pytest

from toolkit.server.blobs import Blobs
from toolkit.server.store import Store
from toolkit.wire.refused import Refused


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "jobs.sqlite")


def shelf(tmp_path: Path, store: Store, *, quota: int = 100, kept=(), **more) -> Blobs:
    return Blobs(
        tmp_path / "results", store, "results", quota=quota, kept=lambda: set(kept), **more
    )


def test_equal_content_is_stored_once(tmp_path: Path, store: Store):
    blobs = shelf(tmp_path, store)
    assert blobs.put(b"clip") == blobs.put(b"clip") == hashlib.sha256(b"clip").hexdigest()
    assert [path.read_bytes() for path in blobs.folder.iterdir()] == [b"clip"]
    assert blobs.used() == 4


def test_parts_are_read(tmp_path: Path, store: Store):
    blobs = shelf(tmp_path, store)
    sha256 = blobs.put(b"0123456789")
    assert (blobs.read(sha256), blobs.read(sha256, 3, 4)) == (b"0123456789", b"3456")
    assert blobs.size(sha256) == 10


def test_the_oldest_goes_first_when_the_quota_is_reached(tmp_path: Path, store: Store):
    blobs = shelf(tmp_path, store)
    names = [blobs.put(bytes([number]) * 40) for number in range(3)]
    assert [blobs.has(name) for name in names] == [False, True, True]
    assert blobs.used() == 80


def test_favourites_stay(tmp_path: Path, store: Store):
    content = b"a" * 40
    pinned = hashlib.sha256(content).hexdigest()
    blobs = shelf(tmp_path, store, kept={pinned})
    names = [blobs.put(content), blobs.put(b"b" * 40), blobs.put(b"c" * 40)]
    assert [blobs.has(name) for name in names] == [True, False, True]
    with pytest.raises(Refused, match="do not fit in the quota of 100") as refused:
        blobs.put(b"d" * 70)
    assert refused.value.code == "disk_full"
    assert blobs.has(pinned)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, store: Store):
    def half(path: Path, content: bytes) -> None:
        path.write_bytes(content[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs = shelf(tmp_path, store, write=half)
    with pytest.raises(Refused, match="the disk is full; free some space") as refused:
        blobs.put(b"clip")
    assert refused.value.code == "disk_full"
    assert list(blobs.folder.iterdir()) == []
    assert blobs.used() == 0


def test_what_a_crash_left_is_cleared(tmp_path: Path, store: Store):
    blobs = shelf(tmp_path, store)
    gone, kept = blobs.put(b"gone"), blobs.put(b"kept")
    blobs.path(gone).unlink()
    (blobs.folder / ".0123.part").write_bytes(b"half")
    again = shelf(tmp_path, store)
    assert [path.name for path in again.folder.iterdir()] == [kept]
    assert again.used() == 4


@pytest.mark.parametrize(
    "name",
    [
        "../jobs.sqlite", "..", ".", "", "/etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n",
        "a" * 62 + "/..", "..%2fjobs.sqlite", "C:" + "a" * 62, "\0" * 64, "é" * 64,
        "\\\\server\\share", "con", "a" * 64 + ".",
    ],
)  # fmt: skip
def test_path_traversal_refused(tmp_path: Path, store: Store, name: str):
    blobs = shelf(tmp_path, store)
    for read in (blobs.read, blobs.size):
        with pytest.raises(Refused) as refused:
            read(name)
        assert refused.value.code == "unknown_result"
    assert not blobs.has(name)


@pytest.mark.parametrize("plant", [os.symlink, os.link])
def test_symlink_and_hard_link_refused(tmp_path: Path, store: Store, plant):
    blobs = shelf(tmp_path, store)
    secret = tmp_path / "secret"
    secret.write_text("mine")
    name = "a" * 64
    plant(secret, blobs.folder / name)
    with pytest.raises(Refused):
        blobs.read(name)
    assert not blobs.has(name)


def test_files_are_the_users_alone(tmp_path: Path, store: Store):
    blobs = shelf(tmp_path, store)
    assert blobs.path(blobs.put(b"clip")).stat().st_mode & 0o777 == 0o600
    assert blobs.folder.stat().st_mode & 0o777 == 0o700
