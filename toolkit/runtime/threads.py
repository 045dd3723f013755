"""How many threads run the denoiser fastest here: tried once per bundle and machine, remembered."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.session import Provider, Session, core_count, runtime_version

PROBE_FRAMES, PROBE_SIDE = 8, 64
TRIAL_SECONDS = 0.45
"""What trying further counts may cost beyond the first, which has to be loaded anyway."""
MOST_THREADS = 1024
SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


def cache_folder() -> Path:
    """Where this user's caches of Playreel live."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "playreel"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/playreel"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "playreel"


def open_fastest(graph_hash: str, graph: bytes, *, provider: Provider) -> Session:
    """The denoiser graph on the remembered thread count, or on the fastest of a first try.

    The try keeps the session it found fastest, so it costs little beyond loading once. Only the
    processor is tried: on a graphics card the threads hardly matter.
    """
    cores = core_count()
    if provider != "cpu":
        return Session(graph, provider=provider, threads=cores)
    key = f"{graph_hash[:16]}-{cores}-{runtime_version()}"
    path = cache_folder() / "threads.json"
    remembered = _read(path)
    if key in remembered:
        return Session(graph, provider=provider, threads=remembered[key])
    fastest = try_counts(graph, candidates(cores, physical_cores()))
    _write(path, {**remembered, key: fastest.threads})
    return fastest


def candidates(cores: int, physical: int) -> tuple[int, ...]:
    """Thread counts worth trying, the most promising first."""
    return tuple(dict.fromkeys(min(count, cores) for count in (physical, 1, 2)))


def physical_cores() -> int:
    """Cores without their second hardware threads; all of them where the system does not tell."""
    cores = core_count()
    if not hasattr(os, "sched_getaffinity"):
        return cores
    try:
        siblings = {Path(SIBLINGS.format(cpu)).read_text() for cpu in os.sched_getaffinity(0)}
    except OSError:
        return cores
    return len(siblings)


def try_counts(
    graph: bytes, counts: tuple[int, ...], clock: Callable[[], float] = time.perf_counter
) -> Session:
    """The session of the fastest count; counts that would take too long to try are left out."""
    began = clock()
    session, least = _trial(graph, counts[0], clock)
    started = clock()
    longest = started - began
    for count in counts[1:]:
        began = clock()
        if began - started + longest > TRIAL_SECONDS:
            break
        other, seconds = _trial(graph, count, clock)
        longest = max(longest, clock() - began)
        if seconds < least:
            session, least = other, seconds
    return session


def _read(path: Path) -> dict[str, int]:
    """What was remembered; a missing or damaged file is nothing."""
    try:
        body = json.loads(path.read_text())
        return {
            str(key): int(count) for key, count in body.items() if 1 <= int(count) <= MOST_THREADS
        }
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


def _trial(graph: bytes, threads: int, clock: Callable[[], float]) -> tuple[Session, float]:
    """A session on this many threads and how long its second denoiser run takes."""
    session = Session(graph, provider="cpu", threads=threads)
    feeds = _probe_feeds(session)
    session.run(feeds)
    began = clock()
    session.run(feeds)
    return session, clock() - began


def _probe_feeds(session: Session) -> dict[str, NDArray[np.float32]]:
    """Zeros in the shapes of one unguided step of a small clip."""
    frames, side, tokens = PROBE_FRAMES, PROBE_SIDE, PROBE_FRAMES * (PROBE_SIDE // 16) ** 2
    width = int(session.input_shape("pooled")[1])
    shapes = {
        "sample": (1, frames, 4, side, side),
        "sigma": (1, frames),
        "text_embeds": (1, 24, width),
        "pooled": (1, width),
        "control": (1, frames, 12),
        "rope_cos": (tokens, 32),
        "rope_sin": (tokens, 32),
    }
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
