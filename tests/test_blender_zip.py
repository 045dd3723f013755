"""The extension's zip as any Python sees it; tests/engines puts it into real Blenders."""

import ast
import io
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from toolkit.blender_zip import SOURCE, build_zip, extension_files, rewritten, write_zip
from toolkit.cli import run

IN_BLENDER = {"bpy", "bpy_extras", "mathutils", "numpy", "websockets"}
"""What the extension may import besides the standard library and itself."""
MANIFEST = tomllib.loads((SOURCE / "blender_manifest.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return extension_files()


def test_equal_sources_give_equal_zips(tmp_path: Path):
    path = write_zip(tmp_path)
    assert path.name == "playreel-0.1.0.zip"
    assert path.read_bytes() == build_zip()


def test_the_zip_holds_exactly_the_files_at_its_root(files: dict[str, bytes]):
    with zipfile.ZipFile(io.BytesIO(build_zip())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert {"__init__.py", "blender_manifest.toml", "COPYING", "LICENSE"} <= set(files)
    assert not [name for name in files if "__pycache__" in name]


def test_every_import_leads_to_the_zip_or_to_what_blender_has(files: dict[str, bytes]):
    modules = {name.removesuffix(".py").removesuffix("/__init__") for name in files}
    for name, content in files.items():
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.Import):
                outside = {alias.name.split(".")[0] for alias in node.names}
                assert outside <= IN_BLENDER | set(sys.stdlib_module_names), name
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] in IN_BLENDER | set(
                    sys.stdlib_module_names
                ), f"{name}: {node.module}"
            elif isinstance(node, ast.ImportFrom):
                package = PurePosixPath(name).parents[node.level - 1].as_posix()
                base = "/".join([*package.split("/"), *(node.module or "").split(".")])
                wanted = base.removeprefix("./").strip("/")
                found = (
                    wanted in modules
                    or {f"{wanted}/{alias.name}".strip("/") for alias in node.names} <= modules
                )
                assert found, f"{name} imports {wanted}"


def test_copies_are_the_protocol_modules_of_this_very_version(files: dict[str, bytes]):
    root = SOURCE.parent.parent
    copies = {name: content for name, content in files.items() if name.startswith("shared/")}
    assert "shared/toolkit/wire/conversation.py" in copies
    for name, content in copies.items():
        if not name.endswith("__init__.py"):
            original = (root / name.removeprefix("shared/")).read_text("utf-8")
            assert content.decode() == rewritten(name, original)
    assert not [name for name in copies if "clip.py" in name], "pixels belong to the host"


def test_the_one_wheel_is_pure_and_named_in_the_manifest(files: dict[str, bytes]):
    wheels = [f"./{name}" for name in files if name.endswith(".whl")]
    assert wheels == MANIFEST["wheels"]
    assert wheels[0].endswith("-py3-none-any.whl")


def test_the_manifest_asks_for_what_it_uses_and_says_why():
    assert MANIFEST["blender_version_min"] == "4.2.0"
    assert set(MANIFEST["permissions"]) == {"network", "files"}
    for reason in MANIFEST["permissions"].values():
        assert 0 < len(reason) <= 64
        assert reason[-1].isalnum()
    assert "SPDX:GPL-3.0-or-later" in MANIFEST["license"]


def test_imports_of_ours_become_relative_and_others_stay():
    source = "import json\nfrom toolkit.wire.codec import encode\n\n\ndef f():\n" + (
        "    from exporters.provenance import (\n        read_metadata,\n    )\n"
    )
    assert rewritten("link/line.py", source) == (
        "import json\nfrom ..shared.toolkit.wire.codec import encode\n\n\ndef f():\n"
        "    from ..shared.exporters.provenance import (\n        read_metadata,\n    )\n"
    )


def test_the_command_writes_the_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["bridge", "blender", "-o", str(tmp_path / "deep")]) == 0
    said = capsys.readouterr().out
    assert str(tmp_path / "deep" / "playreel-0.1.0.zip") in said
    assert "Install from Disk" in said


def test_a_folder_that_is_a_file_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "taken").write_text("")
    assert run(["bridge", "blender", "-o", str(tmp_path / "taken")]) == 2
    assert "is a file; choose another folder" in capsys.readouterr().err
