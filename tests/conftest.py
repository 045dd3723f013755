import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.tiny_bundle import write_tiny_bundle

TOGETHER = ("engines/", "batch/", "bridges/")
"""Folders whose tests set something large up once, and would get in each other's way."""


def pytest_configure(config: pytest.Config) -> None:
    # A run that a shell started in the background ignores Ctrl-C, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # How long an example takes says more about the machine than about the code.
    settings.register_profile("playreel", deadline=None)
    settings.load_profile("playreel")
    config.addinivalue_line(
        "markers", "parity: compares with torch or diffusers, of the train extra"
    )
    config.addinivalue_line(
        "markers", "browser: opens the page in Chromium; run by CI, or -m browser"
    )
    config.addinivalue_line("markers", "slow: takes minutes; run by CI, or -m slow")
    config.addinivalue_line(
        "markers", "engine: runs a real engine, minutes long; run by CI, or -m engine"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell pytest-xdist what stays together: a file, and what shares an engine or a cluster."""
    here = Path(__file__).parent
    for item in items:
        name = item.path.relative_to(here).as_posix()
        group = next((folder for folder in TOGETHER if name.startswith(folder)), name)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A tiny whole bundle of the test's own, free to be damaged."""
    return write_tiny_bundle(tmp_path / "bundle")
