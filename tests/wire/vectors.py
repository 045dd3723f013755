"""What ``tests/vectors`` holds: every message and binary frame, for the clients in all languages.

``python -m tests.wire.vectors`` writes them again.
"""

import json
from pathlib import Path
from typing import Any

from toolkit.wire.document import example_json
from toolkit.wire.examples import CLIENT_EXAMPLES, JOB, SERVER_EXAMPLES
from toolkit.wire.frames import PREVIEW, RESULT, SESSION, UPLOAD, Frame, encode_frame, split

VECTORS = Path(__file__).parent.parent / "vectors"
PREVIEWED = {
    "job": JOB, "step": 5, "num_steps": 20, "label": "walk_right", "media": "image/webp",
    "width": 64, "height": 64, "num_frames": 8, "columns": 3,
}  # fmt: skip
FRAMES = (
    Frame(kind=PREVIEW, stream=1, metadata=PREVIEWED, payload=b"RIFF"),
    *split(RESULT, 3, {}, bytes(range(100)), max_frame=32 + 40),
    Frame(kind=UPLOAD, stream=2**53 - 1, index=1, count=2, payload=b"\x00\xff"),
    Frame(
        kind=SESSION, stream=9, payload=bytes(12),
        metadata={"session": "g", "tick": 7, "act": 12, "width": 2, "height": 2, "format": "rgb"},
    ),
    Frame(kind=PREVIEW, stream=4, metadata={"label": "Sprünge 🗡"}),
)  # fmt: skip
_GOOD = encode_frame(FRAMES[0])
BAD_FRAMES = {
    "empty": b"",
    "header cut short": _GOOD[:31],
    "another magic": b"PLR2" + _GOOD[4:],
    "unknown kind": _GOOD[:4] + b"\x09" + _GOOD[5:],
    "another header length": _GOOD[:6] + b"\x40\x00" + _GOOD[8:],
    "not marked as last": _GOOD[:5] + b"\x00" + _GOOD[6:],
    "index beyond count": _GOOD[:16] + b"\x05" + _GOOD[17:],
    "payload cut short": _GOOD[:-1],
    "one byte too many": _GOOD + b"\0",
    "metadata not JSON": encode_frame(FRAMES[0]).replace(b'{"job"', b'{{job"'),
    "metadata not UTF-8": encode_frame(FRAMES[0]).replace(b'{"job"', b'{"j\xffb"'),
    "metadata in a later chunk": encode_frame(
        Frame(kind=RESULT, stream=1, index=1, count=2, metadata={"a": 1})
    ),
}
BAD_CLIENT = {
    "no JSON": "hello",
    "no object": "[]",
    "no type": '{"id":"a"}',
    "unknown type": '{"type":"job.explode"}',
    "type is no text": '{"type":["hello"]}',
    "missing field": '{"type":"job.cancel","id":"a"}',
    "unknown field": '{"type":"ping","x":1}',
    "key twice": '{"type":"ping","id":"a","id":"b"}',
    "not a number": '{"type":"stream.credit","stream":NaN,"credit":1}',
    "beyond 2^53": '{"type":"stream.credit","stream":9007199254740992,"credit":1}',
    "a number of 5000 digits": '{"type":"stream.stop","stream":' + "9" * 5000 + "}",
    "half a step": '{"type":"stream.stop","stream":1.5}',
    "true for a number": '{"type":"stream.stop","stream":true}',
    "credit of none": '{"type":"stream.credit","stream":1,"credit":0}',
    "job with a slash": '{"type":"job.cancel","job":"../x"}',
    "empty job": '{"type":"job.cancel","job":""}',
    "hash in capitals": '{"type":"result.get","result":"' + "A" * 64 + '"}',
    "hash with a line break": '{"type":"result.get","result":"' + "a" * 64 + '\\n"}',
    "half a character": '{"type":"hello","client":"\\ud800"}',
    "nested too deep": '{"type":"job.submit","job":"a","request":' + '{"a":' * 20 + "1" + "}" * 21,
    "no choice": '{"type":"job.submit","job":"a","request":{},"priority":"urgent"}',
    "request is a list": '{"type":"job.submit","job":"a","request":[]}',
    "frames too small": '{"type":"hello","max_frame":1024}',
}


def controls() -> str:
    """The text of ``controls.json``."""
    body: dict[str, Any] = {
        "client": [example_json(message) for message in CLIENT_EXAMPLES],
        "server": [example_json(message) for message in SERVER_EXAMPLES],
        "client_refused": [{"name": name, "text": text} for name, text in BAD_CLIENT.items()],
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def frames() -> str:
    """The text of ``frames.json``; bytes are hex."""
    body = {
        "valid": [
            {
                "hex": encode_frame(frame).hex(),
                "kind": frame.kind,
                "stream": frame.stream,
                "index": frame.index,
                "count": frame.count,
                "last": frame.last,
                "metadata": frame.metadata,
                "payload": frame.payload.hex(),
            }
            for frame in FRAMES
        ],
        "refused": [{"name": name, "hex": data.hex()} for name, data in BAD_FRAMES.items()],
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (VECTORS / "controls.json").write_text(controls(), "utf-8")
    (VECTORS / "frames.json").write_text(frames(), "utf-8")
