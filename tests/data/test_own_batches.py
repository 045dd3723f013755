import numpy as np

from toolkit.conditioning.control import LOOK, SHIFT, STYLES
from toolkit.data.own_batches import FARTHEST, STILLS_A_CLIP, OwnBatches
from toolkit.data.own_sprites import OwnSprite

SPRITE_LOOK = np.eye(len(STYLES), dtype=np.float32)[STYLES.index("sprite")]


def sprite(name: str, num_frames: int, *, loop: bool = True) -> OwnSprite:
    frames = np.zeros((num_frames, 64, 64, 4), np.uint8)
    frames[:, 10:30, 20:30] = (9, 8, 7, 255)
    return OwnSprite(name=name, frames=frames, caption=f"{name} facing left", loop=loop)


def batches(sprites: list[OwnSprite], *, own_share: float = 0.5) -> OwnBatches:
    return OwnBatches(sprites, num_frames=8, own_share=own_share, seed=3, pool_size=4)


def test_own_sprites_stand_a_little_off_their_place_and_their_control_says_where():
    batch = batches([sprite("a", 1)], own_share=1.0).batch(16)
    steps = set[tuple[int, int]]()
    for frames, control in zip(batch.frames, batch.control, strict=True):
        right, down = (round(16 * told) for told in control[0, SHIFT].tolist())
        here = np.zeros((64, 64), bool)
        here[10 + down : 30 + down, 20 + right : 30 + right] = True
        there = np.zeros_like(here)  # flipped before it was moved
        there[10 + down : 30 + down, 34 + right : 44 + right] = True
        assert any(np.array_equal(frames[0, ..., 3] > 0, place) for place in (here, there))
        steps.add((right, down))
    assert len(steps) > 5
    assert max(abs(step) for pair in steps for step in pair) <= FARTHEST


def test_stills_are_own_sprites_in_the_look_that_requests_ask_for():
    batch = batches([sprite("a", 1), sprite("b", 8)], own_share=1.0).batch(4)
    assert batch.frames.shape == (4 * STILLS_A_CLIP, 1, 64, 64, 4)
    assert (batch.control[..., LOOK] == SPRITE_LOOK).all()
    assert {caption.split()[0] for caption in batch.captions} == {"a", "b"}
    assert {caption.split()[-1] for caption in batch.captions} == {"left", "right"}


def test_clips_keep_drawn_figures_in_no_look_of_their_own():
    batch = batches([sprite("a", 1)], own_share=0.0).batch(6)
    assert batch.frames.shape == (6, 8, 64, 64, 4)
    assert not batch.control[..., LOOK].any()


def test_half_of_the_clips_are_own_animations_that_loop_as_the_others_do():
    source = batches([sprite("around", 6), sprite("once", 6, loop=False)], own_share=0.0)
    seen: set[bool] = set()
    for _ in range(12):
        batch = source.batch(4)
        seen.add(batch.loop)
        own = (batch.control[:, 0, LOOK] == SPRITE_LOOK).all(1)
        assert own.tolist() == [True, True, False, False]
        assert {caption.split()[0] for caption in batch.captions[:2]} == {
            "around" if batch.loop else "once"
        }
        assert (batch.control[..., 0] == float(batch.loop)).all()
    assert seen == {True, False}


def test_equal_seeds_give_equal_batches():
    first, again = (batches([sprite("a", 1)]).batch(3) for _ in range(2))
    assert np.array_equal(first.frames, again.frames)
    assert first.captions == again.captions
