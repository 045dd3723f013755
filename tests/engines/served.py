"""The real server with the scripted engine, as a process of its own that can be restarted."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parent / "serve_scripted.py"
SHIPPED = Path(__file__).parent / "serve_shipped.py"


@dataclass
class Served:
    """A server that runs."""

    state: Path
    bundle: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.terminate()
        self.process.wait(120)

    def start(self) -> None:
        """Start it anew over the same state."""
        self.process = begin(self.state, self.bundle)


def begin(state: Path, bundle: Path, *, port: int = 0) -> subprocess.Popen[str]:
    """A server process that says its port, so it is up; 0 is any free one."""
    process = subprocess.Popen(
        [sys.executable, SCRIPT, state, bundle, str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdigit(), "the server did not start"
    return process


@contextmanager
def serve_shipped(state: Path) -> Iterator[Path]:
    """The state folder of a server with the shipped model."""
    command = [sys.executable, SHIPPED, "serve", "--port", "0", "--state", state]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit(), "the server did not start"
        yield state
    finally:
        process.terminate()
        process.wait(120)


@contextmanager
def serve(state: Path, bundle: Path) -> Iterator[Served]:
    """A server of this state folder."""
    up = Served(state, bundle, begin(state, bundle))
    try:
        yield up
    finally:
        up.stop()
