"""A terminal as a screen of coloured half blocks and a keyboard, put back as it was afterwards."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.commands.game_keys import read_keys
from toolkit.errors import PlayreelError

ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"
SEQUENCE_SECONDS = 0.02
"""How long the rest of an escape sequence may take to come."""


class Terminal:
    """A terminal in which single keys can be read and pictures be drawn."""

    def __init__(self, keyboard: int, screen: TextIO) -> None:
        self._keyboard, self._screen = keyboard, screen
        self._keys: list[str] = []

    def size(self) -> tuple[int, int]:
        """Columns and rows of characters."""
        size = os.get_terminal_size(self._screen.fileno())
        return size.columns or 80, size.lines or 24  # a pty without a size says 0

    def draw(self, frame: NDArray[np.uint8], lines: Sequence[str]) -> None:
        """Show a frame ``[H, W, 3]``, as large as fits above the lines of text."""
        columns, rows = self.size()
        text = [line[:columns] for line in lines]
        picture = half_blocks(shrunk(frame, columns, 2 * max(1, rows - len(text) - 1)))
        body = "".join(f"{line}\x1b[0m\x1b[K\n" for line in (*picture, *text))
        self._screen.write(f"\x1b[H{body}\x1b[J")
        self._screen.flush()

    def key(self) -> str:
        """The next key, waited for.

        Raises:
            EOFError: the terminal was closed.
        """
        while not self._keys:
            self._read()
        return self._keys.pop(0)

    def newest_key(self) -> str | None:
        """The last key since the one before; what was pressed in between is passed over.

        Raises:
            EOFError: the terminal was closed.
        """
        while self._came(0):
            self._read()
        newest = self._keys[-1] if self._keys else None
        self._keys.clear()
        return newest

    def _came(self, seconds: float) -> bool:
        return bool(select.select([self._keyboard], [], [], seconds)[0])

    def _read(self) -> None:
        content = os.read(self._keyboard, 1024)
        if not content:
            raise EOFError
        if content.endswith((b"\x1b", b"\x1b[", b"\x1bO")) and self._came(SEQUENCE_SECONDS):
            content += os.read(self._keyboard, 1024)
        self._keys += read_keys(content)


@contextmanager
def open_terminal(keyboard: TextIO = sys.stdin, screen: TextIO = sys.stderr) -> Generator[Terminal]:
    """The terminal around this program, without echo, on a page of its own.

    Raises:
        PlayreelError: there is none.
    """
    if not (keyboard.isatty() and screen.isatty()):
        raise PlayreelError(
            "playreel play needs a terminal for its keys and pictures; run it in one, use "
            "playreel rollout for scripts, or playreel serve --open for the page."
        )
    try:
        import termios
        import tty
    except ModuleNotFoundError as error:
        raise PlayreelError(
            "this system has no POSIX terminal; play in the page: playreel serve --open."
        ) from error
    before = termios.tcgetattr(keyboard)
    try:
        tty.setcbreak(keyboard)
        screen.write(ENTER)
        yield Terminal(keyboard.fileno(), screen)
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        screen.write(LEAVE)
        screen.flush()


def shrunk(frame: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The frame ``[H, W, 3]``, averaged down as little as makes it fit."""
    rows, columns = frame.shape[:2]
    share = min(width / columns, height / rows)
    if share >= 1:
        return frame
    size = max(1, int(columns * share)), max(1, int(rows * share))
    return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.BOX))


def half_blocks(frame: NDArray[np.uint8]) -> list[str]:
    """A frame ``[H, W, 3]`` as lines of upper half blocks, two pixels a character."""
    if frame.shape[0] % 2:
        frame = np.concatenate([frame, np.zeros_like(frame[:1])])
    lines: list[str] = []
    for upper, lower in zip(frame[0::2].tolist(), frame[1::2].tolist(), strict=True):
        parts: list[str] = []
        before: tuple[list[int], list[int]] | None = None
        for pair in zip(upper, lower, strict=True):
            if pair != before:
                (r, g, b), (u, v, w) = pair
                parts.append(f"\x1b[38;2;{r};{g};{b};48;2;{u};{v};{w}m")
            parts.append("▀")
            before = pair
        lines.append("".join(parts))
    return lines
