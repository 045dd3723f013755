"""Which key of a terminal does which action of a world; the same as on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

IDLE = ("noop", "none", "idle", "wait", "stay", "nothing")
DEEDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("left",), ("left", "a")),
    (("right",), ("right", "d")),
    (("up", "forward"), ("up", "w")),
    (("down", "backward", "back"), ("down", "s")),
    (("jump", "do", "fire", "use", "interact", "attack", "a"), ("space", "enter")),
)
"""Words of an action's name, and the keys for it."""
LETTERS = "1234567890qertyuiopfghjklzxcvbnm"
WAIT = "."
"""Key of the action that does nothing."""
NAMED = {
    b"\x1b[A": "up", b"\x1b[B": "down", b"\x1b[C": "right", b"\x1b[D": "left",
    b"\x1bOA": "up", b"\x1bOB": "down", b"\x1bOC": "right", b"\x1bOD": "left",
    b" ": "space", b"\r": "enter", b"\n": "enter", b"\x7f": "backspace", b"\x08": "backspace",
    b"\x1b": "escape", b"\x03": "escape", b"\x04": "escape",
}  # fmt: skip
SHOWN = {"left": "←", "right": "→", "up": "↑", "down": "↓"}
SEQUENCE = re.compile(rb"\x1b[\[O][0-9;]*[A-Za-z~]|.", re.DOTALL)


def idle_action(actions: Sequence[str]) -> int:
    """The action that does nothing, 0 when none has such a name."""
    return next((index for index, name in enumerate(actions) if name.lower() in IDLE), 0)


def keys_of(actions: Sequence[str]) -> Mapping[str, int]:
    """Key to action.

    Directions have the arrows and W A S D, the main deed has space, doing nothing a full stop, and
    all others a digit or letter.
    """
    idle, keys = idle_action(actions), dict[str, int]()
    without: list[int] = []
    for action, name in enumerate(actions):
        words = re.split(r"[^a-z]+", name.lower())
        fit = next((keys for names, keys in DEEDS if set(names) & set(words)), ())
        free = [key for key in fit if key not in keys and action != idle]
        keys |= dict.fromkeys(free, action)
        if not free and action != idle:
            without.append(action)
    rest = [letter for letter in LETTERS if letter not in keys]
    return {**keys, **dict(zip(rest, without, strict=False)), WAIT: idle}


def read_keys(content: bytes) -> list[str]:
    """The keys of what a terminal sent: arrows and such by name, letters as they are."""
    found = [match[0] for match in SEQUENCE.finditer(content)]
    keys = [NAMED.get(one) or one.decode("ascii", "ignore") for one in found]
    return [key for key in keys if key in NAMED.values() or (len(key) == 1 and key.isprintable())]


def help_lines(actions: Sequence[str], width: int) -> list[str]:
    """Each action with its keys, as many beside each other as fit."""
    keys = keys_of(actions)
    entries = [
        f"{' '.join(SHOWN.get(key, key) for key, at in keys.items() if at == action)} "
        f"{name.replace('_', ' ')}"
        for action, name in enumerate(actions)
    ]
    lines = [""]
    for entry in entries:
        joined = f"{lines[-1]}   {entry}" if lines[-1] else entry
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(entry)
    return [line[:width] for line in lines]
