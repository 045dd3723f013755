"""Exports drawn by a real Godot on a screen: sprites, lit sprites and GLB flip-books."""

from collections.abc import Iterator
from math import floor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from exporters.spritesheet import play_order
from tests.engines.godot_exports import (
    DRAW,
    FACING,
    FLIPBOOKS,
    SPRITES,
    Exported,
    normals,
    shots,
)
from tests.engines.godot_sprites import middles
from toolkit.clip import Clip

pytestmark = pytest.mark.engine
NAMES = {'idle "é"': "idle _é_"}
"""Godot takes some signs out of the names of a GLB's animations."""
SCREEN = 77
LOOK = "--rendering-method", "gl_compatibility", "--audio-driver", "Dummy"
FAINT = 20
"""Below that alpha, Godot's import gives pixels of a model's pictures a neighbour's colour."""
BORDER = 2
"""Clear pixels around each frame, where nothing may be drawn."""
COLUMNS = 16
LIGHTS = {"up": 0, "right": 90, "down": 180, "left": 270}
"""Degrees of a light's turn by the side from which it shines."""


@pytest.fixture(scope="module")
def seen(exported: Exported) -> dict[str, Any]:
    """All pictures of one run."""
    lit = {f"lit from {side}": {**cells("lit"), "light_degrees": turn}
           for side, turn in LIGHTS.items()}  # fmt: skip
    asked = {
        "flipbooks": {f"res://{name}.glb": flipbook(clip) for name, clip in FLIPBOOKS.items()},
        "sprites": {**{name: cells(name) for name in SPRITES}, **lit},
    }
    with exported.godot.screen(SCREEN) as env:
        return exported.ask(DRAW, asked, *LOOK, env=env)


def flipbook(clip: Clip) -> dict[str, Any]:
    """A camera that sees the frame alone, and the middle of each frame's time."""
    x, y = (0.5 - clip.pivot[0]) * clip.width, (clip.pivot[1] - 0.5) * clip.height
    return {"width": clip.width, "height": clip.height, "x": x, "y": y,
            "animations": middles(clip, NAMES)}  # fmt: skip


def cells(name: str) -> dict[str, Any]:
    """Every frame that a sprite's scenes can show, each in a cell of one picture."""
    clip = SPRITES[name][0]
    width, height = clip.width + 2 * BORDER, clip.height + 2 * BORDER
    x, y = (floor(share * side + 0.5)
            for share, side in zip(clip.pivot, (clip.width, clip.height), strict=True))  # fmt: skip
    found = [
        {
            "scene": scene,
            "animation": animation,
            "at": at,
            "x": place % COLUMNS * width + BORDER + x,
            "y": place // COLUMNS * height + BORDER + y,
        }
        for place, (scene, animation, at, _) in enumerate(shots(name))
    ]
    rows = -(-len(found) // COLUMNS)
    return {"width": COLUMNS * width, "height": rows * height, "cells": found}


def shown(seen: dict[str, Any], picture: str, name: str) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Number of the frame and pixels of each cell of a picture of a sprite."""
    clip = SPRITES[name][0]
    width, height = clip.width + 2 * BORDER, clip.height + 2 * BORDER
    pixels = np.frombuffer(bytes.fromhex(seen["sprites"][picture]), np.uint8)
    pixels = pixels.reshape(-1, COLUMNS * width, 4)
    for place, (*_, index) in enumerate(shots(name)):
        x, y = place % COLUMNS * width, place // COLUMNS * height
        yield index, pixels[y : y + height, x : x + width]


def bordered(
    frame: NDArray[np.uint8], shade: NDArray[np.float64] | float = 1.0
) -> NDArray[np.float64]:
    """A frame on nothing, premultiplied, its colour shaded."""
    wanted = frame.astype(float)
    wanted[..., :3] *= wanted[..., 3:] / 255 * np.expand_dims(shade, -1)
    return np.pad(wanted, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)))


@pytest.mark.parametrize("name", SPRITES)
def test_sprites_are_drawn_pixel_by_pixel(seen: dict[str, Any], name: str) -> None:
    clip = SPRITES[name][0]
    for index, drawn in shown(seen, name, name):
        error = np.abs(drawn - bordered(clip.frames[index]))
        assert error[..., 3].max() == 0
        assert error.max() <= 1


@pytest.mark.parametrize("side", LIGHTS)
def test_a_light_shades_what_faces_away_from_it(seen: dict[str, Any], side: str) -> None:
    clip = SPRITES["lit"][0]
    maps = normals(clip).frames
    for index, drawn in shown(seen, f"lit from {side}", "lit"):
        lit = (maps[index][..., :3] == FACING[side]).all(-1)
        error = np.abs(drawn - bordered(clip.frames[index], lit.astype(float)))
        assert error[..., 3].max() == 0
        assert error.max() <= 3  # no colour of a map is exactly the middle


def through_linear_light(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """What Godot's renderer makes of a flip-book's sRGB: there by a polynomial, back by a power."""
    linear = colour * (colour * (colour * 0.305306011 + 0.682171111) + 0.012522878)
    return np.maximum(1.055 * linear**0.416666667 - 0.055, 0)


def assert_flipbook(pixels: str, clip: Clip, index: int) -> None:
    """The picture is the frame, premultiplied: alpha exact, colour but for rounding."""
    frame = clip.frames[index]
    drawn = np.frombuffer(bytes.fromhex(pixels), np.uint8).reshape(frame.shape)
    np.testing.assert_array_equal(drawn[..., 3], frame[..., 3])
    colour = through_linear_light(frame[..., :3] / 255) * frame[..., 3:]
    kept = (frame[..., 3] == 0) | (frame[..., 3] >= FAINT)
    assert np.abs(drawn[..., :3] - colour)[kept].max() <= 1


@pytest.mark.parametrize("name", FLIPBOOKS)
def test_every_frame_of_a_flipbook_is_drawn_at_its_time(seen: dict[str, Any], name: str) -> None:
    clip = FLIPBOOKS[name]
    found = seen["flipbooks"][f"res://{name}.glb"]
    assert set(found["names"]) == {NAMES.get(tag.name, tag.name) for tag in clip.tags_or_whole}
    for tag in clip.tags_or_whole:
        pictures = found["animations"][NAMES.get(tag.name, tag.name)]
        for picture, index in zip(pictures, play_order(tag), strict=True):
            assert_flipbook(picture, clip, index)
    assert_flipbook(found["still"], clip, play_order(clip.tags_or_whole[0])[0])
