from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exporters import export
from toolkit.clip import Clip, FrameTag
from toolkit.data.own_captions import caption_of, tag_caption, tag_loops, words_of
from toolkit.data.own_sprites import picture_files, read_own_sprites
from toolkit.errors import BadRequest


def square(side: int, color: tuple[int, int, int], *, canvas: int = 24) -> np.ndarray:
    frame = np.zeros((canvas, canvas, 4), np.uint8)
    frame[2 : 2 + side, 3 : 3 + side] = (*color, 255)
    return frame


def fill(folder: Path, count: int = 20) -> Path:
    folder.mkdir()
    for at in range(count):
        name = f"red_slime_{chr(97 + at // 26)}{chr(97 + at % 26)}.png"
        Image.fromarray(square(16, (200, at, 0))).save(folder / name)
    return folder


def test_stills_are_cut_out_enlarged_by_whole_pixels_and_named_after_their_files(tmp_path: Path):
    sprites = read_own_sprites(fill(tmp_path / "own"))
    assert len(sprites) == 20
    first = sprites[0]
    assert (first.name, first.caption, first.loop) == ("red_slime_aa.png", "red slime aa", True)
    expected = np.zeros((1, 64, 64, 4), np.uint8)
    expected[:] = (200, 0, 0, 255)
    assert np.array_equal(first.frames, expected)


def test_all_share_a_scale_but_one_that_is_too_large(tmp_path: Path):
    folder = fill(tmp_path / "own", 30)
    Image.fromarray(square(8, (0, 0, 255))).save(folder / "a_gem.png")
    Image.fromarray(square(100, (0, 0, 255), canvas=120)).save(folder / "z_dragon.png")
    by_name = {sprite.name: sprite.frames for sprite in read_own_sprites(folder)}
    visible = {name: int((frames[0, ..., 3] > 0).sum()) for name, frames in by_name.items()}
    assert visible["a_gem.png"] == 32 * 32
    assert visible["red_slime_aa.png"] == visible["z_dragon.png"] == 64 * 64


def test_a_sheet_gives_a_sprite_a_tag_and_an_animation_its_frames(tmp_path: Path):
    folder = fill(tmp_path / "own", 18)
    frames = np.stack([square(8 + at, (10, 20, 30)) for at in range(6)])
    clip = Clip(
        frames=frames,
        fps=10,
        tags=(
            FrameTag(name="walk_left", start=0, stop=4),
            FrameTag(name="Hurt", start=4, stop=6, loop=False),
        ),
    )
    for path, content in export(clip, "aseprite", name="blue_knight").items():
        (folder / path).write_bytes(content)
    pictures = [Image.fromarray(frame) for frame in frames]
    pictures[0].save(
        folder / "green_bat_flying.webp", save_all=True, append_images=pictures[1:], loop=0,
        lossless=True, duration=100,
    )  # fmt: skip
    by_name = {sprite.name: sprite for sprite in read_own_sprites(folder)}
    walk = by_name["blue_knight.png:walk_left"]
    assert (len(walk.frames), walk.loop) == (4, True)
    assert walk.caption == "blue knight walking, facing left"
    hurt = by_name["blue_knight.png:Hurt"]
    assert (len(hurt.frames), hurt.caption, hurt.loop) == (2, "blue knight getting hurt", False)
    bat = by_name["green_bat_flying.webp"]
    assert (len(bat.frames), bat.caption, bat.loop) == (6, "green bat flying", True)


def test_of_one_name_the_sheet_goes_before_the_animation_before_the_still(tmp_path: Path):
    for name in ("a.png", "a.aseprite.json", "a.gif", "b.png", "b.webp", "c.png", ".hidden.png"):
        (tmp_path / name).touch()
    assert [path.name for path in picture_files(tmp_path)] == ["a.png", "b.webp", "c.png"]


def test_a_caption_is_the_text_beside_a_picture_or_its_name(tmp_path: Path):
    path = tmp_path / "RedKnight_02.png"
    assert caption_of(path) == "red knight"
    path.with_suffix(".txt").write_text("A Red knight\nwith a blue shield\n")
    assert caption_of(path) == "a red knight with a blue shield"
    path.with_suffix(".txt").write_text(" \n")
    with pytest.raises(BadRequest, match="0 characters; say in 1 to 200"):
        caption_of(path)
    path.with_suffix(".txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadRequest, match="cannot be read as UTF-8"):
        caption_of(path)
    with pytest.raises(BadRequest, match=r"name the file for it, as in red_knight\.png"):
        caption_of(tmp_path / "0001.png")


def test_tags_are_said_in_the_words_of_training():
    assert words_of("fireBall-07") == "fire ball"
    assert tag_caption("orc", "attack_up_left") == "orc attacking, facing back-left"
    assert tag_caption("orc", "left") == "orc, facing left"
    assert tag_caption("orc", "eating") == "orc eating"
    assert [tag_loops(tag) for tag in ("walk_up", "die", "flying", "opening")] == [
        True, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "said"),
    [(19, "holds 19 sprites; a style is learned from 20 to 200: add some"),
     (201, "holds 201 sprites; a style is learned from 20 to 200: keep those")],
)  # fmt: skip
def test_too_few_and_too_many_are_counted(tmp_path: Path, count: int, said: str):
    with pytest.raises(BadRequest, match=said):
        read_own_sprites(fill(tmp_path / "own", count))


def test_every_file_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path):
    folder = fill(tmp_path / "own")
    (folder / "broken.png").write_bytes(b"not a picture")
    Image.new("RGB", (8, 8), "red").save(folder / "opaque.png")
    Image.new("RGBA", (8, 8)).save(folder / "empty.png")
    Image.fromarray(square(4, (1, 2, 3))).save(folder / "sheet.png")
    (folder / "sheet.json").write_text("{")
    with pytest.raises(BadRequest) as raised:
        read_own_sprites(folder)
    lines = str(raised.value).splitlines()
    assert len(lines) == 4
    assert "broken.png is no picture" in lines[0]
    assert "empty.png shows nothing" in lines[1]
    assert "opaque.png has no transparent pixel; cut the sprite out" in lines[2]
    assert "sheet.json is damaged" in lines[3]


def test_many_unusable_files_are_counted_not_listed(tmp_path: Path):
    folder = tmp_path / "own"
    folder.mkdir()
    for at in range(12):
        Image.new("RGBA", (8, 8)).save(folder / f"empty_{chr(97 + at)}.png")
    with pytest.raises(BadRequest, match=r"4 more files cannot be used\.$"):
        read_own_sprites(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(BadRequest, match="is no folder; give one with 20 to 200 sprites"):
        read_own_sprites(tmp_path / "none")
