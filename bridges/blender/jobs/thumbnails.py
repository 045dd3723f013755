"""Small pictures of results for the history: their first frames."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import PlayreelError
from toolkit.wire.fields import ResultInfo

from ..sheets.first_frame import FirstFrame

SIDE = 128
"""Most pixels a side of a picture; of a larger frame every second or third pixel is shown."""
MOST_BYTES = 2**21
"""A larger result is not fetched just to be looked at."""
KEPT = 200
"""Pictures that are kept; older ones are read again when they are shown."""
Picture = NDArray[np.uint8]


class Thumbnails:
    """Pictures by result; those that are asked for are read a row at a time."""

    def __init__(self) -> None:
        self._known: dict[str, Picture | None] = {}
        """``None`` where there cannot be a picture."""
        self._asked: dict[str, ResultInfo] = {}
        self._reading: tuple[str, FirstFrame] | None = None

    @property
    def busy(self) -> bool:
        """Whether there is something to do."""
        return bool(self._asked) or self._reading is not None

    def picture(self, info: ResultInfo) -> Picture | None:
        """The first frame, uint8 ``[H, W, 4]``; ``None`` as long as, or if, there is none.

        Asking for one has it read.
        """
        if info.result not in self._known and not self._is_read(info.result):
            if info.size > MOST_BYTES:
                self.refuse(info.result)
            else:
                self._asked[info.result] = info
        return self._known.get(info.result)

    def next(self) -> str:
        """The result whose bytes are needed now, or empty."""
        return next(iter(self._asked), "") if self._reading is None else ""

    def take(self, result: str, content: bytes) -> None:
        """The bytes of a result, whoever they were fetched for; passed over unless asked for."""
        info = self._asked.get(result)
        if info is None or self._reading is not None:
            return
        del self._asked[result]
        try:
            self._reading = result, FirstFrame(content, info.width, info.height)
        except PlayreelError:
            self.refuse(result)

    def refuse(self, result: str) -> None:
        """There will be no picture of this one."""
        self._asked.pop(result, None)
        self._keep(result, None)

    def work(self, in_time: Callable[[], bool]) -> bool:
        """Read on as long as there is time; whether a picture became whole."""
        while self._reading is not None and in_time():
            result, frame = self._reading
            try:
                whole = frame.step()
            except PlayreelError:
                self._reading = None
                self.refuse(result)
                return True
            if whole:
                self._reading = None
                step = -(-max(frame.pixels.shape[:2]) // SIDE)
                self._keep(result, np.ascontiguousarray(frame.pixels[::step, ::step]))
                return True
        return False

    def _is_read(self, result: str) -> bool:
        return self._reading is not None and self._reading[0] == result

    def _keep(self, result: str, picture: Picture | None) -> None:
        self._known[result] = picture
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
