"""A batch in a process of its own, killed at random moments and resumed."""

import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("report.html", "results.jsonl", "junit.xml")


def start(*words: str) -> subprocess.Popen[str]:
    """``playreel batch`` with these words."""
    command = [sys.executable, "-u", "-m", "toolkit", "batch", *words]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run_killed(
    words: Sequence[str], out: Path, moments: random.Random, *, kills: int, most: int = 5
) -> int:
    """Run, get ``kill -9`` so often, resume, and end; how often it was killed.

    Each time after a random number of assets, ``most`` of them, and a random part of the next one.
    """
    killed = 0
    while True:
        with start(*words) as process:
            assert process.stdout is not None
            after = moments.randint(0, most)
            seen = [line for line, _ in zip(process.stdout, range(after), strict=False)]
            if len(seen) == after and killed < kills:
                try:
                    process.wait(timeout=moments.uniform(0, 0.05))
                except subprocess.TimeoutExpired:
                    process.kill()
            _, said = process.communicate()
        if process.returncode == 0:
            return killed
        assert process.returncode == -signal.SIGKILL, said
        killed += 1
        kept = (out / ".playreel" / "order.json").is_file()
        words = ["resume", str(out)] if kept else words


def made_files(out: Path) -> dict[str, bytes]:
    """What a batch made, without books and reports."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".playreel" not in path.parts and path.name not in OURS
    }
