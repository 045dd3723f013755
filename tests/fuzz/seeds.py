"""The first inputs of the fuzzer: every example and every refused text and frame of the vectors."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

VECTORS = Path(__file__).parent.parent / "vectors"


def seeds() -> Iterator[bytes]:
    """Texts and binary frames, as they go over the wire."""
    controls = json.loads((VECTORS / "controls.json").read_text("utf-8"))
    for side in ("client", "server"):
        for message in controls[side]:
            yield json.dumps(message, ensure_ascii=False).encode()
            if isinstance(message.get("request"), dict):
                yield json.dumps(message["request"]).encode()
    for refused in controls["client_refused"]:
        yield refused["text"].encode()
    frames = json.loads((VECTORS / "frames.json").read_text("utf-8"))
    for kind in ("valid", "refused"):
        for frame in frames[kind]:
            yield bytes.fromhex(frame["hex"])


def write_seeds(folder: Path) -> int:
    """Write each seed to a file of its own; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, seed in enumerate(seeds()):
        (folder / f"seed-{number:03}").write_bytes(seed)
        count = number + 1
    return count


if __name__ == "__main__":
    print(write_seeds(Path(sys.argv[1])))
