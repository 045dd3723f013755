"""The worker's own program, started as the server starts it."""

import os
import subprocess
import sys

from tests.server.live import SCRIPTED
from toolkit.server.worker import WorkerSettings


def test_a_server_that_is_gone_ends_it_in_silence():
    """Killed before the worker was ready, the server reads nothing of what it says."""
    reading, writing = os.pipe()
    os.close(reading)
    settings = WorkerSettings(memory=0, engine=SCRIPTED).to_json()
    command = [sys.executable, "-m", "toolkit.server.worker_process", settings]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait()) == (b"", 0)
