import pytest

from exporters import SheetOptions, file_stem
from toolkit.errors import BadRequest


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("red knight walking!", "red_knight_walking"),
        ("🔥 Héro 🔥", "Hero"),
        ("../../etc/passwd", "etc_passwd"),
        ("a-b_c9", "a-b_c9"),
        ("🐉🐉", "sprite"),
        ("", "sprite"),
        ("x" * 200, "x" * 80),
        ("y" * 79 + " z", "y" * 79),
        ("CON", "CON_"),
        ("lpt1", "lpt1_"),
    ],
)
def test_file_stem_is_safe_on_every_system(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@pytest.mark.parametrize(
    "wrong", [{"padding": -1}, {"padding": 65}, {"extrude": 17}, {"max_side": 15}]
)
def test_options_out_of_range_are_refused_with_the_range(wrong: dict[str, int]) -> None:
    with pytest.raises(BadRequest, match="must be"):
        SheetOptions(**wrong)  # type: ignore[arg-type]
