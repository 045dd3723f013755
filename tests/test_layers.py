import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ISLAND = {"model", "data", "training", "evaluation"}
TORCH_ONLY = {
    "torch", "accelerate", "diffusers", "safetensors", "onnx", "onnxscript",
    *(f"toolkit.{part}" for part in ISLAND),
}  # fmt: skip
MESH_EXTRA = {"numba", "skimage", "trimesh", "lxml", "networkx"}
"""What drawing a mesh loads, and nothing else may."""
IMPORTED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sorted(sys.modules), sep="\\n")
"""


def sources() -> Iterator[Path]:
    for folder in ("toolkit", "exporters"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def on_the_island(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[0] == "toolkit" and parts[1] in ISLAND


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
    return found


def within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


@pytest.mark.parametrize(
    "module",
    [
        "toolkit",
        "exporters",
        "toolkit.generate",
        "toolkit.cli",
        "toolkit.doctor",
        "toolkit.client",
        "toolkit.server.app",
        "toolkit.server.worker_process",
    ],
)
def test_a_fresh_interpreter_stays_off_the_island(module: str):
    command = [sys.executable, "-c", IMPORTED, module]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = listed.stdout.split()
    assert module in loaded
    assert [name for name in loaded if within(name, TORCH_ONLY | MESH_EXTRA)] == []
    assert listed.stderr == ""


def test_the_top_package_loads_nothing_heavy():
    command = [sys.executable, "-c", IMPORTED, "toolkit"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"numpy", "PIL", "scipy", "onnxruntime", "click"} & set(listed.stdout.split())


def test_torch_is_imported_on_the_island_only():
    outside = [path for path in sources() if not on_the_island(path)]
    assert len(outside) > 30
    offenders = {
        (str(path.relative_to(ROOT)), name)
        for path in outside
        for name in imports(path)
        if within(name, TORCH_ONLY)
    }
    assert offenders == set()


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("onnxruntime", {"toolkit/runtime/session.py"}),
        ("websockets", {"toolkit/client/opening.py", "toolkit/server/app.py"}),
        ("numba", {"toolkit/rendering/compiled.py", "toolkit/data/procedural/raycast.py"}),
    ],
)
def test_a_library_is_imported_in_its_own_files(library: str, homes: set[str]):
    users = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if any(within(name, {library}) for name in imports(path))
    }
    assert users == homes


def test_files_are_named_for_their_subject():
    vague = {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc"}
    assert [path for path in sources() if path.stem in vague] == []
