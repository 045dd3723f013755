"""Alpha as an engine wants it, from a network that writes 3 for 0 and 251 for 255."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.postprocess.islands import Mask, component_sizes, grow, label, nearest_outside
from toolkit.postprocess.spans import Span, spans_of

Frames = NDArray[np.uint8]

STRONG = 128
"""Alpha that is opaque by itself."""
WEAK = 96
"""Alpha that is opaque within ``REACH`` steps over such pixels from a strong one."""
REACH = 2
"""Enough for an edge or a thin limb; more would make half-transparent shadows solid."""
SNAP = 8
"""Soft alpha this near to 0 or 255 is meant to be 0 or 255."""
SPECK = 12
"""A detached effect of at least so many pixels, summed over the frames it lasts, is kept."""
PINHOLE = 2
"""The largest enclosed gap, in pixels summed over frames, that counts as a fault."""


def clean_alpha(clip: Clip, *, pixel_art: bool = True) -> Clip:
    """The clip without haze, specks and pinholes; alpha is 0 or 255 everywhere for pixel art.

    A clip whose alpha is binary already was drawn or cleaned before and keeps every pixel, so a
    hand-placed spark survives and cleaning twice changes nothing.
    """
    if is_binary(clip):
        return clip
    frames = _full_strength(clip.frames) if pixel_art else clip.frames.copy()
    for span in spans_of(clip):
        part = frames[span.start : span.stop]
        part[:] = _binary(part, span) if pixel_art else _soft(part, span)
    return clip.with_frames(frames)


def settle_hidden(clip: Clip, *, bleed: bool) -> Clip:
    """The clip with a defined colour where alpha is 0: black, or with ``bleed`` the nearest seen.

    Black makes equal pictures equal bytes; bled colour keeps engines that filter textures from
    drawing a dark rim.
    """
    hidden = clip.frames[..., 3] == 0
    frames = clip.frames.copy()
    frames[hidden] = 0
    if bleed:
        for frame, gap in zip(frames, hidden, strict=True):
            frame[gap, :3] = _nearest_colour(frame, gap)
    return clip.with_frames(frames)


def is_binary(clip: Clip) -> bool:
    """Whether every alpha is 0 or 255."""
    alpha = clip.frames[..., 3]
    return bool(((alpha == 0) | (alpha == 255)).all())


def specks(mask: Mask, *, loop: bool) -> Mask:
    """The pixels of bool ``[T, H, W]`` in detached islands too small and brief to be meant.

    An island is followed through time: one that touches the body in the frame before or after
    belongs to the body. Small is below ``SPECK`` and below a sixteenth of the largest component,
    so that a spray of sparks with no body stays whole.
    """
    sizes = component_sizes(mask, diagonal=True, loop=loop)
    return mask & (sizes < SPECK) & (sizes * 16 < sizes.max())


def _full_strength(frames: Frames) -> Frames:
    """A copy whose strongest alpha is 255, so that a clip that is faint all over stays visible."""
    result = frames.copy()
    peak = max(int(frames[..., 3].max()), SNAP)
    result[..., 3] = np.minimum(frames[..., 3].astype(np.uint16) * 255 // peak, 255)
    return result


def _binary(frames: Frames, span: Span) -> Frames:
    opaque = _hysteresis(frames[..., 3])
    opaque |= _pinholes(opaque, span)
    opaque &= ~specks(opaque, loop=span.loop)
    result = _with_colour(frames, opaque)
    result[..., 3] = np.where(opaque, 255, 0)
    return result


def _soft(frames: Frames, span: Span) -> Frames:
    """Only faint specks go: strong ones may be meant, and soft art has many."""
    alpha = frames[..., 3].copy()
    alpha[alpha <= SNAP] = 0
    alpha[alpha >= 255 - SNAP] = 255
    faint = specks(alpha > 0, loop=span.loop) & ~_with_peak(alpha, STRONG)
    alpha[faint] = 0
    return np.concatenate([frames[..., :3], alpha[..., None]], axis=-1)


def _hysteresis(alpha: Frames) -> Mask:
    """Strong pixels and the weak ones next to them within the frame (after Canny, 1986)."""
    return grow(alpha >= STRONG, within=alpha >= WEAK, steps=REACH)


def _with_peak(alpha: Frames, level: int) -> Mask:
    """The visible pixels whose component reaches ``level`` somewhere."""
    labels, count = label(alpha > 0, diagonal=True)
    reached = np.zeros(count + 1, bool)
    reached[labels[alpha >= level]] = True
    return (alpha > 0) & reached[labels]


def _pinholes(opaque: Mask, span: Span) -> Mask:
    """Enclosed transparent gaps of at most ``PINHOLE`` pixels over all the frames they last.

    Gaps joined corner to corner count as one, which spares dithered shadows.
    """
    outside = np.pad(~opaque, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    sizes = component_sizes(outside, diagonal=True, loop=span.loop)[:, 1:-1, 1:-1]
    return (sizes > 0) & (sizes <= PINHOLE)


def _with_colour(frames: Frames, opaque: Mask) -> Frames:
    """Opaque pixels whose own colour is unreliable, being near transparent, take the nearest."""
    result = frames.copy()
    pale = frames[..., 3] < WEAK
    for index in np.nonzero((opaque & pale).any((1, 2)))[0]:
        frame, gap = result[index], pale[index]
        frame[gap, :3] = _nearest_colour(frame, gap)
    return result


def _nearest_colour(frame: Frames, gap: Mask) -> Frames:
    """For each pixel of ``gap`` the RGB of the nearest pixel outside it; black if there is none."""
    if gap.all() or not gap.any():
        return np.zeros((int(gap.sum()), 3), np.uint8)
    rows, columns = nearest_outside(gap)
    return frame[rows, columns, :3]
