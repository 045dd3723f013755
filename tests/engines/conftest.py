"""What several files of engine tests look at, made once."""

import pytest

from tests.engines.godot_engine import Godot, find_godot
from tests.engines.godot_exports import Exported, export_all


@pytest.fixture(scope="session")
def godot() -> Godot:
    """The engine, set up now if need be."""
    return find_godot()


@pytest.fixture(scope="session")
def exported(godot: Godot, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A project with every export for Godot."""
    return export_all(godot, tmp_path_factory.mktemp("godot") / "exports")
