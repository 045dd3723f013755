import hashlib
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest

from toolkit.data.heldout import held_out_pairs, is_held_out, is_held_out_subject
from toolkit.data.procedural.captions import canonical_caption, caption
from toolkit.data.procedural.clips import geometry, is_loop, render, sample_clip
from toolkit.data.procedural.gaits import gait_at
from toolkit.data.procedural.labels import (
    CLASSES,
    COLORS,
    CREATURE_ACTIONS,
    CREATURES,
    EFFECT_MOTIONS,
    EFFECTS,
    HAIRY_RACES,
    ITEM_MOTIONS,
    ITEMS,
    RACES,
    TWO_HANDED,
    WEAPONS,
    CharacterLabels,
    CreatureLabels,
    EffectLabels,
    ItemLabels,
    Labels,
    sample_labels,
)
from toolkit.data.procedural.palettes import RAMPS, rgb
from toolkit.data.procedural.poses import pose_at
from toolkit.data.procedural.synonyms import HELD_OUT_SYNONYMS, SYNONYMS
from toolkit.data.procedural.variety import (
    ANY_CREATURE,
    ANY_ITEM,
    TRAINED_MIX,
    training_labels,
)
from toolkit.messages import ACTIONS, DIRECTIONS

KNIGHT = CharacterLabels(
    color="red",
    race="human",
    role="knight",
    build="average",
    hair_color="brown",
    hair_style="short",
    bottom_color="blue",
    weapon="sword",
    shield_color="none",
    action="walk",
    direction="right",
)
GHOST = CreatureLabels(
    color="blue",
    creature="ghost",
    feature="none",
    accent_color="",
    size="medium",
    action="idle",
    direction="down",
)


@pytest.fixture(scope="module")
def drawn() -> list[Labels]:
    rng = np.random.default_rng(0)
    return [sample_labels(rng) for _ in range(5000)]


def test_the_same_labels_give_the_same_bytes() -> None:
    first = render(KNIGHT)
    geometry.cache_clear()
    assert first.tobytes() == render(KNIGHT).tobytes()
    assert first.shape == (8, 64, 64, 4)
    assert first.dtype == np.uint8


def test_a_seed_fixes_clip_and_caption() -> None:
    def digest() -> str:
        rng, total = np.random.default_rng(3), hashlib.sha256()
        for _ in range(12):
            clip = sample_clip(rng, num_frames=4)
            total.update(clip.frames.tobytes() + clip.caption.encode())
        return total.hexdigest()

    assert digest() == digest()


def test_training_never_holds_a_held_out_pair(drawn: list[Labels]) -> None:
    pairs = held_out_pairs()
    assert len(pairs) >= 30
    for labels in drawn:
        slots = asdict(labels)
        assert not any(pair.items() <= slots.items() for pair in pairs)


def test_the_held_out_split_always_holds_one() -> None:
    rng = np.random.default_rng(1)
    assert all(is_held_out(sample_labels(rng, split="heldout")) for _ in range(200))


def test_every_held_out_pair_can_be_drawn() -> None:
    rng = np.random.default_rng(2)
    slots = [asdict(sample_labels(rng, split="any")) for _ in range(30000)]
    for pair in held_out_pairs():
        assert any(pair.items() <= drawn.items() for drawn in slots), pair


def test_training_covers_every_value_and_keeps_the_mix(drawn: list[Labels]) -> None:
    figures = [labels for labels in drawn if isinstance(labels, CharacterLabels)]
    creatures = [labels for labels in drawn if isinstance(labels, CreatureLabels)]
    items = [labels for labels in drawn if isinstance(labels, ItemLabels)]
    effects = [labels for labels in drawn if isinstance(labels, EffectLabels)]
    shares = [len(kind) / len(drawn) for kind in (figures, creatures, items, effects)]
    np.testing.assert_allclose(shares, [0.60, 0.20, 0.12, 0.08], atol=0.03)
    seen = [set(), set(), set(), set(), set(), set()]
    slots = ("color", "race", "role", "weapon", "action", "direction")
    for labels in figures:
        for values, slot in zip(seen, slots, strict=True):
            values.add(getattr(labels, slot))
    known = (COLORS, RACES, CLASSES, WEAPONS, ACTIONS, DIRECTIONS)
    assert seen == [set(values) for values in known]
    assert {(c.creature, c.action) for c in creatures} >= {
        (name, action)
        for name, actions in CREATURE_ACTIONS.items()
        for action in actions
        if (name, action) != ("golem", "attacking")
    }
    assert {item.item for item in items} == set(ITEMS)
    assert {effect.effect for effect in effects} == set(EFFECTS)
    main = sum(labels.direction in ("right", "left", "up", "down") for labels in figures)
    assert main / len(figures) == pytest.approx(0.7, abs=0.03)


