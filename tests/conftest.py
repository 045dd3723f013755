import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.tiny_bundle import write_tiny_bundle

ENGINES = "tests/engines/"
"""Tests of one worker: they set large engines up once, and begin first, for they take longest."""


class ByFile(LoadScopeScheduling):
    """A file's tests stay on one worker of pytest-xdist, and so do those of all engines."""

    def _split_scope(self, nodeid: str) -> str:
        return ENGINES if nodeid.startswith(ENGINES) else nodeid.split("::")[0]


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
    """Put the engines first."""
    items.sort(key=lambda item: not item.nodeid.startswith(ENGINES))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """How ``-n 2`` shares the tests out; marks of groups are lost with pytest 9.2."""
    config.option.loadscopereorder = False  # by count of tests, which says nothing of their time
    return ByFile(config, log)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A tiny whole bundle of the test's own, free to be damaged."""
    return write_tiny_bundle(tmp_path / "bundle")
