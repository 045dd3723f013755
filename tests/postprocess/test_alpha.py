import numpy as np
from hypothesis import given, settings

from toolkit.clip import Clip, FrameTag
from toolkit.postprocess.alpha import clean_alpha, is_binary, settle_hidden, specks

from .drawings import BLUE, RED, as_generated, blank, clips, walker


def test_a_generated_sprite_gets_the_drawn_silhouette_back() -> None:
    drawn = walker()
    cleaned = clean_alpha(as_generated(drawn))
    assert is_binary(cleaned)
    assert np.array_equal(cleaned.frames[..., 3], drawn.frames[..., 3])


def test_binary_alpha_keeps_every_pixel_even_lone_ones() -> None:
    frames = walker().frames.copy()
    frames[1, 0, 0] = RED
    clip = Clip(frames=frames, fps=8)
    assert clean_alpha(clip) is clip


def test_specks_go_and_lasting_effects_stay() -> None:
    frames = walker(frames=6).frames.copy()
    frames[2, 1, 1] = RED  # one pixel in one frame
    frames[1:5, 1:3, 20:22] = BLUE  # four pixels over four frames
    frames[3, 22, 2:4] = (200, 30, 30, 60)  # haze
    cleaned = clean_alpha(Clip(frames=frames, fps=8)).frames
    assert cleaned[2, 1, 1, 3] == 0
    assert (cleaned[1:5, 1:3, 20:22] == BLUE).all()
    assert not cleaned[3, 22, 2:4, 3].any()


def test_an_island_that_touches_the_body_a_frame_later_is_kept() -> None:
    mask = np.zeros((3, 20, 20), bool)
    mask[:, 4:18, 4:18] = True
    mask[1, 4:18, 4:8] = False
    mask[1, 10, 4:6] = True
    assert not specks(mask, loop=False).any()


def test_sparks_without_a_body_are_kept() -> None:
    mask = np.zeros((1, 20, 20), bool)
    mask[0, ::4, ::4] = True
    assert not specks(mask, loop=True).any()


def test_brief_pinholes_are_filled_with_the_colour_around() -> None:
    frames = walker(frames=4).frames.copy()
    frames[1, 12, 12] = (0, 255, 0, 3)
    cleaned = clean_alpha(Clip(frames=frames, fps=8)).frames
    assert cleaned[1, 12, 12].tolist() == list(RED)


def test_lasting_gaps_and_dithered_shadows_stay_open() -> None:
    frames = walker(frames=4).frames.copy()
    frames[:, 12, 12, 3] = 3
    rows, columns = np.indices((24, 24))
    shadow = (rows >= 20) & ((rows + columns) % 2 == 0)
    frames[:, shadow] = (0, 0, 0, 255)
    cleaned = clean_alpha(Clip(frames=frames, fps=8)).frames
    assert not cleaned[:, 12, 12, 3].any()
    assert np.array_equal(cleaned[0, 22:, :, 3] == 255, shadow[22:])


def test_weak_alpha_counts_only_beside_strong() -> None:
    frames = blank(1)
    frames[0, 5:15, 5:15] = RED
    frames[0, 5:15, 15] = frames[0, 2, 2:6] = (200, 30, 30, 110)
    cleaned = clean_alpha(Clip(frames=frames, fps=8)).frames
    assert (cleaned[0, 5:15, 15, 3] == 255).all()
    assert not cleaned[0, 2, 2:6, 3].any()


def test_a_clip_faint_all_over_does_not_vanish() -> None:
    frames = walker().frames.copy()
    frames[..., 3] //= 5
    cleaned = clean_alpha(Clip(frames=frames, fps=8))
    assert np.array_equal(cleaned.frames[..., 3], walker().frames[..., 3])


def test_tags_do_not_vouch_for_each_other() -> None:
    frames = np.concatenate([walker().frames, walker().frames])
    frames[3:5, 1, 1] = RED
    frames[0, 0, 0, 3] = 4
    frames[1:4, 1:4, 20:22] = frames[4, 1:4, 20:21] = BLUE
    tags = FrameTag(name="a", start=0, stop=4), FrameTag(name="b", start=4, stop=8)
    cleaned = clean_alpha(Clip(frames=frames, fps=8, tags=tags)).frames
    assert (cleaned[1:4, 1:4, 20:22, 3] == 255).all()
    assert not cleaned[4, 1:4, 20, 3].any()


def test_soft_alpha_keeps_its_levels_and_strong_sparks() -> None:
    frames = walker().frames.copy()
    frames[:, 2:6, 6:18] = (255, 255, 255, 90)
    frames[0, 0, 0] = (9, 9, 9, 5)
    frames[1, 0, 10] = (9, 9, 9, 60)
    frames[2, 0, 20] = RED
    cleaned = clean_alpha(Clip(frames=frames, fps=8), pixel_art=False).frames
    assert (cleaned[:, 2:6, 6:18, 3] == 90).all()
    assert cleaned[0, 0, 0, 3] == cleaned[1, 0, 10, 3] == 0
    assert cleaned[2, 0, 20, 3] == 255


def test_hidden_colour_is_black_or_the_nearest_visible() -> None:
    frames = blank(1, 3)
    frames[0, 0] = (9, 9, 9, 0)
    frames[0, 2] = RED
    clip = Clip(frames=frames, fps=8)
    assert not settle_hidden(clip, bleed=False).frames[0, :2].any()
    bled = settle_hidden(clip, bleed=True).frames
    assert (bled[0, :2] == (*RED[:3], 0)).all()
    assert np.array_equal(bled[0, 2], frames[0, 2])


def test_bleeding_leaves_an_empty_frame_black() -> None:
    assert not settle_hidden(Clip(frames=blank(2), fps=8), bleed=True).frames.any()


@settings(max_examples=60, deadline=None)
@given(clip=clips())
def test_cleaning_is_binary_and_idempotent(clip: Clip) -> None:
    before = clip.frames.copy()
    crisp, soft = clean_alpha(clip), clean_alpha(clip, pixel_art=False)
    assert is_binary(crisp)
    assert clean_alpha(crisp) is crisp
    assert np.array_equal(clean_alpha(soft, pixel_art=False).frames, soft.frames)
    assert np.array_equal(clip.frames, before)
