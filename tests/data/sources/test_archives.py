"""Archives of every kind give the same files."""

import pytest

from tests.data.sources.archive_files import tarball, write_deb, write_npm, write_wheel
from toolkit.data.sources.archives import read_archive
from toolkit.errors import BadRequest

FILES = {"art/a.png": b"first", "art/b.png": b"second", "notes.txt": b"not wanted"}
PICTURES = {"art/a.png": b"first", "art/b.png": b"second"}


def is_picture(name: str) -> bool:
    return name.endswith(".png")


def test_wheel(tmp_path):
    assert read_archive(write_wheel(tmp_path / "a.whl", FILES), is_picture) == PICTURES


def test_npm(tmp_path):
    expected = {f"package/{name}": data for name, data in PICTURES.items()}
    assert read_archive(write_npm(tmp_path / "a.tgz", FILES), is_picture) == expected


def test_debian_package_without_leading_dots(tmp_path):
    assert read_archive(write_deb(tmp_path / "a.deb", FILES), is_picture) == PICTURES


def test_links_have_the_content_at_their_end(tmp_path):
    links = {"other/c.png": "../art/d.png", "art/d.png": "a.png", "lost.png": "nowhere.png"}
    found = read_archive(write_deb(tmp_path / "a.deb", FILES, links), is_picture)
    assert found == {**PICTURES, "other/c.png": b"first", "art/d.png": b"first"}


def test_links_in_a_circle_are_left_out(tmp_path):
    path = tmp_path / "a.tar"
    path.write_bytes(tarball(FILES, {"x.png": "y.png", "y.png": "x.png"}))
    assert read_archive(path, is_picture) == PICTURES


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"<html>not found</html>")
    with pytest.raises(BadRequest, match="must be a zip, a tarball or a Debian package"):
        read_archive(tmp_path / "a.whl", is_picture)
    (tmp_path / "a.deb").write_bytes(b"!<arch>\n")
    with pytest.raises(BadRequest, match=r"no data\.tar"):
        read_archive(tmp_path / "a.deb", is_picture)
