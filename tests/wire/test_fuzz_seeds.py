"""The fuzzer's own parts, which need no atheris; ``tests/fuzz`` itself is run by hand."""

import json

from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds
from toolkit.errors import BadRequest
from toolkit.wire.codec import decode_client
from toolkit.wire.frames import decode_frame


def test_seeds_hold_every_vector():
    found = list(seeds())
    frames = [seed for seed in found if seed.startswith(b"PLR1")]
    assert len(found) > 70
    assert len(frames) > 10
    assert any(b'"type": "job.submit"' in seed for seed in found)


def test_changes_stay_json_or_frames():
    whole = 0
    for number, seed in enumerate(seeds()):
        for turn in range(20):
            near = mutated(seed, 1000 * number + turn)
            if near is None:
                break
            if seed.startswith(b"PLR1"):
                assert near[:4] == b"PLR1"
            else:
                json.loads(near)
            try:
                whole += bool(
                    decode_frame(near) if near[:4] == b"PLR1" else decode_client(near.decode())
                )
            except BadRequest:
                continue
    assert whole > 100
