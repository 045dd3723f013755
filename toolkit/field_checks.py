"""Checks that request fields share; standard library only, because bridges ship a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.errors import BadRequest

MAX_PROMPT = 1000
MAX_IMAGE_BYTES = 64 * 2**20
KINDS: tuple[tuple[str, tuple[type, ...], str], ...] = (
    ("integers", (int,), "a whole number"),
    ("numbers", (int, float), "a number"),
    ("texts", (str,), "text"),
    ("flags", (bool,), "true or false"),
    ("name_lists", (tuple,), "a tuple of texts"),
    ("images", (bytes,), "bytes"),
)
"""Group of fields, the types they take, and how a message calls those."""


def check_kinds(request: object, groups: Mapping[str, Iterable[str]]) -> None:
    """Refuse what JSON or a careless caller may put into a field: ``True`` is no number.

    ``groups`` maps names of ``KINDS`` to the fields of the request that are of that kind.
    """
    for group, kinds, word in KINDS:
        for name in groups.get(group, ()):
            value = getattr(request, name)
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise BadRequest(f"{name} is {value!r:.60}; must be {word}.")
    for name in groups.get("name_lists", ()):
        for entry in getattr(request, name):
            if not isinstance(entry, str):
                raise BadRequest(f"{name} holds {entry!r:.60}; must be a tuple of texts.")


def check_text(name: str, text: str) -> None:
    """Refuse text that is too long or cannot be written down."""
    if len(text) > MAX_PROMPT:
        raise BadRequest(f"{name} has {len(text)} characters; at most {MAX_PROMPT}.")
    if "\0" in text or text.encode("utf-8", "replace").decode() != text:
        raise BadRequest(f"{name} holds a NUL or half a character; take it out.")


def check_image(image: bytes) -> None:
    """Refuse an encoded picture that is too large."""
    if len(image) > MAX_IMAGE_BYTES:
        raise BadRequest(f"image has {len(image)} bytes; at most {MAX_IMAGE_BYTES}.")


def check_color(name: str, color: str) -> None:
    """Refuse a colour that is not six hex digits."""
    if len(color) != 6 or any(digit not in "0123456789abcdefABCDEF" for digit in color):
        raise BadRequest(f"{name} is {color!r}; write six hex digits, as in ff8800.")


def in_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside ``low`` to ``high``, ends included, and what is no number.

    Numbers of JSON may be larger than any float, so they are compared and never converted.
    """
    if not low <= value <= high:
        raise BadRequest(f"{name} is {str(value)[:60]}; must be {low} to {high}.")


def one_of(name: str, value: Any, choices: Iterable[Any]) -> None:
    """Refuse a value that is not among the choices."""
    allowed = tuple(choices)
    if value not in allowed:
        raise BadRequest(f"{name} is {value!r}; choose from {', '.join(map(str, allowed))}.")
