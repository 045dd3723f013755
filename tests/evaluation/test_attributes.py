import numpy as np

from toolkit.data.procedural.labels import CharacterLabels, CreatureLabels, sample_labels
from toolkit.evaluation.attributes import HEADS, NOT_ASKED, answers, attributes

KNIGHT = CharacterLabels(
    color="red", race="orc", role="knight", build="tall", hair_color="", hair_style="bald",
    bottom_color="blue", weapon="axe", shield_color="none", action="walk", direction="up",
)  # fmt: skip
SLIME = CreatureLabels(
    color="green", creature="slime", feature="none", accent_color="", size="big",
    action="hopping", direction="left",
)  # fmt: skip


def test_a_character_is_its_race_and_class():
    assert attributes(KNIGHT) == {
        "kind": "character", "race": "orc", "class": "knight", "color": "red",
        "second_color": "blue", "weapon": "axe", "action": "walking", "direction": "up",
    }  # fmt: skip


def test_what_does_not_apply_is_not_asked():
    indices = answers([SLIME, KNIGHT])
    assert indices["race"].tolist() == [NOT_ASKED, HEADS["race"].index("orc")]
    assert indices["second_color"].tolist() == [NOT_ASKED, HEADS["second_color"].index("blue")]
    assert indices["subject"].tolist() == [HEADS["subject"].index("slime"), NOT_ASKED]


def test_every_label_of_the_generator_has_its_answers():
    rng = np.random.default_rng(0)
    labels = [sample_labels(rng, split="any") for _ in range(2000)]
    indices = answers(labels)
    for head, names in HEADS.items():
        assert len(set(names)) == len(names)
        assert set(np.unique(indices[head])) - {NOT_ASKED} == set(range(len(names)))
