import numpy as np

from toolkit.data.heldout import is_held_out
from toolkit.data.procedural.labels import CharacterLabels
from toolkit.evaluation.attributes import attributes
from toolkit.evaluation.prompts import evaluation_cases, prompt_of, training_cases


def test_half_of_the_cases_hold_a_pair_that_training_never_saw():
    cases = evaluation_cases(12)
    assert [is_held_out(case.labels) for case in cases] == [True, False] * 6
    assert [case.held_out for case in cases] == [True, False] * 6
    assert not any(is_held_out(case.labels) for case in training_cases(12))


def test_the_same_seed_gives_the_same_cases_and_more_of_them_begin_alike():
    few, many = evaluation_cases(4), evaluation_cases(8)
    assert [case.prompt for case in few] == [case.prompt for case in many[:4]]
    assert all((a.frames == b.frames).all() for a, b in zip(few, many, strict=False))
    other = [case.prompt for case in evaluation_cases(4, seed=1)]
    assert other != [case.prompt for case in few]


def test_a_prompt_says_what_the_judge_asks_and_not_what_it_does_not_look_at():
    labels = CharacterLabels(
        color="red", race="elf", role="knight", build="average", hair_color="green",
        hair_style="long", bottom_color="blue", weapon="axe", shield_color="white",
        action="idle", direction="right",
    )  # fmt: skip
    assert prompt_of(labels) == "a red elf knight in blue pants holding an axe, " + (
        "standing idle, facing right"
    )


def test_every_asked_value_is_a_word_of_the_prompt():
    for case in evaluation_cases(40):
        asked = attributes(case.labels)
        for head in ("race", "class", "color", "second_color", "weapon"):
            assert asked.get(head, "") in case.prompt
        assert case.frames.shape == (8, 64, 64, 4)
        assert case.frames.dtype == np.uint8
