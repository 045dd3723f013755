"""How many threads run fastest here: tried once per bundle and machine, then remembered."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.session import Provider, Session, core_count, runtime_version

PROBE_FRAMES, PROBE_SIDE, PROBE_RUNS = 8, 64, 2


def cache_folder() -> Path:
    """Where this user's caches of Playreel live."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "playreel"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/playreel"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "playreel"


def choose_threads(graph_hash: str, graph: bytes, *, provider: Provider) -> int:
    """The remembered thread count, or after a first try the fastest of one and every core."""
    cores = core_count()
    if provider != "cpu" or cores == 1:
        return cores
    key = f"{graph_hash[:16]}-{cores}-{runtime_version()}"
    path = cache_folder() / "threads.json"
    remembered = _read(path)
    if key not in remembered:
        remembered[key] = min((1, cores), key=lambda count: _seconds(graph, count))
        _write(path, remembered)
    return remembered[key]


def _read(path: Path) -> dict[str, int]:
    """What was remembered; a missing or damaged file is nothing."""
    try:
        body = json.loads(path.read_text())
        return {str(key): int(count) for key, count in body.items() if 1 <= int(count) <= 1024}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, remembered: dict[str, int]) -> None:
    """Remember for next time; without write access it is tried again next time."""
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(remembered))
        temporary.replace(path)
    except OSError:
        return


def _seconds(graph: bytes, threads: int) -> float:
    """The fastest of a few denoiser runs on this many threads."""
    session = Session(graph, provider="cpu", threads=threads)
    feeds = _probe_feeds(session)
    session.run(feeds)
    times: list[float] = []
    for _ in range(PROBE_RUNS):
        started = time.perf_counter()
        session.run(feeds)
        times.append(time.perf_counter() - started)
    return min(times)


def _probe_feeds(session: Session) -> dict[str, NDArray[np.float32]]:
    """Zeros in the shapes of one guided step of a small clip."""
    frames, side, tokens = PROBE_FRAMES, PROBE_SIDE, PROBE_FRAMES * (PROBE_SIDE // 16) ** 2
    width = int(session.input_shape("pooled")[1])
    shapes = {
        "sample": (2, frames, 4, side, side),
        "sigma": (2, frames),
        "text_embeds": (2, 24, width),
        "pooled": (2, width),
        "control": (2, frames, 12),
        "rope_cos": (tokens, 32),
        "rope_sin": (tokens, 32),
    }
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
