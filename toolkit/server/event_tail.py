"""The newest stored events, ready to send."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from toolkit.server.store import Store
from toolkit.wire.answers import StoredEvent
from toolkit.wire.codec import encode

RECENT_EVENTS = 2048


class EventTail:
    """The newest events with their JSON, in memory; older ones are read from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recent: deque[tuple[StoredEvent, str]] = deque(maxlen=RECENT_EVENTS)

    def add(self, event: StoredEvent) -> None:
        """One more event was stored."""
        self._recent.append((event, encode(event)))

    def after(self, seq: int, limit: int) -> Iterable[tuple[StoredEvent, str]]:
        """Events beyond ``seq`` in order, at most ``limit``."""
        if seq >= self._store.seq:
            return []
        if self._recent and self._recent[0][0].seq <= seq + 1:
            first = seq + 1 - self._recent[0][0].seq
            return [self._recent[i] for i in range(first, min(first + limit, len(self._recent)))]
        return [(event, encode(event)) for event in self._store.events_after(seq, limit)]
