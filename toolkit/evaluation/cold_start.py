"""What a first-time user waits for: run as a program in a fresh interpreter, prints one JSON line.

``python -m toolkit.evaluation.cold_start BUNDLE STARTED REQUEST``: STARTED is ``time.time()`` of
the caller just before, REQUEST what ``encode_request`` gives. Imports no torch.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from toolkit.evaluation.generation import bundle_maker
from toolkit.messages import SpriteRequest, decode_request
from toolkit.runtime.memory import peak_mib


def main(bundle: str, started: str, request: str) -> None:
    """Load the bundle, make two clips and print when each was ready."""
    make, wanted = bundle_maker(Path(bundle)), decode_request(request)
    assert isinstance(wanted, SpriteRequest)
    make(wanted)
    first = time.time()
    make(replace(wanted, seed=wanted.seed + 1))
    seconds = {
        "cold_seconds": first - float(started),
        "second_clip_seconds": time.time() - first,
        "peak_mib": peak_mib(),
    }
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
