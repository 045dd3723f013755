"""What is measurably wrong with a clip, one record per asset."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.postprocess.alpha import specks
from toolkit.postprocess.islands import label, outline
from toolkit.postprocess.loop import duplicate_frames, seam_ratio
from toolkit.postprocess.oklab import pack
from toolkit.postprocess.registration import VISIBLE, ground_points
from toolkit.postprocess.spans import spans_of

EDGE_RUN = 4
"""So many body pixels in a row on the frame's edge look cut off; fewer may just touch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRecord:
    """Measures of one clip; 0 is good everywhere but for ``loop_seam_ratio`` and ``colors``."""

    registration_drift_px: float
    """RMS distance of the frames' ground points from their tag's median, worst tag, in pixels."""
    alpha_fringe: float
    """Pixels with alpha 17 to 238 per pixel of the silhouette's outline; 0 is crisp."""
    stray_islands_per_frame: float
    """Specks a frame: detached, under 12 pixels over all the frames they last."""
    loop_seam_ratio: float
    """Step from last to first frame beside the median step, worst looping tag; 1 is smooth."""
    duplicate_frames: int
    """Frames that look as an earlier frame of their tag."""
    colors: int
    """Distinct visible colours."""
    clipped_at_edge: bool
    """Whether the body looks cut off at the left, top or right; feet may stand on the bottom."""
    empty_frames: int
    """Frames without a visible pixel."""

    def to_dict(self) -> dict[str, float | int | bool]:
        """The measures by name, ready for JSON."""
        return asdict(self)


def quality(clip: Clip) -> QualityRecord:
    """The clip's measures; tags are measured each for itself."""
    alpha = clip.frames[..., 3]
    parts = [(span, clip.frames[span.start : span.stop]) for span in spans_of(clip)]
    stray = [_islands(specks(part[..., 3] > 0, loop=span.loop)) for span, part in parts]
    return QualityRecord(
        registration_drift_px=round(max(_drift(part) for _, part in parts), 3),
        alpha_fringe=round(_fringe(alpha), 4),
        stray_islands_per_frame=round(sum(stray) / clip.num_frames, 3),
        loop_seam_ratio=round(
            max((seam_ratio(part) for span, part in parts if span.loop), default=0.0), 3
        ),
        duplicate_frames=sum(len(duplicate_frames(part)) for _, part in parts),
        colors=len(np.unique(pack(clip.frames[alpha > 0, :3]))),
        clipped_at_edge=_clipped(alpha >= VISIBLE),
        empty_frames=int((~alpha.any((1, 2))).sum()),
    )


def _drift(frames: NDArray[np.uint8]) -> float:
    points = ground_points(frames)
    if not len(points):
        return 0.0
    away = points - np.median(points, axis=0)
    return float(np.sqrt((away**2).sum(1).mean()))


def _fringe(alpha: NDArray[np.uint8]) -> float:
    body = alpha >= VISIBLE
    partial = int(np.count_nonzero((alpha > 16) & (alpha < 239)))
    return partial / max(int(np.count_nonzero(outline(body))), 1)


def _islands(mask: NDArray[np.bool_]) -> int:
    return label(mask, diagonal=True, across_frames=False)[1]


def _clipped(body: NDArray[np.bool_]) -> bool:
    edges = (body[:, 0], body[:, :, 0], body[:, :, -1])
    return any(_longest_run(edge) >= EDGE_RUN for edge in edges)


def _longest_run(lines: NDArray[np.bool_]) -> int:
    """The longest run of True in any line of bool ``[T, N]``."""
    places: NDArray[np.int64] = np.arange(lines.shape[1], dtype=np.int64)
    last_gap = np.maximum.accumulate(np.where(lines, np.int64(-1), places), axis=1)
    return int((places - last_gap).max())
