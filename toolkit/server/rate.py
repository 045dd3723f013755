"""How often something may happen; the clock is given, so nothing here waits."""

from __future__ import annotations

from collections.abc import Callable


class Every:
    """True at most once in so many seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._last = -seconds + clock()

    def due(self) -> bool:
        """Whether it may happen now; if so, the time begins again."""
        now = self._clock()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True


class Bucket:
    """``per_second`` in the long run, ``burst`` at once."""

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float]) -> None:
        self._per_second, self._burst, self._clock = per_second, burst, clock
        self._level, self._last = burst, clock()

    def take(self) -> bool:
        """Whether one more is allowed now."""
        self._fill()
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def spend(self) -> float:
        """Seconds to wait after one more, which is allowed in any case."""
        self._fill()
        self._level -= 1
        return max(0.0, -self._level / self._per_second)

    def _fill(self) -> None:
        now = self._clock()
        passed = max(0.0, now - self._last)
        self._level = min(self._burst, self._level + passed * self._per_second)
        self._last = now