@pytest.mark.parametrize("role", CLASSES)
def test_a_class_fills_the_frame_in_every_direction(role: str) -> None:
    for direction in DIRECTIONS:
        alpha = render(replace(KNIGHT, role=role, direction=direction), 1)[0, ..., 3]
        assert set(np.unique(alpha)) == {0, 255}
        rows = np.flatnonzero(alpha.any(1))
        assert rows[-1] - rows[0] >= 44
        assert 56 <= rows[-1] <= 61
        assert not alpha[0].any()


@pytest.mark.parametrize("creature", CREATURES)
def test_a_creature_shows_in_every_action_and_direction(creature: str) -> None:
    for action in CREATURE_ACTIONS[creature]:
        for direction in ("down", "right", "up", "left"):
            labels = replace(GHOST, creature=creature, action=action, direction=direction)
            alpha = render(labels, 3)[..., 3]
            assert set(np.unique(alpha)) == {0, 255}
            assert (alpha > 0).sum((1, 2)).min() > 25


def test_every_item_and_effect_moves() -> None:
    clips: list[Labels] = [
        ItemLabels(color="red", item=item, trim="gold", motion=motion)
        for item in ITEMS
        for motion in ITEM_MOTIONS[item]
    ]
    clips += [
        EffectLabels(color="blue", effect=effect, motion=motion, size="medium")
        for effect in EFFECTS
        for motion in EFFECT_MOTIONS[effect]
    ]
    for labels in clips:
        frames = render(labels, 6)
        assert set(np.unique(frames[..., 3])) == {0, 255}
        assert len({frame.tobytes() for frame in frames}) >= 2, labels


@pytest.mark.parametrize("action", ["idle", "walk", "run"])
def test_cycles_close(action: str) -> None:
    start = asdict(pose_at(action, 0.0, weapon="sword"))
    end = asdict(pose_at(action, 1.0, weapon="sword"))
    for name, value in start.items():
        assert end[name] == pytest.approx(value, abs=1e-6), name


def test_training_draws_what_a_kind_seldom_does_and_no_held_out_pair() -> None:
    rng = np.random.default_rng(3)
    drawn = [training_labels(rng) for _ in range(9000)]
    assert not any(is_held_out(labels) for labels in drawn)
    for kind, share in TRAINED_MIX.items():
        part = sum(isinstance(labels, kind) for labels in drawn) / len(drawn)
        assert part == pytest.approx(share, abs=0.03), kind
    items = {(one.item, one.motion) for one in drawn if isinstance(one, ItemLabels)}
    assert items >= set(product(ITEMS, ANY_ITEM)) - {("gem", "bobbing")}
    creatures = {(one.creature, one.action) for one in drawn if isinstance(one, CreatureLabels)}
    assert creatures >= set(product(CREATURES, ANY_CREATURE)) - {("golem", "attacking")}
    people = [one for one in drawn if isinstance(one, CharacterLabels)]
    human = sum(one.race == "human" for one in people) / len(people)
    bows = sum(one.weapon == "bow" for one in people if one.role != "archer") / len(people)
    assert 0.25 < human < 0.36
    assert bows > 0.07
    assert not any(one.hair_color for one in people if one.race not in HAIRY_RACES)
    assert {one.shield_color for one in people if one.weapon in TWO_HANDED} == {"none"}


def test_whatever_training_makes_of_a_thing_shows_and_moves() -> None:
    things: list[Labels] = [
        ItemLabels(color="red", item=item, trim="gold", motion=motion)
        for item, motion in product(ITEMS, ANY_ITEM)
    ]
    things += [
        replace(GHOST, creature=creature, action=action, direction="right")
        for creature, action in product(CREATURES, ANY_CREATURE)
    ]
    for labels in things:
        frames = render(labels, 6)
        assert (frames[..., 3] > 0).sum((1, 2)).min() > 25, labels
        assert len({frame.tobytes() for frame in frames}) >= 2, labels
        assert is_loop(labels) or getattr(labels, "action", "") in ("attacking", "dying"), labels


