"""The server that ``playreel bench server`` measures, as a process of its own.

``python -m toolkit.server.bench_process STATE BUNDLE`` prints a line when it is ready.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from toolkit.server.app import AppSettings, Running
from toolkit.server.program import run_until_stopped
from toolkit.server.settings import ServiceSettings

ENGINE = "toolkit.server.bench_engine:open_bench"


def main(state: Path, bundle: Path) -> None:
    """Serve until a signal comes."""
    service = ServiceSettings(
        state=state, bundles=(bundle,), engine=ENGINE, worlds={"noise": bundle}
    )

    def started(server: Running) -> None:
        print(server.file.pid, flush=True)

    asyncio.run(run_until_stopped(AppSettings(service=service, port=0), started))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
