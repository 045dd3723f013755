import io
import json
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag

Animation = tuple[bool, list[tuple[float, NDArray[np.uint8]]]]


def read_tres(files: dict[str, bytes], name: str) -> dict[str, Animation]:
    """Loop flag, and seconds and pixels of each frame, by animation, as Godot would show them."""
    text = files[name].decode()
    pages = {
        key: np.asarray(Image.open(io.BytesIO(files[path])))
        for path, key in re.findall(r'type="Texture2D" path="(.*?)" id="(.*?)"', text)
    }
    textures: dict[str, NDArray[np.uint8]] = {}
    for key, body in re.findall(r'"AtlasTexture" id="(.*?)"\]\n(.*?)\n\n', text, re.DOTALL):
        page = pages[re.findall(r'atlas = ExtResource\("(.*?)"\)', body)[0]]
        rects = dict(re.findall(r"(\w+) = Rect2\((.*?)\)", body))
        x, y, w, h = map(int, rects["region"].split(", "))
        left, top, more_w, more_h = map(int, rects.get("margin", "0, 0, 0, 0").split(", "))
        textures[key] = np.zeros((h + more_h, w + more_w, 4), np.uint8)
        textures[key][top : top + h, left : left + w] = page[y : y + h, x : x + w]
    animations: dict[str, Animation] = {}
    pattern = (
        r'"frames": \[(.*?)\],\n"loop": (\w+),\n"name": &("(?:[^"\\]|\\.)*"),\n"speed": (.*?)\n'
    )
    for frames, loop, tag, speed in re.findall(pattern, text, re.DOTALL):
        entries = re.findall(r'"duration": (.*?),\n"texture": SubResource\("(.*?)"\)', frames)
        shown = [(float(share) / float(speed), textures[key]) for share, key in entries]
        animations[json.loads(tag)] = loop == "true", shown
    return animations


def assert_shows(animations: dict[str, Animation], clip: Clip) -> None:
    tags = clip.tags_or_whole
    assert list(animations) == [tag.name for tag in tags]
    for tag in tags:
        loop, shown = animations[tag.name]
        order = play_order(tag)
        assert loop == tag.loop
        seconds = [clip.frame_seconds[index] for index in order]
        np.testing.assert_allclose([share for share, _ in shown], seconds, rtol=1e-8)
        np.testing.assert_array_equal([pixels for _, pixels in shown], clip.frames[list(order)])


@pytest.mark.parametrize(
    "options",
    [
        SheetOptions(),
        SheetOptions(max_side=30),
        SheetOptions(trim=False, padding=0, extrude=0, power_of_two=True),
    ],
)
@pytest.mark.parametrize("clip", [busy_clip(), plain_clip(1), plain_clip(64, 20, 10)])
def test_frames_loops_and_times_come_back_exactly(clip: Clip, options: SheetOptions) -> None:
    assert_shows(read_tres(export(clip, "godot", name="hero", options=options), "hero.tres"), clip)


def test_each_page_comes_with_import_settings_that_leave_its_pixels_alone() -> None:
    files = export(plain_clip(3), "godot", name="hero", options=SheetOptions(max_side=24))
    pages = {name for name in files if name.endswith(".png")}
    assert pages == {"hero_0.png", "hero_1.png", "hero_2.png"}
    for page in pages:
        settings = files[f"{page}.import"].decode()
        assert f'source_file="res://{page}"' in settings
        assert "process/fix_alpha_border=false" in settings


def test_nothing_names_an_absolute_path_or_a_uid() -> None:
    files = export(busy_clip(), "godot", name="hero")
    for name in ("hero.tres", "hero.tscn", "hero_library.tres", "hero_player.tscn"):
        assert b"res://" not in files[name]
        assert b"uid" not in files[name]


def test_untrimmed_frames_have_no_margin() -> None:
    files = export(plain_clip(), "godot", name="hero", options=SheetOptions(trim=False))
    assert b"margin" not in files["hero.tres"]


