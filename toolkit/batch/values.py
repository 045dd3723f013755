"""Nodes -> Python values: numbers, truths, lists of names, each refused with its place."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.batch.nodes import Items, Node, as_scalar, as_text, problem, shown
from toolkit.input_files import split_names

WHOLE = re.compile(r"[0-9]{1,19}")
NUMBER = re.compile(r"[0-9]{1,19}(\.[0-9]{1,19})?")
SIGNED = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?")
TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def read_whole(node: Node, name: str) -> int:
    """A whole number, 0 or more."""
    scalar = as_scalar(node, name)
    if scalar.kind not in ("whole", "cell") or not WHOLE.fullmatch(scalar.text.strip()):
        raise problem(node.place, f"{name} is {shown(node)}; must be a whole number, as in 8.")
    return int(scalar.text)


def read_number(node: Node, name: str) -> float:
    """A number, 0 or more; whole ones stay whole."""
    scalar = as_scalar(node, name)
    text = scalar.text.strip()
    if scalar.kind not in ("whole", "number", "cell") or not NUMBER.fullmatch(text):
        raise problem(node.place, f"{name} is {shown(node)}; must be a number, as in 2.5.")
    return float(text) if "." in text else int(text)


def read_signed(node: Node, name: str) -> float:
    """A number, also below 0."""
    scalar = as_scalar(node, name)
    text = scalar.text.strip()
    if scalar.kind not in ("whole", "number", "cell") or not SIGNED.fullmatch(text):
        raise problem(node.place, f"{name} is {shown(node)}; must be a number, as in -22.5.")
    return float(text)


def read_truth(node: Node, name: str) -> bool:
    """True or false."""
    scalar = as_scalar(node, name)
    text = scalar.text.strip().lower()
    if scalar.kind not in ("truth", "cell") or text not in TRUTHS:
        raise problem(node.place, f"{name} is {shown(node)}; must be true or false.")
    return TRUTHS[text]


def read_names(node: Node, name: str) -> tuple[str, ...]:
    """The texts of a list, or of ``idle,walk``."""
    if isinstance(node, Items):
        return tuple(as_text(item, name) for item in node.items)
    return split_names(as_text(node, name))


def beside(node: Node, name: str) -> Path:
    """The path that a node names, relative to the file it stands in."""
    return Path(node.place.file).parent / as_text(node, name)
