from toolkit.clip import Clip, FrameTag
from toolkit.postprocess.spans import spans_of

from .drawings import blank


def _spans(*tags: FrameTag) -> list[tuple[int, int, bool]]:
    clip = Clip(frames=blank(6), fps=8, tags=tags)
    return [(span.start, span.stop, span.loop) for span in spans_of(clip)]


def test_an_untagged_clip_is_one_loop() -> None:
    assert _spans() == [(0, 6, True)]


def test_frames_without_a_tag_form_spans_that_do_not_loop() -> None:
    assert _spans(FrameTag(name="a", start=1, stop=4)) == [
        (0, 1, False),
        (1, 4, True),
        (4, 6, False),
    ]


def test_overlapping_tags_are_cut_where_either_ends() -> None:
    tags = FrameTag(name="a", start=0, stop=4), FrameTag(name="b", start=2, stop=6, loop=False)
    assert _spans(*tags) == [(0, 2, False), (2, 4, False), (4, 6, False)]


def test_pingpong_does_not_wrap() -> None:
    assert _spans(FrameTag(name="a", start=0, stop=6, direction="pingpong")) == [(0, 6, False)]
