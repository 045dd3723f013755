"""``python serve_scripted.py STATE BUNDLE [PORT]``: the real server with the scripted engine."""

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tests.server.live import settings
    from toolkit.server.program import run_until_stopped

    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    chosen = settings(Path(sys.argv[1]), Path(sys.argv[2]), port=port)
    asyncio.run(run_until_stopped(chosen, lambda server: print(server.file.port, flush=True)))