@pytest.mark.parametrize("action", ["idle", "walking", "hopping", "flying", "spinning", "shaking"])
def test_gaits_close(action: str) -> None:
    start, end = (asdict(gait_at("slime", action, phase)) for phase in (0.0, 1.0))
    for name in ("lift", "squash", "ahead", "pitch"):
        assert end[name] == pytest.approx(start[name], abs=1e-6)
    assert (end["cycle"] - start["cycle"]) % (2 * np.pi) == pytest.approx(0, abs=1e-6)


def test_a_loop_of_twice_the_frames_holds_the_loop() -> None:
    for labels in (
        KNIGHT,
        GHOST,
        ItemLabels(color="red", item="coin", trim="gold", motion="spinning"),
    ):
        assert is_loop(labels)
        assert render(labels, 8)[::2].tobytes() == render(labels, 4).tobytes()


def test_actions_play_once_or_loop() -> None:
    looping = {action for action in ACTIONS if is_loop(replace(KNIGHT, action=action))}
    assert looping == {"idle", "walk", "run"}
    fallen = render(replace(KNIGHT, action="die"))[..., 3] > 0
    assert fallen[-1].any(1).sum() < 0.6 * fallen[0].any(1).sum()
    jump = render(replace(KNIGHT, action="jump"))[..., 3] > 0
    lowest = [np.flatnonzero(frame.any(1))[-1] for frame in jump]
    assert min(lowest) <= lowest[0] - 6


@pytest.mark.parametrize("direction", ["right", "down_right", "up_right"])
def test_left_views_mirror_right_views(direction: str) -> None:
    other = direction.replace("right", "left")
    for labels in (replace(KNIGHT, role="wizard"), GHOST):
        right = render(replace(labels, direction=direction))[..., 3]
        left = render(replace(labels, direction=other))[..., 3]
        same = (right == left[:, :, ::-1]).mean()
        assert same > 0.995


def test_front_and_back_differ() -> None:
    front, back = (render(replace(KNIGHT, direction=name)) for name in ("down", "up"))
    assert (front != back).any(-1).mean() > 0.02


def test_a_colour_changes_pixels_but_not_the_shape() -> None:
    red, blue = render(KNIGHT), render(replace(KNIGHT, color="blue"))
    assert (red[..., 3] == blue[..., 3]).all()
    main = np.count_nonzero((red != blue).any(-1)) / np.count_nonzero(red[..., 3])
    assert main > 0.15


def test_main_colours_lie_apart() -> None:
    middles = np.array([rgb(name)[1] for name in COLORS], np.float64)
    gaps = np.linalg.norm(middles[:, None] - middles[None], axis=-1)
    assert gaps[~np.eye(len(COLORS), dtype=bool)].min() > 60
    assert set(COLORS) <= set(RAMPS)


def test_captions_name_colour_and_subject(drawn: list[Labels]) -> None:
    rng, short = np.random.default_rng(4), 0
    figures = [labels for labels in drawn if isinstance(labels, CharacterLabels)][:1500]
    for labels in figures:
        text = caption(labels, rng)
        assert any(word in text for word in SYNONYMS.get(labels.color, (labels.color,))), text
        assert any(word in text for word in SYNONYMS[labels.role]), text
        short += len(text.split()) <= 8
    assert short / len(figures) > 0.2


def test_training_captions_hold_no_held_out_word(drawn: list[Labels]) -> None:
    rng = np.random.default_rng(5)
    kept = {word for words in HELD_OUT_SYNONYMS.values() for word in words}
    for labels in drawn:
        assert not kept & set(caption(labels, rng).split())


def test_canonical_captions() -> None:
    assert canonical_caption(KNIGHT) == (
        "a red human knight in blue pants holding a sword, walking, facing right"
    )
    assert canonical_caption(GHOST) == "a blue ghost, idle, facing the viewer"
    potion = ItemLabels(color="green", item="potion", trim="gold", motion="glowing")
    assert canonical_caption(potion) == "a green potion with gold trim glowing"
    burst = EffectLabels(color="orange", effect="explosion", motion="expanding", size="big")
    assert canonical_caption(burst) == "a big orange explosion expanding"


def test_five_percent_of_subjects_are_held_out() -> None:
    held = [is_held_out_subject("noto", f"subject {index}") for index in range(4000)]
    assert sum(held) / len(held) == pytest.approx(0.05, abs=0.012)
    assert is_held_out_subject("noto", "Red Apple ") == is_held_out_subject("crawl", "red apple")
