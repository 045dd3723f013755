from toolkit.evaluation.bars import BARS, Bar, met, read_bars, value_at

REPORT = {"scores": {"loop_closure": 1.3, "binding": {"preferred": 0.9}}, "student": None}


def test_a_value_is_found_under_its_keys_or_was_not_measured():
    assert value_at(REPORT, "scores.binding.preferred") == 0.9
    assert value_at(REPORT, "student.share_of_teacher.joint") is None
    assert value_at(REPORT, "scores.none") is None


def test_higher_and_lower_are_told_apart():
    up = Bar(name="up", path="a", bar=0.8, moonshot=1.0)
    down = Bar(name="down", path="a", bar=0.8, moonshot=0.1, better="lower")
    assert [met(up, value) for value in (0.7, 0.8, None)] == [False, True, None]
    assert [met(down, value) for value in (0.7, 0.8, 0.9)] == [True, True, False]


def test_every_bar_has_a_row():
    rows = {row["name"]: row for row in read_bars(REPORT)}
    assert len(rows) == len(BARS)
    assert rows["loop closure"]["met"] is False
    assert rows["colour binding against the swap"]["met"] is True
    assert rows["memorised"]["met"] is None


def test_a_moonshot_lies_beyond_its_bar():
    for bar in BARS:
        assert (bar.moonshot > bar.bar) == (bar.better == "higher"), bar.name
