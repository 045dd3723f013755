"""The recipe from network output to engine-ready sprite."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.postprocess.alpha import clean_alpha, settle_hidden
from toolkit.postprocess.palette import limit_colors, to_palette
from toolkit.postprocess.pixelate import MAX_PITCH, snap_to_grid
from toolkit.postprocess.registration import align
from toolkit.postprocess.spans import spans_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishOptions:
    """What ``finish`` may change; the defaults leave a well drawn sprite as it is."""

    palette: tuple[str, ...] = ()
    """Colours as ``rrggbb`` for the whole clip; empty keeps its own."""
    max_colors: int = 0
    """0 keeps every colour; else 2 to 256 for the whole clip."""
    kept_frames: int = 0
    """So many frames at the start were given and lose nothing to ``max_colors`` or ``pitch``."""
    pitch: int = 1
    """Side of the art's own pixels; from 2 on every one of them becomes a square of one colour."""
    pixel_art: bool = True
    """Alpha 0 or 255 and black under it; else soft alpha, with colour bled under it."""
    align: bool = True
    """One ground point for all tags, and the pivot set to it."""

    def __post_init__(self) -> None:
        if self.max_colors and not 2 <= self.max_colors <= 256:
            raise BadRequest(f"max_colors is {self.max_colors}; must be 0, or 2 to 256.")
        if not 1 <= self.pitch <= MAX_PITCH:
            raise BadRequest(f"pitch is {self.pitch}; must be 1 to {MAX_PITCH}.")


def finish(clip: Clip, options: FinishOptions) -> Clip:
    """The clip ready for an exporter; finishing it again changes nothing.

    Frame count, timing and tags stay. Alpha, colour steadiness and alignment work tag by tag,
    the palette over the whole clip.

    Raises:
        BadRequest: a palette colour is not six hex digits.
    """
    clip = clean_alpha(clip, pixel_art=options.pixel_art)
    if options.palette:
        clip = to_palette(clip, options.palette)
    if options.max_colors:
        clip = limit_colors(clip, options.max_colors, kept_frames=options.kept_frames)
    if options.pitch > 1:
        clip = _on_grid(clip, options)
    if options.align:
        clip = align(clip)
    return settle_hidden(clip, bleed=not options.pixel_art)


def _on_grid(clip: Clip, options: FinishOptions) -> Clip:
    """The clip on its pixel grid; frames that were given stay."""
    frames = clip.frames.copy()
    for span in spans_of(clip):
        part = Clip(frames=clip.frames[span.start : span.stop], fps=clip.fps)
        frames[span.start : span.stop] = snap_to_grid(part, pitch=options.pitch).frames
    frames[: options.kept_frames] = clip.frames[: options.kept_frames]
    return clip.with_frames(frames)
