"""The fuzzer's own parts, which need no atheris; ``tests/fuzz`` itself is run by hand."""

import json

import pytest

from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds
from toolkit.errors import BadRequest
from toolkit.messages import INTEGERS, NUMBERS, decode_request
from toolkit.turntable_request import FIELDS as TURNTABLE_FIELDS
from toolkit.wire.codec import decode_client
from toolkit.wire.frames import decode_frame

FIELDS = {
    "sprites": (*INTEGERS, *NUMBERS),
    "turntable": (*TURNTABLE_FIELDS["integers"], *TURNTABLE_FIELDS["numbers"], "path"),
}


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


HUGE = "1" + "0" * 400
"""Found by the fuzzer: no float holds it, and comparing it with one raised OverflowError."""


@pytest.mark.parametrize("kind", list(FIELDS))
def test_a_number_that_no_float_holds_is_refused(kind: str):
    whole = {"sprites": {"prompt": "x"}, "turntable": {"mesh": "a.glb"}}[kind]
    for name in FIELDS[kind]:
        value = f"[[0, 0], [{HUGE}, 0]]" if name == "path" else HUGE
        body = json.dumps({"type": kind, **whole})[:-1] + f', "{name}": {value}}}'
        with pytest.raises(BadRequest, match=r"is 10+|must be|at most") as refused:
            decode_request(body)
        assert len(str(refused.value)) < 600
