import json
import re
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from toolkit import __version__
from toolkit.cli import run
from toolkit.errors import BadRequest, OutputError
from toolkit.godot_addon import FOLDER, RECORD, SOURCE, addon_files, build_zip, install, write_zip

SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="A"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my game"
    folder.mkdir()
    (folder / "project.godot").write_text(SETTINGS)
    (folder / "player.gd").write_text("extends Node\n")
    return folder


def contents(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }


def test_all_files_are_installed_and_none_else_changes(project: Path):
    before = contents(project)
    done = install(project)
    after = contents(project)
    assert set(done.written) == set(addon_files())
    assert after == {**before, **addon_files(), RECORD: after[RECORD]}


def test_installing_again_changes_nothing(project: Path):
    install(project)
    before = contents(project)
    done = install(project)
    assert (done.written, done.removed) == ((), ())
    assert contents(project) == before


def age(project: Path, name: str, content: bytes) -> None:
    """As if an earlier version of the plugin had written this file."""
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_bytes(content)
    record = json.loads((project / RECORD).read_text())
    record["files"][name] = sha256(content).hexdigest()
    (project / RECORD).write_text(json.dumps(record))


def test_an_update_replaces_old_files_and_takes_away_those_that_are_gone(project: Path):
    install(project)
    age(project, f"{FOLDER}/plugin.gd", b"# old\n")
    age(project, f"{FOLDER}/gone/old.gd", b"# old\n")
    done = install(project)
    assert done.written == (f"{FOLDER}/plugin.gd",)
    assert done.removed == (f"{FOLDER}/gone/old.gd",)
    assert not (project / FOLDER / "gone").exists()
    assert (project / FOLDER / "plugin.gd").read_bytes() == (
        SOURCE / FOLDER / "plugin.gd"
    ).read_bytes()


def test_files_of_the_user_stay(project: Path):
    install(project)
    age(project, f"{FOLDER}/gone.gd", b"# old\n")
    (project / FOLDER / "gone.gd").write_text("# mine now\n")
    (project / FOLDER / "notes.txt").write_text("mine")
    done = install(project)
    assert done.removed == ()
    assert (project / FOLDER / "gone.gd").read_text() == "# mine now\n"
    assert (project / FOLDER / "notes.txt").read_text() == "mine"


def test_a_file_changed_by_hand_is_replaced_only_by_force(project: Path):
    install(project)
    (project / FOLDER / "plugin.gd").write_text("# mine\n")
    before = contents(project)
    with pytest.raises(BadRequest, match=r"plugin\.gd was changed by hand .*--force"):
        install(project)
    assert contents(project) == before
    assert install(project, force=True).written == (f"{FOLDER}/plugin.gd",)


def test_a_foreign_folder_of_that_name_is_refused(project: Path):
    (project / FOLDER).mkdir(parents=True)
    (project / FOLDER / "plugin.cfg").write_text("[plugin]\n")
    with pytest.raises(BadRequest, match="changed by hand"):
        install(project)


def test_a_link_is_not_written_through(project: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (project / "addons").mkdir()
    (project / FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadRequest, match="is a link"):
        install(project)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_record_removes_nothing_elsewhere(project: Path):
    install(project)
    for name in ("player.gd", f"{FOLDER}/../../player.gd"):
        age(project, name, b"extends Node\n")
    assert install(project).removed == ()
    assert (project / "player.gd").exists()


def test_a_damaged_record_is_named(project: Path):
    install(project)
    (project / RECORD).write_text("{")
    with pytest.raises(BadRequest, match="is damaged"):
        install(project)


def test_a_project_that_cannot_be_written_is_left_as_it_is(project: Path):
    (project / "addons").write_text("a file")
    before = contents(project)
    with pytest.raises(OutputError):
        install(project)
    assert contents(project) == before


def test_the_command_installs_and_enables(project: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["bridge", "godot", str(project), "--enable", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said["written"]) == set(addon_files())
    assert said["enabled"] is True
    assert "res://addons/playreel/plugin.cfg" in (project / "project.godot").read_text()


def test_the_command_without_enabling_says_what_is_left_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["bridge", "godot", str(project)]) == 0
    assert "switch Playreel on" in capsys.readouterr().out
    assert (project / "project.godot").read_text() == SETTINGS


@pytest.mark.parametrize("words", [[], ["x", "--zip", "y"]])
def test_the_command_wants_a_project_or_a_zip(words: list[str]):
    assert run(["bridge", "godot", *words]) == 2


def test_the_zip_is_rooted_at_the_addon_and_the_same_every_time(tmp_path: Path):
    first = write_zip(tmp_path)
    assert first.name == f"playreel-godot-{__version__}.zip"
    assert write_zip(tmp_path / "other.zip").read_bytes() == first.read_bytes() == build_zip()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == addon_files()
        assert all(name.startswith("addons/playreel/") for name in archive.namelist())


def test_the_rules_of_the_asset_library_are_kept():
    files = addon_files()
    licence = files["addons/playreel/LICENSE"].decode()
    assert "Apache License" in licence
    assert re.search(r"Copyright \d{4} \S", licence)
    assert files["addons/playreel/icon.svg"].startswith(b"<svg")
    assert b"Playreel" in files["addons/playreel/README.md"]
    suffixes = {Path(name).suffix for name in files}
    assert suffixes <= {".gd", ".uid", ".cfg", ".svg", ".md", ""}
    assert all(name.isascii() and "\r\n" not in str(files[name]) for name in files)


def test_pictures_for_people_are_kept_from_the_engine_and_from_archives():
    folders = {path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.png")}
    assert folders == {"sample", "screenshots"}
    assert (SOURCE / "screenshots" / ".gdignore").read_bytes() == b""
    assert "screenshots export-ignore" in (SOURCE / ".gitattributes").read_text()


def test_versions_are_one():
    files = addon_files()
    config = files["addons/playreel/plugin.cfg"].decode()
    assert f'version="{__version__}"' in config
    world = files["addons/playreel/world/playreel_world.gd"].decode()
    assert f'const VERSION := "{__version__}"' in world


def test_every_script_has_its_uid():
    files = addon_files()
    scripts = {name for name in files if name.endswith(".gd")}
    assert {f"{name}.uid" for name in scripts} == {name for name in files if name.endswith(".uid")}
    uids = {content for name, content in files.items() if name.endswith(".uid")}
    assert len(uids) == len(scripts)
