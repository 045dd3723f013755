"""The plugin in a real, headless Godot editor, without a server."""

import hashlib
import os
import re
from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_project import import_all, make_project, names_of, nobody, run_cases
from tests.engines.godot_sprites import (
    ODD_NAMES,
    ask_for_more,
    expected,
    hero,
    info_of,
    plain,
    tag,
    write_bad,
    write_sprite,
)

pytestmark = pytest.mark.engine
CASES = ["wire", "jobs", "imports", "bad_files", "scenes", "plugin"]
WANTED = (
    "Playreel: res://bad/", "'res://bad/",
    "read beyond end of data", 'Condition "!success" is true',  # Godot, of damaged PNG files
    "Could not create directory: 'res://locked/", "Could not create directory: 'res://project.",
    "res://sealed/",
    'Parameter "t" is null',  # thumbnails of saved scenes cannot be drawn without a window
)  # fmt: skip


@pytest.fixture(scope="module")
def clean(godot: Godot, open_folder: Path) -> tuple[Path, Ran]:
    """A project of good sprites after one pass over it."""
    project = make_project(open_folder / "clean")
    sprites = project / "sprites"
    ask_for_more(write_sprite(sprites, "hero", hero()))
    write_sprite(sprites, "lit", plain(), normal_map="lit_n.png")
    (sprites / "lit_n.png").write_bytes((sprites / "lit.png").read_bytes())
    ask_for_more(write_sprite(sprites, "grown", plain()))
    write_sprite(project / "sealed", "there", plain())
    for name in ODD_NAMES:
        write_sprite(project / "odd", name, plain())
    return project, import_all(godot, project)


def test_a_clean_checkout_imports_in_one_pass_without_a_word(clean: tuple[Path, Ran]):
    assert clean[1].complaints == []


def test_a_second_import_changes_only_what_is_new_and_keeps_what_the_user_added(
    godot: Godot, clean: tuple[Path, Ran]
):
    sprites = clean[0] / "sprites"
    for name in ("hero", "grown"):
        add_by_hand(sprites / f"{name}_animations.tres")
    write_sprite(sprites, "grown", plain(), tags=[tag(name="new")])
    before = contents(clean[0])
    assert import_all(godot, clean[0]).complaints == []
    after = contents(clean[0])
    assert {name for name in after if "grown" not in name and after[name] != before.get(name)} == (
        set()
    )
    library = (sprites / "grown_animations.tres").read_text("utf-8")
    assert set(re.findall(r'^&"(\w+)": SubResource', library, re.MULTILINE)) == {
        "RESET", "mine", "new",
    }  # fmt: skip


def add_by_hand(library: Path) -> None:
    """An animation of the user's own."""
    text = library.read_text("utf-8")
    mine = '[sub_resource type="Animation" id="mine"]\nresource_name = "mine"\nlength = 2.0\n\n'
    text = text.replace("[resource]", f"{mine}[resource]")
    library.write_text(
        text.replace("_data = {", '_data = {\n&"mine": SubResource("mine"),'), "utf-8"
    )


@pytest.fixture(scope="module")
def checked(godot: Godot, clean: tuple[Path, Ran]) -> tuple[dict[str, list[str]], Ran]:
    """What every case found in one run of the editor, as a user who may not write everywhere."""
    project, _ = clean
    bad = write_bad(project / "bad")
    locked = project / "locked"
    locked.mkdir()
    (locked / "there.txt").write_text("the user's")
    give_to(project, nobody())
    locked.chmod(0o555)
    (project / "sealed").chmod(0o555)
    data = {
        "hero": expected(hero()),
        "hero_info": info_of(hero()),
        "bad": bad,
        "odd_names": ODD_NAMES,
    }
    return run_cases(godot, project, CASES, data, user=nobody())


@pytest.mark.parametrize("name", [name for case in CASES for name in names_of(case)])
def test_in_the_editor(checked: tuple[dict[str, list[str]], Ran], name: str):
    found, ran = checked
    assert found.get(name, ran.output[-3000:]) == []


def test_only_what_is_bad_is_complained_of(checked: tuple[dict[str, list[str]], Ran]):
    _, ran = checked
    assert ran.code == 0
    assert [line for line in ran.complaints if not any(words in line for words in WANTED)] == []


def test_what_cannot_be_written_beside_a_sheet_is_said_with_the_fix(
    checked: tuple[dict[str, list[str]], Ran],
):
    said = [line for line in checked[1].complaints if "Playreel: res://sealed/" in line]
    sentence = (
        "ERROR: Playreel: res://sealed/there.playreel: files beside it cannot be written; make its"
        " folder writable, or switch Animation Library and Atlas Textures off in its import"
        " settings."
    )
    assert said == [sentence, sentence]


def contents(project: Path) -> dict[str, str]:
    """The hash of every file, those of Godot's cache that hold imports too."""
    kept = [path for path in sorted(project.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in kept
        if ".godot" not in path.parts or "imported" in path.parts
    }


def give_to(project: Path, user: int | None) -> None:
    """Make a project another user's, so that what is locked is locked for real."""
    if user is None:
        return
    for path in [project.parent, project, *project.rglob("*")]:
        os.chown(path, user, user)
