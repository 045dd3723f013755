"""``python serve_shipped.py serve --port 0 --state FOLDER``: ``playreel serve``, more patient.

A worker that says nothing for three minutes is ended; on a starved machine loading takes longer.
"""

import argparse
import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from toolkit.runtime.models import DEFAULT_BUNDLE
    from toolkit.server.app import AppSettings
    from toolkit.server.limits import Limits
    from toolkit.server.program import run_until_stopped
    from toolkit.server.settings import ServiceSettings

    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("--port", type=int)
    parser.add_argument("--state", type=Path)
    given = parser.parse_args()
    service = ServiceSettings(
        state=given.state,
        bundles=(DEFAULT_BUNDLE,),
        threads=1,
        limits=Limits(stall_seconds=1700.0),
    )
    settings = AppSettings(service=service, port=given.port)
    asyncio.run(run_until_stopped(settings, lambda server: print(server.file.port, flush=True)))