def test_whole_resource_of_one_frame() -> None:
    frames = np.full((1, 2, 3, 4), 255, np.uint8)
    clip = Clip(
        frames=frames,
        fps=5,
        durations=(0.5,),
        tags=(FrameTag(name="hit", start=0, stop=1, loop=False),),
        metadata={"seed": "7"},
    )
    assert export(clip, "godot", name="spark")["spark.tres"].decode() == (
        '[gd_resource type="SpriteFrames" format=3]\n'
        "\n"
        '[ext_resource type="Texture2D" path="spark.png" id="page_0"]\n'
        "\n"
        '[sub_resource type="AtlasTexture" id="frame_0"]\n'
        'atlas = ExtResource("page_0")\n'
        "region = Rect2(1, 1, 3, 2)\n"
        "filter_clip = true\n"
        "\n"
        "[resource]\n"
        "animations = [{\n"
        '"frames": [{\n'
        '"duration": 2.5,\n'
        '"texture": SubResource("frame_0")\n'
        "}],\n"
        '"loop": false,\n'
        '"name": &"hit",\n'
        '"speed": 5.0\n'
        "}]\n"
        'metadata/playreel = "{\\"seed\\":\\"7\\"}"\n'
        'metadata/playreel_hit_boxes = {&"hit": [Rect2(0, 0, 3, 2)]}\n'
        "metadata/playreel_pivot = Vector2(2, 2)\n"
    )


def test_scene_puts_the_pivot_at_its_origin() -> None:
    assert export(busy_clip(), "godot", name="red-knight_2")["red-knight_2.tscn"].decode() == (
        "[gd_scene format=3]\n"
        "\n"
        '[ext_resource type="SpriteFrames" path="red-knight_2.tres" id="frames"]\n'
        "\n"
        '[node name="RedKnight2" type="AnimatedSprite2D"]\n'
        "texture_filter = 1\n"
        'sprite_frames = ExtResource("frames")\n'
        'animation = &"walk"\n'
        'autoplay = "walk"\n'
        "centered = false\n"
        "offset = Vector2(-10, -22)\n"
    )


def test_whole_library_of_one_frame() -> None:
    files = export(plain_clip(1), "godot", name="spark", options=SheetOptions(trim=False))
    assert files["spark_library.tres"].decode() == (
        '[gd_resource type="AnimationLibrary" format=3]\n'
        "\n"
        '[ext_resource type="Texture2D" path="spark.png" id="page_0"]\n'
        "\n"
        '[sub_resource type="AtlasTexture" id="frame_0"]\n'
        'atlas = ExtResource("page_0")\n'
        "region = Rect2(1, 1, 16, 16)\n"
        "filter_clip = true\n"
        "\n" + animation("animation_reset", "RESET", 0.001, "") + "\n"
        "" + animation("animation_0", "default", 0.1, "loop_mode = 1\n") + "\n"
        "[resource]\n"
        "_data = {\n"
        '&"RESET": SubResource("animation_reset"),\n'
        '&"default": SubResource("animation_0")\n'
        "}\n"
    )


def animation(key: str, name: str, length: float, loop: str) -> str:
    return (
        f'[sub_resource type="Animation" id="{key}"]\n'
        f'resource_name = "{name}"\n'
        f"length = {length}\n"
        f"{loop}"
        "step = 0.1\n"
        'tracks/0/type = "value"\n'
        "tracks/0/imported = false\n"
        "tracks/0/enabled = true\n"
        'tracks/0/path = NodePath(".:texture")\n'
        "tracks/0/interp = 0\n"
        "tracks/0/loop_wrap = true\n"
        "tracks/0/keys = {\n"
        '"times": PackedFloat32Array(0.0),\n'
        '"transitions": PackedFloat32Array(1),\n'
        '"update": 1,\n'
        '"values": [SubResource("frame_0")]\n'
        "}\n"
    )


def test_lit_pages_are_canvas_textures_with_settings_of_their_own() -> None:
    clip = plain_clip(2)
    files = export(clip, "godot", name="hero", normals=clip)
    assert set(files) == {
        "hero.tres", "hero.tscn", "hero_library.tres", "hero_player.tscn",
        "hero.png", "hero.png.import", "hero_n.png", "hero_n.png.import",
    }  # fmt: skip
    assert b"compress/normal_map=1" in files["hero_n.png.import"]
    assert b"compress/normal_map=2" in files["hero.png.import"]
    for resource in ("hero.tres", "hero_library.tres", "hero_player.tscn"):
        assert (
            b'[sub_resource type="CanvasTexture" id="lit_0"]\n'
            b'diffuse_texture = ExtResource("page_0")\n'
            b'normal_texture = ExtResource("map_0")\n'
        ) in files[resource]
        assert b'atlas = SubResource("lit_0")' in files[resource]
        assert b'path="hero_n.png" id="map_0"' in files[resource]
