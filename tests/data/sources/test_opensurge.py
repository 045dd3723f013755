"""Sprite scripts, Debian's copyright file, and the items made of both."""

import numpy as np
import pytest

from tests.data.sources.archive_files import png, write_deb
from toolkit.data.sources.debian_copyright import grant_of, read_grants
from toolkit.data.sources.opensurge import COPYRIGHT, ROOT, opensurge
from toolkit.data.sources.opensurge_labels import sprite_caption
from toolkit.data.sources.sprite_script import Animation, Sprite, read_sprites

SCRIPT = """
// art by somebody
sprite "Surge"
{
    // NOTE: a remark on the picture
    source_file "images/surge.png"
    source_rect 2 0 4 4
    frame_size  2 2
    hot_spot    1 2

    // walking
    animation 1
    {
        repeat TRUE
        fps    12 // fast
        data   0 1
               3
    }
    animation 2 // winning
    {
        fps    0.5
        data   2
    }
    }
sprite SD_BLYELLOWSPRING {
    source_file "images/closed.png"
    frame_size 2 2
    animation 0 { data 0 }
}
sprite "Out of the picture"
{
    source_file "images/surge.png"
    frame_size 4 4
    animation 0 { data 9 }
}
sprite "No picture"
{
    frame_size 4 4
}
"""
COPYRIGHT_TEXT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2008-2026 Somebody Else <else@example.org>
License: GPL-3+

Files:
 images/surge.png
 images/s*.png
Copyright:
 2014, 2016 João <joao@example.org>
 Master484 (opengameart.org)
License: CC-BY-3.0
 Words of the licence.
"""


def test_scripts_become_sprites():
    surge, spring, outside = read_sprites(SCRIPT)
    assert surge == Sprite(
        name="Surge",
        image="images/surge.png",
        rect=(2, 0, 4, 4),
        cell=(2, 2),
        animations=(
            Animation(number=1, label="walking", cells=(0, 1, 3), fps=12.0, loop=True),
            Animation(number=2, label="winning", cells=(2,), fps=0.5, loop=False),
        ),
    )
    assert (spring.name, spring.rect, spring.animations[0].fps) == ("SD_BLYELLOWSPRING", None, 8.0)
    assert outside.name == "Out of the picture"


def test_the_last_paragraph_that_matches_counts():
    grants = read_grants(COPYRIGHT_TEXT)
    surge = grant_of("images/surge.png", grants)
    assert surge is not None
    assert (surge.licence, surge.holders) == ("CC-BY-3.0", ("João", "Master484 (opengameart.org)"))
    other = grant_of("images/closed.png", grants)
    assert other is not None
    assert (other.licence, other.holders) == ("GPL-3+", ("Somebody Else",))
    assert grant_of("images/closed.png", grants[1:]) is None


def test_free_pictures_become_items_and_others_stay_out(tmp_path):
    sheet = np.zeros((4, 6, 4), np.uint8)
    sheet[:2, 2:4] = 255, 0, 0, 255
    sheet[:2, 4:6] = 0, 255, 0, 255
    sheet[2:, 2:4] = 255, 0, 255, 255
    sheet[2:, 4:6] = 0, 0, 255, 255
    deb = write_deb(
        tmp_path / "surge.deb",
        {
            f"{ROOT}sprites/players/surge.spr": SCRIPT.encode(),
            f"{ROOT}images/surge.png": png(sheet),
            f"{ROOT}images/closed.png": png(sheet),
            COPYRIGHT: COPYRIGHT_TEXT.encode(),
        },
    )
    (walking,) = opensurge([deb])
    assert (walking.id, walking.subject, walking.action) == ("Surge_1", "Surge", "walking")
    assert walking.caption == "orange rabbit hero with green shoes walking"
    assert walking.loop
    assert walking.origin is not None
    assert walking.origin.licence == "CC-BY-3.0"
    assert walking.origin.author == "João, Master484 (opengameart.org)"
    red, green, blue = walking.frames
    for frame, colour in ((red, (255, 0, 0)), (green, (0, 255, 0)), (blue, (0, 0, 255))):
        shown = frame[frame[..., 3] > 0]
        assert shown.shape == (62 * 62, 4)
        assert np.array_equal(np.unique(shown, axis=0), [[*colour, 255]])


@pytest.mark.parametrize(
    ("name", "label", "caption"),
    [
        ("SD_BLYELLOWSPRING", "idle", "yellow spring pointing down and left idle"),
        ("SD_BLUESPRING", "action!", "blue spring action"),
        ("SD_BBLUESPRING", "", "blue spring pointing down"),
        ("SD_BIGRING", "spinning", "big ring spinning"),
        ("SD_GOAL", "--->", "goal pointing right"),
        ("SD_CHECKPOINT", "activating...", "checkpoint activating"),
        ("Animal", "animal 12: running", "animal running"),
        ("Flag Icon", "pt_BR", "flag icon"),
        ("Item Box", "(legacy, dropped animation) Surge life box", "item box surge life box"),
        ("Spring Booster", "// visible", "spring booster visible"),
        ("DefaultOpeningAnimation.LeftHalf", "", "default opening animation left half"),
        ("DIALOGBOX_AVATAR", "", "dialogbox avatar"),
        ("SwoopHarrier", "default", "swoop harrier"),
    ],
)
def test_codes_and_remarks_become_words(name, label, caption):
    assert sprite_caption(name, label) == caption
