"""Which frames a world model remembers: the newest, and older ones that show what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Place = tuple[float, float]
"""Where the camera stood, in cells down and right of where the game began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A remembered frame."""

    time: int
    """Number of the frame in its session."""
    place: Place


def choose_keyframes(
    recents: Sequence[Kept], candidates: Sequence[Kept], *, view: tuple[int, int], most: int
) -> list[Kept]:
    """At most ``most`` of the candidates, oldest first.

    A frame is worth the cells of the world of which it is the newest view; those that are worth
    least are forgotten first, of equals the oldest. ``view`` has the rows and columns it shows.
    """
    kept = sorted(candidates, key=lambda frame: frame.time)
    while len(kept) > most:
        worth = _worth(recents, kept, view)
        kept.pop(worth.index(min(worth)))
    return kept


def _worth(recents: Sequence[Kept], kept: Sequence[Kept], view: tuple[int, int]) -> list[int]:
    shown: set[tuple[int, int]] = set()
    for frame in recents:
        shown |= cells_in_view(frame.place, view)
    worth: list[int] = []
    for frame in reversed(kept):
        cells = cells_in_view(frame.place, view)
        worth.append(len(cells - shown))
        shown |= cells
    return worth[::-1]


def cells_in_view(place: Place, view: tuple[int, int]) -> set[tuple[int, int]]:
    """The cells of the world that a frame shows."""
    top, left = round(place[0]), round(place[1])
    return {(top + row, left + column) for row in range(view[0]) for column in range(view[1])}


class FrameMemory:
    """The frames of one session that are remembered, and the slot of the cache each lies in."""

    def __init__(self, *, recents: int, keyframes: int, view: tuple[int, int]) -> None:
        self._recents, self._most, self._view = recents, keyframes, view
        self.slots: dict[int, Kept] = {}
        """Slot to frame."""

    @property
    def times(self) -> list[int]:
        """Numbers of the remembered frames, oldest first."""
        return sorted(frame.time for frame in self.slots.values())

    def is_recent(self, frame: Kept) -> bool:
        """Whether the frame is one of the newest."""
        return frame.time in self.times[-self._recents :]

    def admit(self, frame: Kept) -> int:
        """The slot that the newest frame takes; what it pushes out is forgotten."""
        old = sorted(self.slots.values(), key=lambda kept: kept.time)
        cut = len(old) - (self._recents - 1)
        recents, candidates = old[max(cut, 0) :], old[: max(cut, 0)]
        keyframes = choose_keyframes(
            [*recents, frame], candidates, view=self._view, most=self._most
        )  # fmt: skip
        stay = {kept.time for kept in (*recents, *keyframes)}
        self.slots = {slot: kept for slot, kept in self.slots.items() if kept.time in stay}
        free = next(slot for slot in range(self._recents + self._most) if slot not in self.slots)
        self.slots[free] = frame
        return free
