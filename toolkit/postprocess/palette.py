"""One fixed palette for all frames of a clip, the user's or the clip's own, without flicker."""

# SciPy ships no types.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import spatial

from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.postprocess.agreement import AGREEMENT, HIDDEN, agree
from toolkit.postprocess.oklab import pack, to_oklab, unpack
from toolkit.postprocess.spans import spans_of

Colours = NDArray[np.uint8]
"""uint8 ``[N, 3]`` sRGB."""
Lab = NDArray[np.float32]

LLOYD_ROUNDS = 6
MANY_COLOURS = 2048
"""From here on colours are merged before clustering, which keeps it to milliseconds."""
_BAYER = (0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5)


def to_palette(
    clip: Clip, colours: tuple[str, ...], *, dither: bool = False, agreement: float = AGREEMENT
) -> Clip:
    """The clip drawn with only ``colours`` (``rrggbb``), each pixel one that is near in OKLab.

    ``dither`` mixes the two nearest colours in a 4x4 Bayer pattern fixed to the picture, so it
    does not crawl. Otherwise neighbours in picture and time agree on a colour where that costs
    less than ``agreement`` a neighbour, a squared OKLab distance; 0 takes the nearest. Exact
    palette colours never change and alpha stays as it is.

    Raises:
        BadRequest: no colours, or one that is not six hex digits.
    """
    palette = _parse(colours)
    seen, inverse = _visible_colours(clip.frames)
    if not len(seen):
        return clip
    lab, palette_lab = to_oklab(seen), to_oklab(palette)
    _, choice = _nearest(palette_lab, lab, count=min(2, len(palette)))
    indices = choice[inverse, 0]
    if dither and len(palette) > 1:
        indices = _dithered(clip, lab, palette_lab, choice, inverse)
    elif agreement > 0:
        indices = _agreed(clip, lab[inverse], palette_lab, indices, agreement)
    return _painted(clip, palette[indices])


def limit_colors(
    clip: Clip, max_colors: int, *, kept_frames: int = 0, agreement: float = AGREEMENT
) -> Clip:
    """The clip with at most ``max_colors`` colours, all of them its own; untouched if it has few.

    The first ``kept_frames`` frames keep every pixel, even when they have more colours than that.

    Raises:
        BadRequest: ``max_colors`` is not 2 to 256.
    """
    palette = learn_palette(clip, max_colors, kept_frames=kept_frames)
    if len(_visible_colours(clip.frames)[0]) <= max_colors:
        return clip
    return to_palette(clip, palette, agreement=agreement)


def learn_palette(clip: Clip, max_colors: int, *, kept_frames: int = 0) -> tuple[str, ...]:
    """At most ``max_colors`` of the clip's own visible colours that stand for all its frames.

    Divisive clustering in OKLab, then Lloyd's k-means, then the real colour nearest each mean;
    the same clip always gives the same palette. A clip with few colours gives exactly those.
    Every colour of the first ``kept_frames`` frames is among them, whatever their number.

    Raises:
        BadRequest: ``max_colors`` is not 2 to 256.
    """
    if not 2 <= max_colors <= 256:
        raise BadRequest(f"max_colors is {max_colors}; must be 2 to 256.")
    seen, inverse = _visible_colours(clip.frames)
    if len(seen) > max_colors:
        kept = np.isin(pack(seen), pack(_visible_colours(clip.frames[:kept_frames])[0]))
        free = max_colors - int(kept.sum())
        chosen = _stand_ins(seen[~kept], np.bincount(inverse)[~kept], free)
        seen = np.concatenate([seen[kept], chosen])
    return tuple(f"{value:06x}" for value in np.sort(pack(seen)).tolist())


def _stand_ins(seen: Colours, count: NDArray[np.intp], wanted: int) -> Colours:
    """At most ``wanted`` of the colours that stand for all of them."""
    if wanted < 1 or not len(seen):
        return seen[:0]
    means = _cluster(*_binned(seen, count), wanted)
    _, nearest = _nearest(to_oklab(seen), means, count=1)
    return seen[np.unique(nearest)]


def _parse(colours: tuple[str, ...]) -> Colours:
    if not colours:
        raise BadRequest("palette is empty; give 1 to 256 colours.")
    try:
        values = [bytes.fromhex(colour) for colour in colours]
    except ValueError as error:
        raise BadRequest(f"palette has a colour that is not hex: {error}.") from error
    for colour, value in zip(colours, values, strict=True):
        if len(value) != 3:
            raise BadRequest(f"palette colour is {colour!r}; write six hex digits, as in ff8800.")
    packed = pack(np.array([list(value) for value in values], np.uint8))
    return unpack(np.unique(packed))


