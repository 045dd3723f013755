import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exporters import export
from tests.exporters.clips import plain_clip
from toolkit.clip import Clip, FrameTag


def cells(clip: Clip) -> NDArray[np.uint8]:
    """Rows and columns as the engine cuts them: a third of the width, a quarter of the height."""
    files = export(clip, "rpgmaker", name="hero")
    assert list(files) == ["$hero.png"]
    sheet = np.asarray(Image.open(io.BytesIO(files["$hero.png"])))
    height, width = sheet.shape[0] // 4, sheet.shape[1] // 3
    assert (height, width) == (clip.height, clip.width)
    return sheet.reshape(4, height, 3, width, 4).swapaxes(1, 2)


def tagged(*names: str) -> Clip:
    """Eight frames a tag."""
    tags = tuple(
        FrameTag(name=name, start=8 * at, stop=8 * at + 8) for at, name in enumerate(names)
    )
    return Clip(frames=plain_clip(8 * len(names), 48, 48).frames, fps=8, tags=tags)


def test_rows_are_down_left_right_up_and_the_middle_stands() -> None:
    clip = tagged("walk_up", "walk_right", "walk_down", "walk_left")
    rows = [(start + 2, start, start + 6) for start in (16, 24, 8, 0)]
    np.testing.assert_array_equal(cells(clip), clip.frames[np.array(rows)])


def test_a_missing_side_mirrors_the_other() -> None:
    clip = tagged("walk_down", "walk_right", "walk_up")
    seen = cells(clip)
    np.testing.assert_array_equal(seen[2], clip.frames[[10, 8, 14]])
    np.testing.assert_array_equal(seen[1], seen[2][:, :, ::-1])


def test_without_directions_all_rows_show_the_first_tag() -> None:
    clip = tagged("spin")
    for row in cells(clip):
        np.testing.assert_array_equal(row, clip.frames[[2, 0, 6]])
