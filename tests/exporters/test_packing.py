from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.packing import pack
from toolkit.errors import BadRequest

SIZES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=30)


@settings(max_examples=25, deadline=None)
@given(
    sizes=SIZES,
    padding=st.integers(0, 4),
    max_side=st.integers(40, 100),
    power_of_two=st.booleans(),
)
def test_pages_hold_all_apart_and_inside(
    sizes: list[tuple[int, int]], padding: int, max_side: int, power_of_two: bool
) -> None:
    max_side = 64 if power_of_two else max_side
    pages = pack(sizes, padding=padding, max_side=max_side, power_of_two=power_of_two)
    assert sorted(index for page in pages for index in page.places) == list(range(len(sizes)))
    for page in pages:
        width, height = page.size
        assert max(width, height) <= max_side
        if power_of_two:
            assert width & (width - 1) == 0
            assert height & (height - 1) == 0
        covered: Counter[tuple[int, int]] = Counter()
        for index, (x, y) in page.places.items():
            w, h = sizes[index]
            assert x >= 0
            assert y >= 0
            assert x + w <= width
            assert y + h <= height
            cells = range(x, x + w + padding), range(y, y + h + padding)
            covered.update((column, row) for column in cells[0] for row in cells[1])
        assert not covered or max(covered.values()) == 1


def test_pages_are_cropped_to_what_they_hold() -> None:
    pages = pack([(10, 7)] * 4, padding=2, max_side=4096)
    for page in pages:
        ends = [(x + 10, y + 7) for x, y in page.places.values()]
        assert page.size == (max(x for x, _ in ends), max(y for _, y in ends))


def test_equal_squares_fill_a_square_page() -> None:
    (page,) = pack([(64, 64)] * 64, padding=0, max_side=4096)
    assert page.size == (512, 512)


def test_mixed_sizes_pack_the_same_and_densely_everywhere() -> None:
    sizes = [(20 + index * 7 % 41, 30 + index * 11 % 35) for index in range(64)]
    (page,) = pack(sizes, padding=0, max_side=4096)
    assert page.size == (335, 393)
    assert sum(w * h for w, h in sizes) / (335 * 393) > 0.89


@pytest.mark.parametrize("count", [100, 400, 1100])
def test_larger_counts_take_the_quicker_portfolios(count: int) -> None:
    sizes = [(3 + index % 5, 3 + index % 7) for index in range(count)]
    (page,) = pack(sizes, padding=1, max_side=4096)
    assert len(set(page.places.values())) == count


def test_what_does_not_fit_goes_on_further_pages() -> None:
    pages = pack([(60, 60)] * 5, padding=2, max_side=128)
    assert [len(page.places) for page in pages] == [4, 1]
    assert [page.size for page in pages] == [(122, 122), (60, 60)]


def test_a_frame_larger_than_a_page_is_refused() -> None:
    with pytest.raises(BadRequest, match="needs 101 pixels; a page has at most 64"):
        pack([(101, 5)], padding=0, max_side=100, power_of_two=True)


def test_nothing_takes_no_page() -> None:
    assert pack([], padding=2, max_side=64) == ()
