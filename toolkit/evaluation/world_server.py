"""A server as a user starts it, with one world, for as long as something is measured on it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import ServerUnreachable

PATIENCE = 30.0
"""Seconds that a server may take to end before it is killed."""


@contextmanager
def served(world: Path) -> Generator[Path]:
    """The state folder of ``playreel serve`` with this world bundle, which ends with the block.

    It is a process of its own on a free port of the loopback, and its state folder goes with it.

    Raises:
        ServerUnreachable: it does not start; the message has its last words.
    """
    with tempfile.TemporaryDirectory(prefix="playreel-", ignore_cleanup_errors=True) as folder:
        state, log = Path(folder) / "state", Path(folder) / "log"
        command = [
            sys.executable, "-m", "toolkit", "serve", "--json", "--port", "0",
            "--state", str(state), "--world", str(world),
        ]  # fmt: skip
        with (
            log.open("wb") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process,
        ):
            try:
                assert process.stdout is not None, "it was started with a pipe"
                if not process.stdout.readline():
                    last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
                    raise ServerUnreachable(f"the server did not start: {' '.join(last)}")
                yield state
            finally:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, as Ctrl-C does, and insist when it does not."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
