"""What waits to be sent to one client, in the order that serves it best; bounded throughout."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from toolkit.server.result_stream import ResultStream
from toolkit.wire.answers import Failure, JobProgress, JobState, ServerMessage, StoredEvent
from toolkit.wire.codec import encode
from toolkit.wire.fields import TERMINAL
from toolkit.wire.frames import PREVIEW, SESSION, encode_frame, split
from toolkit.wire.refused import Refused

EVENTS_AT_ONCE = 64
NEWEST_FRAMES = 2
"""Of a game at a fixed rate; older ones are dropped."""


class EventSource(Protocol):
    """Where stored events come from: they wait there, not here, for a slow client."""

    def after(self, seq: int, limit: int) -> Iterable[tuple[StoredEvent, str]]:
        """Events beyond ``seq`` in order, each with its JSON."""
        ...


class Outbox:
    """Messages of one connection: answers first, then events, games, progress, previews, results.

    Progress and previews are replaced by newer ones of the same job, frames of a game at a
    fixed rate by newer frames; stored events are read from ``events`` when there is room.
    ``wake`` is called when something was added.
    """

    def __init__(self, events: EventSource, *, wake: Callable[[], None]) -> None:
        self.max_frame = 0
        """Most bytes of a binary message; set by ``hello``."""
        self.size = 0
        """Characters of answers that wait."""
        self.seq: int | None = None
        """Last event sent; ``None`` without a subscription."""
        self.previews = False
        self._events, self._wake = events, wake
        self._answers: deque[str] = deque()
        self._ready: deque[str] = deque()
        self._games: dict[str, deque[bytes]] = {}
        self._progress: dict[str, JobProgress] = {}
        self._pictures: dict[str, deque[bytes]] = {}
        self._streams: dict[int, ResultStream] = {}
        self._stream = 0

    def answer(self, message: ServerMessage) -> None:
        """Add a message that must arrive."""
        text = encode(message)
        self._answers.append(text)
        self.size += len(text)
        self._wake()

    def subscribe(self, seq: int, *, previews: bool) -> None:
        """From now on send every stored event beyond ``seq``."""
        self.seq, self.previews = seq, previews
        self._ready.clear()
        self._wake()

    def tell_events(self) -> None:
        """There may be new events."""
        if self.seq is not None:
            self._wake()

    def tell_progress(self, progress: JobProgress) -> None:
        """Add progress to a subscriber; an older one of the job is forgotten."""
        if self.seq is not None:
            self._progress[progress.job] = progress
            self._wake()

    def show_preview(self, job: str, metadata: Mapping[str, Any], content: bytes) -> None:
        """Add a preview; one of the job that has not begun to be sent is forgotten."""
        if self.seq is not None and self.previews:
            frames = split(PREVIEW, self.new_stream(), metadata, content, max_frame=self.max_frame)
            self._pictures[job] = deque(encode_frame(frame) for frame in frames)
            self._wake()

    def show_game(
        self, session: str, metadata: Mapping[str, Any], pixels: bytes, *, newest_only: bool
    ) -> None:
        """Add a frame of a game."""
        waiting = self._games.setdefault(session, deque())
        frames = split(SESSION, self.new_stream(), metadata, pixels, max_frame=self.max_frame)
        chunks = [encode_frame(frame) for frame in frames]
        if newest_only and len(waiting) >= NEWEST_FRAMES * len(chunks):
            self._drop_oldest_frame(waiting, len(chunks))
        waiting.extend(chunks)
        self._wake()

    @staticmethod
    def _drop_oldest_frame(waiting: deque[bytes], chunks: int) -> None:
        """Drop a whole frame; what is left of one that is half sent is kept, it is short."""
        begun = len(waiting) % chunks
        kept = [waiting.popleft() for _ in range(begun)]
        for _ in range(chunks):
            waiting.popleft()
        waiting.extendleft(reversed(kept))

    def game_frames(self, session: str) -> int:
        """Chunks of a game that wait."""
        return len(self._games.get(session, ()))

    def end_game(self, session: str) -> None:
        """Forget the frames of a game."""
        self._games.pop(session, None)

    def new_stream(self) -> int:
        """A number that no other stream of this connection has."""
        self._stream += 1
        return self._stream

    def start_stream(self, stream: ResultStream) -> None:
        """Send the chunks of a result as its credit allows."""
        self._streams[stream.stream] = stream
        self._wake()

    def credit(self, stream: int, credit: int) -> bool:
        """Let further chunks come; false when there is no such stream."""
        if stream not in self._streams:
            return False
        self._streams[stream].credit += credit
        self._wake()
        return True

    def stop_stream(self, stream: int) -> bool:
        """Send no more of a stream; false when there is none."""
        return self._streams.pop(stream, None) is not None

    def streams(self) -> int:
        """Results that are being sent."""
        return len(self._streams)

    def next(self) -> str | bytes | None:
        """The next message to send, or ``None`` when nothing waits."""
        if self._answers:
            text = self._answers.popleft()
            self.size -= len(text)
            return text
        return self._next_event() or self._next_game() or self._next_news() or self._next_chunk()

    def _next_event(self) -> str | None:
        if self.seq is None:
            return None
        if not self._ready:
            for event, text in self._events.after(self.seq, EVENTS_AT_ONCE):
                self.seq = event.seq
                self._ready.append(text)
                if isinstance(event, JobState) and event.state in TERMINAL:
                    self._progress.pop(event.job, None)
                    self._pictures.pop(event.job, None)
        return self._ready.popleft() if self._ready else None

    def _next_game(self) -> bytes | None:
        for session, waiting in self._games.items():
            if waiting:
                self._games[session] = self._games.pop(session)  # the others come first next time
                return waiting.popleft()
        return None

    def _next_news(self) -> str | bytes | None:
        for job in self._progress:
            return encode(self._progress.pop(job))
        for job, chunks in self._pictures.items():
            chunk = chunks.popleft()
            if not chunks:
                del self._pictures[job]
            return chunk
        return None

    def _next_chunk(self) -> str | bytes | None:
        for number, stream in self._streams.items():
            if stream.credit > 0:
                del self._streams[number]
                return self._take_chunk(number, stream)
        return None

    def _take_chunk(self, number: int, stream: ResultStream) -> str | bytes:
        try:
            chunk = stream.take()
        except Refused as gone:  # cleaned up while it was being sent
            return encode(Failure(re=stream.re, code=gone.code, message=str(gone)))
        if stream.next < stream.chunks:
            self._streams[number] = stream  # behind the others
        return chunk
