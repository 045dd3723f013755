"""``playreel train packs`` with scripted registry clients on the PATH."""

import json
from pathlib import Path

import pytest

from toolkit.cli import run
from toolkit.data.sources.packages import METEOCONS


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the PATH; write programs named npm or apt-get into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def write_client(folder: Path, name: str, script: str) -> None:
    client = folder / name
    client.write_text(f"#!/bin/sh\n{script}\n")
    client.chmod(0o755)


def test_an_unknown_pack_is_refused_before_anything_is_made(tmp_path, capsys):
    assert run(["train", "packs", "noto", "sonic", "-o", str(tmp_path / "packs")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: there is no pack 'sonic'; choose from angband, arcade, ")
    assert said.err.count("\n") == 1
    assert not (tmp_path / "packs").exists()


def test_a_folder_is_needed(capsys):
    assert run(["train", "packs", "noto"]) == 2
    assert "Missing option '-o'" in capsys.readouterr().err


def test_a_file_in_the_way_is_refused(tmp_path, capsys):
    (tmp_path / "packs").write_text("a file")
    assert run(["train", "packs", "noto", "-o", str(tmp_path / "packs")]) == 2
    assert capsys.readouterr().err.count("is a file; ") == 1
    below = tmp_path / "packs" / "below"
    assert run(["train", "packs", "noto", "-o", str(below)]) == 2
    assert capsys.readouterr().err == (
        f"error: cannot write to {below}: {below.parent} is a file; choose another folder.\n"
    )


def test_each_failure_is_one_line_and_the_exit_code_one(tmp_path, clients, capsys):
    write_client(clients, "npm", "echo no network today >&2; exit 7")
    out = tmp_path / "packs"
    assert run(["train", "packs", "noto", "meteocons", "opensurge", "-o", str(out)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    meteocons, noto, opensurge = said.err.splitlines()
    words = "'npm' ended with status 7, which must be 0: no network today"
    assert meteocons.startswith(f"error: meteocons: {words}")
    assert noto.startswith(f"error: noto: {words}")
    assert opensurge.startswith("error: opensurge: 'apt-get' is not installed; ")
    assert list(out.rglob("*.zip")) == []


def test_json_says_what_became_of_each(tmp_path, clients, capsys):
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / METEOCONS.file).write_bytes(b"damaged")
    out = tmp_path / "packs"
    arguments = ["train", "packs", "meteocons", "-o", str(out), "--cache", str(cache), "--json"]
    assert run(arguments) == 1
    (pack,) = json.loads(capsys.readouterr().out)["packs"]
    assert (pack["name"], pack["items"]) == ("meteocons", 0)
    assert pack["file"] == str(out / "meteocons.zip")
    assert METEOCONS.sha256 in pack["error"]


def test_the_client_is_asked_for_the_pinned_version(tmp_path, clients, capsys):
    write_client(clients, "npm", f'echo "$@" > {tmp_path}/asked; exit 1')
    run(["train", "packs", "fluent3d", "-o", str(tmp_path / "packs")])
    asked = (tmp_path / "asked").read_text().split()
    assert asked == ["pack", "--silent", "@lobehub/fluent-emoji-3d@1.1.0"]