def _visible_colours(frames: NDArray[np.uint8]) -> tuple[Colours, NDArray[np.intp]]:
    """The distinct visible colours, sorted, and each visible pixel's place among them."""
    packed = pack(frames[frames[..., 3] > 0, :3])
    seen, inverse = np.unique(packed, return_inverse=True)
    return unpack(seen), inverse.reshape(-1)


def _nearest(points: Lab, queries: Lab, *, count: int) -> tuple[Lab, NDArray[np.intp]]:
    """Distances and places ``[Q, count]`` of the ``count`` points nearest each query."""
    found: Any = cast(Any, spatial).cKDTree(points).query(queries, k=list(range(1, count + 1)))
    return np.asarray(found[0], np.float32), np.asarray(found[1], np.intp)


def _painted(clip: Clip, colours: Colours) -> Clip:
    frames = clip.frames.copy()
    frames[frames[..., 3] > 0, :3] = colours
    return clip.with_frames(frames)


def _dithered(
    clip: Clip, lab: Lab, palette: Lab, choice: NDArray[np.intp], inverse: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The second colour where the pixel lies further towards it than the pattern's threshold."""
    first, second = palette[choice[:, 0]], palette[choice[:, 1]]
    axis = second - first
    share = ((lab - first) * axis).sum(-1) / (axis * axis).sum(-1)
    rows, columns = np.nonzero(clip.frames[..., 3] > 0)[1:]
    threshold = (np.array(_BAYER, np.float32)[rows % 4 * 4 + columns % 4] + 0.5) / 16
    return choice[inverse, (share[inverse] > threshold).astype(np.intp)]


def _agreed(
    clip: Clip, lab: Lab, palette: Lab, indices: NDArray[np.intp], agreement: float
) -> NDArray[np.intp]:
    """Indices of the visible pixels on which neighbours agree."""
    visible = clip.frames[..., 3] > 0
    shown = np.full(visible.shape, HIDDEN, np.intp)
    colours = np.zeros((*visible.shape, 3), np.float32)
    shown[visible], colours[visible] = indices, lab
    agreed = agree(shown, colours, palette, spans_of(clip), weight=agreement)
    return agreed[visible]


def _binned(seen: Colours, count: NDArray[np.intp]) -> tuple[Lab, Lab]:
    """OKLab means and weights of the colours, those of one 5-bit RGB cell merged when many."""
    lab, weight = to_oklab(seen), count.astype(np.float32)
    if len(seen) <= MANY_COLOURS:
        return lab, weight
    _, cell = np.unique(pack(np.asarray(seen >> 3, np.uint8)), return_inverse=True)
    return _means(lab, weight, cell.reshape(-1), int(cell.max()) + 1)


def _cluster(lab: Lab, weight: Lab, count: int) -> Lab:
    """At most ``count`` means: divisive start, then Lloyd's k-means (1982)."""
    means = _means(lab, weight, *_split(lab, weight, count))[0]
    for _ in range(LLOYD_ROUNDS):
        nearest = _nearest(means, lab, count=1)[1][:, 0]
        moved, total = _means(lab, weight, nearest, len(means))
        means = np.where(total[:, None] > 0, moved, means)
    return means


def _split(lab: Lab, weight: Lab, count: int) -> tuple[NDArray[np.intp], int]:
    """Each colour's cluster: the one with most spread is cut across its widest axis, repeatedly."""
    cluster = np.zeros(len(lab), np.intp)
    spreads = np.zeros((count, 3), np.float32)
    spreads[0] = _spread(lab, weight)
    for new in range(1, count):
        worst, axis = divmod(int(spreads.argmax()), 3)
        members = np.nonzero(cluster == worst)[0]
        values = lab[members, axis]
        upper = values > np.average(values, weights=weight[members])
        if upper.all() or not upper.any():
            return cluster, new
        cluster[members[upper]] = new
        for part, chosen in ((worst, members[~upper]), (new, members[upper])):
            spreads[part] = _spread(lab[chosen], weight[chosen])
    return cluster, count


def _spread(lab: Lab, weight: Lab) -> Lab:
    """Weighted squared deviation along L, a and b."""
    away = lab - weight @ lab / weight.sum()
    return weight @ (away * away)


def _means(lab: Lab, weight: Lab, cluster: NDArray[np.intp], count: int) -> tuple[Lab, Lab]:
    """Weighted mean ``[count, 3]`` and total weight ``[count]`` of each cluster."""
    total = np.bincount(cluster, weight, count)
    sums = [np.bincount(cluster, weight * lab[:, axis], count) for axis in range(3)]
    means = np.stack(sums, axis=-1) / np.maximum(total, 1)[:, None]
    return means.astype(np.float32), total.astype(np.float32)
