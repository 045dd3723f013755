"""The server's numbers as Prometheus reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from toolkit import __version__
from toolkit.server.service import Service


def prometheus(service: Service) -> str:
    """All metrics in the text format 0.0.4; no prompt, name or path is among them."""
    states = Counter(record.state for record in service.jobs.unfinished())
    lines = [
        *_family("playreel_info", "gauge", "Version.", [(f'version="{__version__}"', 1)]),
        *_family("playreel_connections", "gauge", "Open websockets.", [("", len(service.peers))]),
        *_family(
            "playreel_jobs", "gauge", "Jobs that have not ended.",
            [(f'state="{state}"', count) for state, count in sorted(states.items())],
        ),
        *_family(
            "playreel_job_events_total", "counter", "Jobs that reached a state since the start.",
            [(f'state="{name}"', count) for name, count in sorted(service.counts.items())],
        ),
        *_family("playreel_sessions", "gauge", "Live games.", [("", len(service.sessions))]),
        *_family("playreel_event_seq", "gauge", "Newest event.", [("", service.store.seq)]),
        *_family(
            "playreel_stored_bytes", "gauge", "Bytes on disk.",
            [
                ('shelf="results"', service.results.used()),
                ('shelf="uploads"', service.uploads.used()),
            ],
        ),
        *_family(
            "playreel_worker_resident_bytes", "gauge", "Memory of the workers.",
            [("", service.loading.resident())],
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _family(name: str, kind: str, text: str, samples: Iterable[tuple[str, int]]) -> Iterable[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"
