"""Downloads: the right client is asked, and only the pinned content gets through."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from toolkit.data.sources.registry import Package, download, run_client
from toolkit.errors import BadRequest

CONTENT = b"the archive"


def package(registry="npm", name="@set/icons", file="set-icons-1.2.3.tgz", **changes):
    values = {"version": "1.2.3", "sha256": hashlib.sha256(CONTENT).hexdigest(), **changes}
    return Package(registry=registry, name=name, file=file, **values)


class Clients:
    """Stands for pip, npm and apt-get: notes each command and leaves a file behind."""

    def __init__(self, file: str, content: bytes = CONTENT, site: str = "http://mirror.test"):
        self.file, self.content, self.site = file, content, site
        self.commands: list[list[str]] = []
        self.lists = ""

    def __call__(self, command: Sequence[str], folder: Path) -> str:
        self.commands.append(list(command))
        if "indextargets" in command:
            return f"{self.site}\n{self.site}\n" if self.site else ""
        if "update" in command:
            self.lists = (folder / "apt" / "debian.list").read_text()
            return ""
        (folder / self.file).write_bytes(self.content)
        return ""


def test_npm_packs_the_pinned_version(tmp_path):
    clients = Clients("set-icons-1.2.3.tgz")
    path = download(package(), tmp_path / "cache", clients)
    assert path == tmp_path / "cache" / "set-icons-1.2.3.tgz"
    assert path.read_bytes() == CONTENT
    assert clients.commands == [["npm", "pack", "--silent", "@set/icons@1.2.3"]]
    assert list(path.parent.iterdir()) == [path]


def test_pip_takes_no_dependencies_and_the_given_platform(tmp_path):
    wheel = package("pypi", "game", "game.whl", options=("--platform=any",))
    clients = Clients("game.whl")
    download(wheel, tmp_path, clients)
    command = clients.commands[0]
    assert command[1:6] == ["-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    assert command[-2:] == ["--platform=any", "game==1.2.3"]


@pytest.mark.parametrize(
    ("registry", "ending"),
    [
        ("debian", ["download", "tiles=1.2.3"]),
        ("debian-source", ["source", "--download-only", "--tar-only", "tiles=1.2.3"]),
    ],
)
def test_apt_uses_lists_of_its_own(tmp_path, registry, ending):
    clients = Clients("tiles.deb")
    download(package(registry, "tiles", "tiles.deb"), tmp_path, clients)
    assert clients.lists == (
        "deb http://mirror.test bookworm main\ndeb-src http://mirror.test bookworm main\n"
    )
    update, fetch = clients.commands[1:]
    assert update[-1] == "update"
    assert fetch[-len(ending) :] == ending
    assert "Dir::Etc::SourceParts=/dev/null" in fetch


def test_a_cached_archive_is_not_fetched_again(tmp_path):
    (tmp_path / "set-icons-1.2.3.tgz").write_bytes(CONTENT)
    clients = Clients("never")
    assert download(package(), tmp_path, clients).read_bytes() == CONTENT
    assert clients.commands == []


def test_other_content_is_refused_and_not_kept(tmp_path):
    clients = Clients("set-icons-1.2.3.tgz", b"something else")
    actual = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(BadRequest, match=f"{actual}; it must be {package().sha256}"):
        download(package(), tmp_path, clients)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cached_archive_is_refused(tmp_path):
    (tmp_path / "set-icons-1.2.3.tgz").write_bytes(b"half of the arch")
    with pytest.raises(BadRequest, match="delete the file and try again"):
        download(package(), tmp_path, Clients("never"))


def test_another_file_name_is_refused(tmp_path):
    with pytest.raises(BadRequest, match=r"came as icons-2\.tgz; it must be set-icons-1\.2\.3"):
        download(package(), tmp_path, Clients("icons-2.tgz"))


def test_no_debian_mirror_is_said(tmp_path):
    with pytest.raises(BadRequest, match="knows no Debian mirror"):
        download(package("debian", "tiles", "tiles.deb"), tmp_path, Clients("x", site=""))


def test_a_failing_client_and_a_missing_one(tmp_path):
    with pytest.raises(BadRequest, match=r"'sh' ended with status 3.*: no such package"):
        run_client(["sh", "-c", "echo no such package >&2; exit 3"], tmp_path)
    with pytest.raises(BadRequest, match="'no-such-client' is not installed"):
        run_client(["no-such-client"], tmp_path)
    assert run_client(["sh", "-c", "pwd"], tmp_path).strip() == str(tmp_path.resolve())
