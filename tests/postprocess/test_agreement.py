import numpy as np
import pytest

from toolkit.postprocess.agreement import AGREEMENT, HIDDEN, IN_TIME, agree
from toolkit.postprocess.spans import Span

PALETTE = np.array([[0.4, 0, 0], [0.5, 0, 0], [0.9, 0.1, 0]], np.float32)
DARK, MIDDLE, BRIGHT = 0, 1, 2
ONCE = (Span(start=0, stop=3, loop=False),)
LOOP = (Span(start=0, stop=3, loop=True),)


def nearest(lab: np.ndarray) -> np.ndarray:
    return np.square(lab[..., None, :] - PALETTE).sum(-1).argmin(-1)


def plain(frames: int = 3, side: int = 5) -> np.ndarray:
    """Frames of nearly the dark colour."""
    return np.full((frames, side, side, 3), (0.41, 0, 0), np.float32)


def energy(shown: np.ndarray, lab: np.ndarray, spans: tuple[Span, ...]) -> float:
    """What the model minimises, counted pair by pair."""
    frames, height, width = shown.shape
    total = float(np.square(lab - PALETTE[shown]).sum(-1)[shown != HIDDEN].sum())
    pairs: list[tuple[tuple[int, int, int], tuple[int, int, int], float]] = []
    for t in range(frames):
        for y in range(height):
            for x in range(width):
                for dy, dx in ((0, 1), (1, -1), (1, 0), (1, 1)):
                    if 0 <= x + dx < width and y + dy < height:
                        pairs.append(((t, y, x), (t, y + dy, x + dx), 1.0))
                if t + 1 < frames or spans[0].loop:
                    pairs.append(((t, y, x), ((t + 1) % frames, y, x), IN_TIME))
    for one, other, worth in pairs:
        if shown[one] == shown[other] != HIDDEN:
            total -= AGREEMENT * worth
    return total


def test_a_speck_joins_what_surrounds_it():
    lab = plain()
    lab[1, 2, 2] = 0.46, 0, 0
    assert nearest(lab)[1, 2, 2] == MIDDLE
    assert (agree(nearest(lab), lab, PALETTE, ONCE) == DARK).all()


def test_a_spark_of_another_colour_stays():
    lab = plain()
    lab[1, 2, 2] = 0.85, 0.1, 0
    made = agree(nearest(lab), lab, PALETTE, ONCE)
    assert made[1, 2, 2] == BRIGHT
    assert (made == DARK).sum() == made.size - 1


def test_a_palette_colour_that_is_met_exactly_stays():
    lab = plain()
    lab[1, 2, 2] = PALETTE[MIDDLE]
    assert agree(nearest(lab), lab, PALETTE, ONCE)[1, 2, 2] == MIDDLE


def test_what_is_hidden_stays_hidden_and_has_no_vote():
    lab = plain()
    shown = nearest(lab)
    shown[:, :, 3:] = HIDDEN
    lab[:, 2, 2] = 0.455, 0, 0
    made = agree(shown, lab, PALETTE, ONCE)
    np.testing.assert_array_equal(made == HIDDEN, shown == HIDDEN)
    alone = np.full((1, 1, 1), DARK)
    assert agree(alone, plain(1, 1), PALETTE, (Span(start=0, stop=1, loop=True),)) == DARK


@pytest.mark.parametrize("spans", [ONCE, LOOP])
def test_the_sum_that_it_minimises_never_grows(spans: tuple[Span, ...]):
    rng = np.random.default_rng(0)
    for _ in range(8):
        lab = rng.uniform((0.35, 0, 0), (0.95, 0.1, 0.01), (2, 6, 6, 3)).astype(np.float32)
        shown = nearest(lab)
        shown[rng.random(shown.shape) < 0.2] = HIDDEN
        ends = (Span(start=0, stop=2, loop=spans[0].loop),)
        made = agree(shown, lab, PALETTE, ends)
        assert (
            energy(made, lab, (Span(start=0, stop=2, loop=False),))
            <= energy(shown, lab, (Span(start=0, stop=2, loop=False),)) + 1e-6
        )


def test_frames_of_different_spans_do_not_vote_for_each_other():
    lab = plain(2, 1)
    lab[1] = 0.455, 0, 0
    apart = (Span(start=0, stop=1, loop=True), Span(start=1, stop=2, loop=True))
    together = (Span(start=0, stop=2, loop=True),)
    assert agree(nearest(lab), lab, PALETTE, apart)[:, 0, 0].tolist() == [DARK, MIDDLE]
    assert len(set(agree(nearest(lab), lab, PALETTE, together)[:, 0, 0].tolist())) == 1
