"""Kenney's art from small wheels that hold every picture the clips need."""

from itertools import pairwise

import numpy as np

from tests.data.sources.archive_files import png, solid, write_wheel
from toolkit.data.sources import kenney_arcade, kenney_procgen
from toolkit.data.sources.kenney_labels import ABSTRACT_ENEMIES, ENEMIES

ALIENS = ("Blue", "Green", "Pink", "Yellow", "Beige")
ALIEN_POSES = (
    "walk1", "walk2", "stand", "climb1", "climb2", "swim1", "swim2", "jump", "duck", "hit",
    "front",
)  # fmt: skip
PLAYER_POSES = (
    "walk1", "walk2", "walk3", "walk4", "walk5", "stand", "swim1", "swim2", "up1", "up2",
    "up3", "fall", "duck", "hit", "dead", "switch1", "switch2", "roll",
)  # fmt: skip


def half_painted():
    """Red on the left, clear on the right but for one blue pixel, so turning shows."""
    pixels = np.zeros((10, 10, 4), np.uint8)
    pixels[:, :5] = (255, 0, 0, 255)
    pixels[9, 9] = (0, 0, 255, 255)
    return pixels


def wheel(path, root, names):
    drawing = png(half_painted())
    return write_wheel(path, {f"{root}{name}.png": drawing for name in names})


def arcade_names():
    for folder, (prefix, _) in kenney_arcade.PEOPLE.items():
        for pose in ("idle", "jump", "fall", "climb0", "climb1", *(f"walk{i}" for i in range(8))):
            yield f"animated_characters/{folder}/{prefix}_{pose}"
    for pose in ("walk1", "walk2", "climb1", "climb2", "front", "jump", "fall"):
        yield f"alien/alienBlue_{pose}"
    for mover in kenney_arcade.MOVERS:
        yield from (f"enemies/{mover}", f"enemies/{mover}_move", f"enemies/{mover}_dead")
    for colour in ("Green", "Red", "Yellow"):
        yield from (f"items/flag{colour}1", f"items/flag{colour}2")
    yield from (f"items/gold_{i}" for i in (1, 2, 3, 4))
    for tile in ("torch1", "torch2", "leverLeft", "leverMid", "leverRight"):
        yield f"tiles/{tile}"
    yield from ("spritesheets/explosion", "cards/test_card", "backgrounds/stars")


def procgen_names():
    for colour in ALIENS:
        for pose in ALIEN_POSES:
            yield f"kenney/Players/128x256/{colour}/alien{colour}_{pose}"
    for colour in ("Blue", "Green", "Grey", "Red"):
        for pose in PLAYER_POSES:
            yield f"kenney-abstract/Players/Player {colour}/player{colour}_{pose}"
    for enemy in ENEMIES:
        yield from (f"kenney/Enemies/{enemy}", f"kenney/Enemies/{enemy}_move")
    for name in ("ladybug_fly", "fishBlue", "fishBlue_fall", "barnacle", "barnacle_attack"):
        yield f"kenney/Enemies/{name}"
    yield from ("kenney/Enemies/snail_shell", "kenney/Enemies/bee_dead")
    for enemy in ABSTRACT_ENEMIES:
        yield from (f"kenney-abstract/Enemies/enemy{enemy}_{i}" for i in range(1, 5))
    for colour in ("Blue", "Green", "Red", "Yellow"):
        yield from (f"kenney/Items/flag{colour}{end}" for end in ("1", "2", "_down"))
    yield from (f"misc_assets/explosion{i}" for i in range(1, 6))
    for pose in ("walk1", "walk2", "stand", "ready", "jump"):
        yield f"misc_assets/bunny2_{pose}"
    yield from (f"platformer/zombie_{pose}" for pose in ("walk1", "walk2", "idle", "jump"))
    yield from ("misc_assets/frogLily", "platformer/bee", "kenney/Tiles/boxCrate2")


def test_arcade(tmp_path):
    source = wheel(tmp_path / "a.whl", kenney_arcade.ROOT, arcade_names())
    items = {item.id: item for item in kenney_arcade.arcade([source])}
    right, left = items["female_person_walk_right"], items["female_person_walk_left"]
    assert right.caption == "woman walking, facing right"
    assert right.frames.shape == (8, 64, 64, 4)
    assert np.array_equal(left.frames, right.frames[:, :, ::-1])
    assert (items["robot_jump_left"].loop, items["robot_climb"].direction) == (False, None)
    assert len(items["gold_coin"].frames) == 6
    assert items["enemies_slimeBlue_move"].caption == "slime blue move still"
    assert "cards_test_card" not in items
    assert not any("background" in name for name in items)


def test_long_explosions_are_thinned(tmp_path):
    names = [name for name in arcade_names() if "explosion" not in name]
    files = {f"{kenney_arcade.ROOT}{name}.png": png(half_painted()) for name in names}
    sheet = np.zeros((512, 256 * 20, 4), np.uint8)
    sheet[100:150] = 255
    sheet[400:420, : 256 * 12] = 255
    files[f"{kenney_arcade.ROOT}spritesheets/explosion.png"] = png(sheet)
    items = list(kenney_arcade.arcade([write_wheel(tmp_path / "a.whl", files)]))
    (explosion,) = [item for item in items if item.id == "explosion"]
    assert len(explosion.frames) == 16


def test_procgen(tmp_path):
    source = wheel(tmp_path / "p.whl", kenney_procgen.ROOT, procgen_names())
    items = {item.id: item for item in kenney_procgen.procgen([source])}
    roll = items["playerGrey_roll"].frames[:, 3:63, 2:62]
    for before, after in pairwise(roll):
        assert np.array_equal(after, np.rot90(before, -1)), "clockwise"
    assert items["alienPink_duck_left"].caption == "pink alien ducking, facing left"
    assert items["bee_dead_right"].action == "dying"
    assert "snail_dead_right" not in items
    assert items["kenney_Tiles_boxCrate2"].caption == "box crate"
    assert "kenney_Enemies_bee" in items
    assert "platformer_bee" not in items
    assert not any("frogLily" in name for name in items)


def test_spoken_names():
    assert kenney_arcade.spoken("slimeBlue_move") == "slime blue move"
    assert kenney_procgen.spoken("boxCrate_double2") == "box crate double"


def test_wheels_may_hold_other_things(tmp_path):
    names = [f"{kenney_arcade.ROOT}{name}.png" for name in arcade_names()]
    files = {name: png(solid(4, 4)) for name in names}
    source = write_wheel(tmp_path / "a.whl", {**files, "arcade/resources/readme.md": b"no art"})
    items = list(kenney_arcade.arcade([source]))
    assert len({item.id for item in items}) == len(items)
