from pathlib import Path

import pytest

from tests.tiny_bundle import write_tiny_bundle


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "parity: compares with torch or diffusers, of the train extra"
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A tiny whole bundle of the test's own, free to be damaged."""
    return write_tiny_bundle(tmp_path / "bundle")
