import numpy as np
import pytest

from toolkit.conditioning.motion import closes, names_view
from toolkit.conditioning.phrases import ACTION_PHRASES, DIRECTION_PHRASES, LOOPING_ACTIONS
from toolkit.data.procedural.captions import canonical_caption
from toolkit.data.procedural.clips import is_loop
from toolkit.data.procedural.labels import CharacterLabels, CreatureLabels, sample_labels


def test_the_words_agree_with_the_loops_of_training():
    """Every canonical caption of the training clips closes exactly when its clip does."""
    rng = np.random.default_rng(0)
    drawn = [sample_labels(rng) for _ in range(3000)]
    wrong = [
        canonical_caption(labels)
        for labels in drawn
        if closes(canonical_caption(labels)) != is_loop(labels)
    ]
    assert wrong == []


def test_figures_name_their_view_and_training_phrases_are_known():
    rng = np.random.default_rng(1)
    drawn = [sample_labels(rng) for _ in range(500)]
    facing = [item for item in drawn if isinstance(item, CharacterLabels | CreatureLabels)]
    assert all(names_view(canonical_caption(labels)) for labels in facing)
    assert all(names_view(f"a knight {phrase}") for phrase in DIRECTION_PHRASES.values())
    assert {
        action for action, phrase in ACTION_PHRASES.items() if closes(f"a knight {phrase}")
    } == LOOPING_ACTIONS


@pytest.mark.parametrize(
    "prompt",
    [
        "an explorer walking", "a castle guard", "a diesel truck", "a fallen angel",
        "a dead tree", "an astronaut in a jumpsuit", "a robot with a faded coat",
        "an open treasure chest", "a hitman", "a swinging lantern", "a blue fish leaping",
        "an attack dog running", "A GREEN SLIME", "",
    ],
)  # fmt: skip
def test_nouns_that_only_sound_like_an_end_do_not_stop_a_loop(prompt: str):
    assert closes(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "an orc attacks", "a knight attack animation", "a running knight jumping",
        "a hero swinging a sword", "a wizard Casting a spell", "a zombie falling over dead",
        "an explosion", "a shock wave", "a smoke puff", "a chest opening",
    ],
)  # fmt: skip
def test_motions_that_end_elsewhere_play_once(prompt: str):
    assert not closes(prompt)


@pytest.mark.parametrize(
    "prompt", ["a knight walking", "an upright bear", "a downy bird", "a coin"]
)
def test_prompts_without_a_view(prompt: str):
    assert not names_view(prompt)


@pytest.mark.parametrize(
    "prompt", ["a knight walking left", "side view of a wolf", "a ghost moving down", "Facing away"]
)
def test_prompts_with_a_view(prompt: str):
    assert names_view(prompt)
