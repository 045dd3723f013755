"""Changes that keep a text JSON or a frame well-formed, so that the fuzzer gets past the parser."""

import json
import random
import struct
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, 8.0, 1e300, -0.0, 2**53, 2**53 - 1, -(2**63), 10**400,
    float("inf"), float("nan"), "", "a" * 65, "../x", "\0", "\ud800", "🗡", "0" * 64, "sha256:",
    "sha256:" + "0" * 64 + "/a.glb", [], {}, [[]], {"a": {}}, ["a", 1], {"type": "hello"},
)  # fmt: skip
HEADER = struct.Struct("<4sBBHQIIII")
EDGES = (0, 1, 2, 3, 32, 255, 16384, 16385, 2**16 - 1, 2**31, 2**32 - 1, 2**53, 2**64 - 1)
LIMITS = {1: 2**8, 2: 2**8, 3: 2**16, 4: 2**64, 5: 2**32, 6: 2**32, 7: 2**32, 8: 2**32}
"""Of each changeable field of the header, by its place."""


def mutated(data: bytes, seed: int) -> bytes | None:
    """Something near ``data`` of the same kind, or ``None`` when it is neither JSON nor frame."""
    chance = random.Random(seed)
    if data.startswith(b"PLR1") and len(data) >= HEADER.size:
        return mutated_frame(data, chance)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return None
    change(body, chance)
    return json.dumps(body).encode()


def mutated_frame(data: bytes, chance: random.Random) -> bytes:
    """The frame with a field of its header changed, or with other lengths that are true."""
    head = list(HEADER.unpack_from(data))
    rest = data[HEADER.size :]
    if chance.random() < 0.5:
        place = chance.randrange(1, 9)
        head[place] = chance.choice(EDGES) % LIMITS[place]
    else:
        rest = rest[: chance.randrange(len(rest) + 1)] + chance.randbytes(chance.randrange(9))
        head[7] = chance.randrange(len(rest) + 1)
        head[8] = len(rest) - head[7]
    return HEADER.pack(*head) + rest


def change(body: Any, chance: random.Random) -> None:
    """One value somewhere inside replaced, taken out, doubled or renamed."""
    places = list(places_in(body))
    if not places:
        return
    holder, key = chance.choice(places)
    match chance.randrange(4):
        case 0 | 1:
            holder[key] = chance.choice(ODD)
        case 2:
            del holder[key]
        case _ if isinstance(holder, dict):
            holder[str(chance.choice(ODD))[:20]] = holder[key]
        case _:
            holder.append(holder[key])


def places_in(body: Any) -> list[tuple[Any, Any]]:
    """Every container and key, all the way down to a bounded depth."""
    found: list[tuple[Any, Any]] = []
    level = [body]
    for _ in range(20):
        inner = []
        for value in level:
            keys = list(value) if isinstance(value, dict) else []
            keys = list(range(len(value))) if isinstance(value, list) else keys
            found += [(value, key) for key in keys]
            inner += [value[key] for key in keys]
        level = inner
    return found
