from pathlib import Path

import pytest

from toolkit.errors import BadRequest
from toolkit.godot_settings import PLUGIN, enable, enabled, is_enabled, read_project

HEAD = 'config_version=5\n\n[application]\n\nconfig/name="A"\n'
LINE = f'enabled=PackedStringArray("{PLUGIN}")'
OTHER = "res://addons/other/plugin.cfg"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (HEAD, f"{HEAD}\n[editor_plugins]\n\n{LINE}\n"),
        (f"{HEAD}\n[editor_plugins]\n\nenabled=PackedStringArray()\n",
         f"{HEAD}\n[editor_plugins]\n\n{LINE}\n"),
        (f'{HEAD}\n[editor_plugins]\n\nenabled=PackedStringArray("{OTHER}")\n\n[input]\n',
         f'{HEAD}\n[editor_plugins]\n\nenabled=PackedStringArray("{OTHER}", "{PLUGIN}")\n\n'
         "[input]\n"),
        # the same key in another section is none of ours
        (f"{HEAD}\n[editor_plugins]\n\n[mine]\n\nenabled=PackedStringArray()\n",
         f"{HEAD}\n[editor_plugins]\n\n{LINE}\n\n[mine]\n\nenabled=PackedStringArray()\n"),
    ],
)  # fmt: skip
def test_only_the_list_of_plugins_changes(text: str, wanted: str):
    assert not is_enabled(text)
    assert enabled(text) == wanted
    assert is_enabled(wanted)


def test_windows_line_ends_stay():
    text = HEAD.replace("\n", "\r\n")
    done = enabled(text)
    assert done == enabled(HEAD).replace("\n", "\r\n")
    assert is_enabled(done)


def test_enabling_twice_changes_nothing(tmp_path: Path):
    (tmp_path / "project.godot").write_text(HEAD)
    assert enable(tmp_path)
    before = (tmp_path / "project.godot").read_bytes()
    assert not enable(tmp_path)
    assert (tmp_path / "project.godot").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config_version=4\n", "open the project in Godot 4.3 or later"),
        ("nothing\n", "is missing"),
        ('config_version=5\nconfig/features=PackedStringArray("4.2", "Mobile")\n', "Godot 4.2"),
    ],
)
def test_a_project_of_an_older_godot_is_refused(tmp_path: Path, text: str, said: str):
    (tmp_path / "project.godot").write_text(text)
    with pytest.raises(BadRequest, match=said):
        read_project(tmp_path)


def test_a_newer_godot_is_taken(tmp_path: Path):
    text = 'config_version=5\nconfig/features=PackedStringArray("4.10", "Mobile")\n'
    (tmp_path / "project.godot").write_text(text)
    assert read_project(tmp_path) == text


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path):
    with pytest.raises(BadRequest, match="is no Godot project"):
        read_project(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path):
    (tmp_path / "project.godot").write_bytes(b"\xff\xfe\0")
    with pytest.raises(BadRequest, match="cannot read"):
        read_project(tmp_path)
