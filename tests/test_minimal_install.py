"""What ``pip install playreel`` brings: no torch, one ONNX Runtime, and all that is imported."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ISLAND = {"model", "data", "training", "evaluation"}
DISTRIBUTIONS = {"PIL": "pillow", "skimage": "scikit-image", "yaml": "pyyaml"}
"""Import name to distribution where they differ."""
BLENDERS_OWN = {"bpy", "mathutils"}
"""What only a script imports that runs in a Python of Blender's."""
TRAINING_ONLY = {"torch", "diffusers", "onnx", "onnxscript", "safetensors", "numba", "transformers"}


def needed(text: str) -> Requirement | None:
    """The requirement, if this machine needs it without extras."""
    requirement = Requirement(text)
    marker = requirement.marker
    return requirement if marker is None or marker.evaluate({"extra": ""}) else None


def closure() -> set[str]:
    """Every distribution that the base dependencies bring to this machine."""
    found: set[str] = set()
    queue = [r for text in PROJECT["dependencies"] if (r := needed(text))]
    while queue:
        name = re.sub(r"[-_.]+", "-", queue.pop().name).lower()
        if name in found:
            continue
        found.add(name)
        queue += [r for text in distribution(name).requires or () if (r := needed(text))]
    return found


def extra(name: str) -> set[str]:
    """The distributions of an extra."""
    return {Requirement(text).name for text in PROJECT["optional-dependencies"][name]}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_base_install_brings_nothing_of_training():
    brought = closure()
    assert {"numpy", "pillow", "click"} <= brought
    assert brought & TRAINING_ONLY == set()


def test_everything_imported_at_run_time_is_a_declared_dependency():
    declared = {Requirement(text).name for text in PROJECT["dependencies"]}
    files = [
        path
        for folder in ("toolkit", "exporters")
        for path in (ROOT / folder).rglob("*.py")
        if path.relative_to(ROOT).parts[1] not in ISLAND
    ]
    outside = {name for path in files for name in imported(path)} - set(sys.stdlib_module_names)
    wanted = {DISTRIBUTIONS.get(name, name) for name in outside - {"toolkit", "exporters"}}
    assert wanted - extra("mesh") - extra("video") - BLENDERS_OWN <= declared
    assert {path.name for path in files if imported(path) & BLENDERS_OWN} == {"bpy_scene.py"}


def test_only_meshes_need_the_mesh_extra():
    """And its modules load when a mesh is drawn, not before: ``test_layers`` looks."""
    files = [
        path
        for folder in ("toolkit", "exporters")
        for path in (ROOT / folder).rglob("*.py")
        if path.relative_to(ROOT).parts[1] not in (*ISLAND, "rendering")
    ]
    used = {DISTRIBUTIONS.get(name, name) for path in files for name in imported(path)}
    assert used & extra("mesh") == set()


def test_only_films_need_the_video_extra():
    files = [path for folder in ("toolkit", "exporters") for path in (ROOT / folder).rglob("*.py")]
    users = {path.name for path in files if imported(path) & extra("video")}
    assert users == {"video.py"}


def test_one_build_of_onnx_runtime_and_not_two():
    """The two packages share a folder: the second install breaks the first."""
    chosen = [
        r.name for text in PROJECT["dependencies"] if "onnxruntime" in text and (r := needed(text))
    ]
    assert len(chosen) == 1
    other = ({"onnxruntime", "onnxruntime-gpu"} - set(chosen)).pop()
    assert distribution(chosen[0]).version
    with pytest.raises(PackageNotFoundError):
        distribution(other)


def test_the_package_carries_its_licence_and_weights():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert PROJECT["license"] == "Apache-2.0"
    for name in PROJECT["license-files"]:
        assert (ROOT / name).is_file()
    assert "TERMS AND CONDITIONS FOR USE" in (ROOT / "LICENSE").read_text("utf-8")
    assert "weights/**/*" in settings["tool"]["setuptools"]["package-data"]["toolkit"]
