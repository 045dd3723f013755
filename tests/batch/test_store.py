from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.batch.memory_store import MemoryStore
from toolkit.batch.remote_store import RemoteStore, open_store
from toolkit.batch.store import FolderStore, Store
from toolkit.errors import BadRequest, OutputError

Open = Callable[[Path], Store]
STORES: dict[str, Open] = {
    "folder": lambda path: open_store(str(path / "cache")),
    "file": lambda path: open_store(f"file://{path}/cache"),
    "fsspec": lambda path: open_store(f"memory://{path}/cache"),
    "memory": lambda _: MemoryStore(),
}


@pytest.mark.parametrize("kind", STORES)
def test_every_store_keeps_what_it_is_given(kind: str, tmp_path: Path):
    store = STORES[kind](tmp_path)
    assert (store.read("a/b"), store.has("a/b"), list(store.names())) == (None, False, [])
    store.remove("a/b")
    store.write("a/b", b"one")
    store.write("a/c", b"")
    store.write("a/b", b"two")
    assert (store.read("a/b"), store.has("a/b"), store.read("a/c")) == (b"two", True, b"")
    assert sorted(store.names()) == ["a/b", "a/c"]
    store.remove("a/b")
    assert (store.read("a/b"), list(store.names())) == (None, ["a/c"])


def test_a_url_opens_fsspec_and_a_path_a_folder(tmp_path: Path):
    assert isinstance(STORES["fsspec"](tmp_path), RemoteStore)
    assert isinstance(STORES["file"](tmp_path), FolderStore)
    with pytest.raises(BadRequest, match="Give a folder or another URL"):
        open_store("nothing://bucket")


def test_a_half_written_entry_is_none_and_goes(tmp_path: Path):
    store = FolderStore(tmp_path)
    store.write("clips/ab/abc", b"whole")
    (tmp_path / "clips" / "ab" / "abd.1234.part").write_bytes(b"ha")
    assert list(store.names()) == ["clips/ab/abc"]
    assert store.remove_parts() == 1
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["abc"]


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="choose another --cache"):
        FolderStore(tmp_path / "file").write("a", b"")
