"""What training never sees: pairs of slots in the generated grid, and subjects of the packs."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

SHARE = 0.05
"""Share of the packs' subjects that is kept for evaluation."""


def is_held_out_subject(source: str, subject: str) -> bool:
    """Whether a pack's subject is kept for evaluation: 5 %, by the sha1 of its lower-case name.

    The source does not enter the hash, so that a subject drawn by three packs is held out of all
    of them; emoji concepts repeat across styles.
    """
    if f"{source}/{subject}" in _rules()["subjects"]:
        return True
    digest = hashlib.sha1(subject.strip().lower().encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") < SHARE * 2**32


def is_held_out(labels: object) -> bool:
    """Whether generated labels contain one of the held-out pairs, for example purple and wolf."""
    for pair in _rules()["pairs"]:
        if all(getattr(labels, slot, None) == value for slot, value in pair.items()):
            return True
    return False


def held_out_pairs() -> tuple[dict[str, str], ...]:
    """Every held-out pair as slot name to value."""
    return tuple(dict(pair) for pair in _rules()["pairs"])


@cache
def _rules() -> dict[str, Any]:
    return json.loads(files("toolkit.data").joinpath("heldout.json").read_text("utf-8"))
