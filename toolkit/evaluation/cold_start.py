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

from toolkit.evaluation.generation import ClipMaker, bundle_maker
from toolkit.messages import SpriteRequest, decode_request
from toolkit.runtime.memory import peak_mib
from toolkit.runtime.model_card import Student, read_card

FEW_STEPS_FRAMES = 16


def main(bundle: str, started: str, request: str) -> None:
    """Load the bundle, make two clips and print when each was ready."""
    make, wanted = bundle_maker(Path(bundle)), decode_request(request)
    assert isinstance(wanted, SpriteRequest)
    make(wanted)
    first = time.time()
    make(replace(wanted, seed=wanted.seed + 1))
    second = time.time()
    student = read_card(Path(bundle)).student
    seconds = {
        "cold_seconds": first - float(started),
        "second_clip_seconds": second - first,
        "few_steps_seconds": student and few_steps_seconds(make, wanted, student),
        "peak_mib": peak_mib(),
    }
    print(json.dumps(seconds))


def few_steps_seconds(make: ClipMaker, request: SpriteRequest, student: Student) -> float:
    """Seconds of a warm clip of 16 frames by the few-step network, the finish included."""
    quick = student.quickened(replace(request, num_frames=FEW_STEPS_FRAMES))
    make(quick)
    started = time.time()
    make(replace(quick, seed=quick.seed + 1))
    return time.time() - started


if __name__ == "__main__":
    main(*sys.argv[1:])
