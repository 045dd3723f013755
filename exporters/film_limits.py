"""What animated files can count: how long a frame stays, and how large it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from toolkit.clip import Clip
from toolkit.errors import BadRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmLimits:
    """The bounds of a kind of file, and the format that has wider ones."""

    name: str
    """As a sentence has it: ``a GIF``."""
    side: int
    """Pixels of width or height at most."""
    instead: str
    per_second: int = 1000
    """How many units of its delays make a second."""
    shortest: int = 1
    """Units that every frame stays at least."""
    longest: int = 2**31 - 1
    """Units that a frame may stay."""
    whole: int = 2**63 - 1
    """Units that all frames may stay together."""

    def check_size(self, clip: Clip) -> None:
        """Raise ``BadRequest`` when a side of the clip is longer than the file can count."""
        for what, pixels in (("width", clip.width), ("height", clip.height)):
            if pixels > self.side:
                raise BadRequest(
                    f"the clip has {pixels} pixels of {what}; {self.name} holds at most "
                    f"{self.side}: make it smaller or export to {self.instead}."
                )

    def delays(self, seconds: Sequence[float], order: Sequence[int]) -> list[int]:
        """Units for each of the frames played, never off by more than half a unit in total.

        Raises:
            BadRequest: a frame, named by its number in ``order``, or the whole stays too long.
        """
        ends = [round(end * self.per_second) for end in accumulate(seconds)]
        spans = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        self.check_stays(spans, order)
        if ends[-1] > self.whole:
            self._refuse(f"the clip lasts {self._seconds(ends[-1])}", "in all", self.whole)
        return [max(self.shortest, span) for span in spans]

    def check_stays(self, spans: Sequence[int], order: Iterable[int]) -> None:
        """Raise ``BadRequest`` when one of the frames ``order`` stays more units than it can."""
        for span, index in zip(spans, order, strict=True):
            if span > self.longest:
                self._refuse(f"frame {index} lasts {self._seconds(span)}", "a frame", self.longest)

    def _refuse(self, found: str, what: str, units: int) -> None:
        raise BadRequest(
            f"{found}; {self.name} holds at most {self._seconds(units)} {what}: "
            f"shorten it or export to {self.instead}."
        )

    def _seconds(self, units: int) -> str:
        return f"{units / self.per_second:.10g} seconds"


GIF = FilmLimits(
    name="a GIF", side=65535, instead="webp", per_second=100, shortest=2, longest=65535
)
APNG = FilmLimits(name="an APNG", side=2**31 - 1, instead="webp", longest=65535)
WEBP = FilmLimits(name="a WebP", side=16383, instead="webm", longest=2**24 - 1, whole=2**31 - 1)
WEBM = FilmLimits(name="a WebM", side=65535, instead="png_sequence")
MP4 = FilmLimits(name="an MP4", side=16384, instead="webm")
MOV = FilmLimits(name="a MOV", side=65535, instead="png_sequence")
ASEPRITE = FilmLimits(name="an .aseprite file", side=32767, instead="png_sequence", longest=65535)
