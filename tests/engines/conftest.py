"""What several files of engine tests look at, made once."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, find_godot
from tests.engines.godot_exports import Exported, export_all
from tests.engines.godot_project import import_all, make_project


@pytest.fixture(scope="session")
def godot() -> Godot:
    """The engine, set up now if need be."""
    return find_godot()


@pytest.fixture(scope="session")
def exported(godot: Godot, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A project with every export for Godot."""
    return export_all(godot, tmp_path_factory.mktemp("godot") / "exports")


@pytest.fixture(scope="session")
def imported_project(godot: Godot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with nothing but the plugin, imported; to be copied."""
    project = make_project(tmp_path_factory.mktemp("godot") / "plugin")
    assert import_all(godot, project).complaints == []
    return project


@pytest.fixture(scope="module")
def project(imported_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of that project for one file of tests."""
    return shutil.copytree(imported_project, tmp_path_factory.mktemp("copied") / "project")


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter: pytest closes its own whenever one more of it starts."""
    with tempfile.TemporaryDirectory(prefix="playreel-godot-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
