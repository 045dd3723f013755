"""Who made each file of a Debian package and under which licence, from its ``copyright`` file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
FIELD = re.compile(r"^([A-Za-z-]+):(.*(?:\n[ \t].*)*)", re.MULTILINE)
YEARS = re.compile(r"^[0-9][0-9, -]*\s")
ADDRESS = re.compile(r"\s*<[^>]*>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What one paragraph says of the files that its patterns match."""

    patterns: tuple[str, ...]
    licence: str
    """The licence's short name, as in ``CC-BY-3.0``."""
    holders: tuple[str, ...]
    """Without years and addresses."""


def read_grants(text: str) -> list[Grant]:
    """The ``Files`` paragraphs in their order.

    The format is Debian's machine-readable copyright file 1.0.
    """
    grants: list[Grant] = []
    for paragraph in PARAGRAPH_END.split(text):
        fields = {match[1]: match[2] for match in FIELD.finditer(paragraph)}
        if "Files" in fields and "License" in fields:
            grants.append(
                Grant(
                    patterns=tuple(fields["Files"].split()),
                    licence=fields["License"].strip().splitlines()[0].strip(),
                    holders=_holders(fields.get("Copyright", "")),
                )
            )
    return grants


def grant_of(name: str, grants: Sequence[Grant]) -> Grant | None:
    """The last grant with a pattern that matches the file's name, as the format demands."""
    for grant in reversed(grants):
        if any(fnmatchcase(name, pattern) for pattern in grant.patterns):
            return grant
    return None


def _holders(text: str) -> tuple[str, ...]:
    lines = (ADDRESS.sub("", YEARS.sub("", line.strip())) for line in text.splitlines())
    return tuple(line for line in lines if line)
