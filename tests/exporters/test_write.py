import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from exporters.write import write_files
from toolkit.errors import OutputError


class FailingFiles(Mapping[str, bytes]):
    """Files of which the last one fails, as a full disk makes it."""

    def __init__(self, names: tuple[str, ...], error: BaseException) -> None:
        self.names, self.error = names, error

    def __getitem__(self, name: str) -> bytes:
        if name == self.names[-1]:
            raise self.error
        return b"new"

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_files_land_in_their_order_with_nothing_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "deep"
    paths = write_files({"b.png": b"1", "sub/a.json": b"", "a.png": b"3"}, folder)
    assert paths == [folder / "b.png", folder / "sub" / "a.json", folder / "a.png"]
    assert [path.read_bytes() for path in paths] == [b"1", b"", b"3"]
    assert everything(folder) == ["a.png", "b.png", "sub", "sub/a.json"]


def test_existing_files_are_replaced_and_others_left(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "mine").write_bytes(b"mine")
    write_files({"a": b"new"}, tmp_path)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert everything(tmp_path) == ["a", "mine"]


def test_no_files_make_an_empty_folder(tmp_path: Path) -> None:
    assert write_files({}, tmp_path / "out") == []
    assert everything(tmp_path) == ["out"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a", "a/../b", "/a", "a//b", "a/", "C:a", "a\\b", "a\0", "a?", "..."],
)
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="file name"):
        write_files({"good": b"", name: b""}, tmp_path / "out")
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "read-only"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_a_failure_midway_leaves_the_folder_as_it_was(
    tmp_path: Path, code: int, words: str
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    files = FailingFiles(("a", "sub/b", "c"), OSError(code, os.strerror(code)))
    with pytest.raises(OutputError, match=words):
        write_files(files, tmp_path)
    assert everything(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_an_interrupt_cleans_up_and_goes_on(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_files(FailingFiles(("a", "b"), KeyboardInterrupt()), tmp_path / "out")
    assert everything(tmp_path) == []


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    for folder in (tmp_path / "out", tmp_path / "out" / "deep"):
        with pytest.raises(OutputError, match="a file is where the folder should be"):
            write_files({"a": b""}, folder)
    assert (tmp_path / "out").read_bytes() == b"mine"
    assert everything(tmp_path) == ["out"]


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match="a folder has the name of a file"):
        write_files({"a": b"", "b": b""}, tmp_path)
    assert everything(tmp_path) == ["b"]


def test_a_name_too_long_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write to"):
        write_files({"a": b"", "x" * 300: b""}, tmp_path)
    assert everything(tmp_path) == []


def test_import_settings_that_are_there_stay(tmp_path: Path) -> None:
    write_files({"a.png": b"1", "a.png.import": b"new"}, tmp_path)
    assert (tmp_path / "a.png.import").read_bytes() == b"new"
    (tmp_path / "a.png.import").write_bytes(b"filled in by Godot")
    paths = write_files({"a.png": b"2", "a.png.import": b"new"}, tmp_path)
    assert paths == [tmp_path / "a.png", tmp_path / "a.png.import"]
    assert (tmp_path / "a.png").read_bytes() == b"2"
    assert (tmp_path / "a.png.import").read_bytes() == b"filled in by Godot"
    assert everything(tmp_path) == ["a.png", "a.png.import"]
