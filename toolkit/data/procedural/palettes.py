"""Colour ramps of the generator: 12 main colours and the materials, four tones and a glint each."""

from __future__ import annotations

import colorsys
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

Ramp = tuple[str, str, str, str, str]
"""Hex colours: outline, shadow, middle, light, glint; shadows lean to blue, lights to yellow."""
RAMPS: dict[str, Ramp] = {
    "red": ("4a0f26", "9c1b3c", "dc2f32", "ff6848", "ffb48c"),
    "orange": ("5c2010", "b84a18", "f07c1c", "ffae3e", "ffe090"),
    "yellow": ("5e3c0e", "c48c1a", "f6d22a", "fff272", "fffcc8"),
    "green": ("0e3430", "1c6e48", "36a83a", "7cd650", "c8f296"),
    "cyan": ("0c3c56", "1a88aa", "30c8d8", "84f0ec", "d2fffa"),
    "blue": ("141a56", "2438a2", "2f62e2", "5c9cff", "b0d4ff"),
    "purple": ("2a0f50", "542498", "8a40d2", "b878f4", "e0c2ff"),
    "pink": ("5c1a4a", "b84692", "f078b8", "ffaad2", "ffe0f0"),
    "brown": ("2e1810", "5a3222", "8a5430", "b68048", "deb67c"),
    "black": ("08080f", "1a1a28", "30303f", "50526a", "8488a2"),
    "white": ("46486a", "a6acca", "e2e6f0", "ffffff", "ffffff"),
    "gray": ("26283c", "565a74", "878ba2", "b2b6ca", "e0e4f0"),
    "iron": ("22263a", "5c6680", "98a4ba", "d0dae6", "ffffff"),
    "gold": ("5a300c", "b8761a", "f0b428", "ffe468", "fffbd0"),
    "bronze": ("3c1c14", "8a4826", "c4783a", "ecac66", "ffe0b0"),
    "wood": ("2c170e", "5c3820", "8c5c34", "b4844c", "d4a870"),
    "leather": ("26140e", "56301e", "845032", "ac7848", "cc9c68"),
    "bone": ("3e3440", "9c8c88", "d8ccb0", "f6f0da", "ffffff"),
    "fair": ("5a2a2c", "c47c64", "f2b890", "ffdcb4", "fff0d8"),
    "tan": ("4a2420", "a8643e", "d8965e", "f4be86", "ffdcb0"),
    "dark": ("2a1414", "5e3222", "8a5034", "b07850", "d0a078"),
    "orc": ("14301c", "3a6a34", "64984a", "96c46a", "c4e49a"),
    "goblin": ("26380c", "5c7e20", "94b434", "c8dc5c", "ecf4a0"),
    "zombie": ("1e2c2e", "4e6e66", "86a68a", "b6ceac", "dcecd0"),
    "lizard": ("0e3226", "22705a", "3aa478", "7cd49c", "c0f0cc"),
    "blond": ("5a380c", "b88430", "ecc858", "fff09c", "fffcd8"),
    "straw": ("523410", "a87a2c", "dcb454", "f8e08c", "fff6c8"),
    "fur": ("3a2e34", "8a7a78", "c8bcac", "f0e8d8", "ffffff"),
    "ink": ("0c0a14", "0c0a14", "14121e", "2a2838", "ffffff"),
    "glow": ("fffce0", "ffe890", "fff4b8", "fffce0", "ffffff"),
}
SKINS = {"orc": "orc", "goblin": "goblin", "zombie": "zombie", "lizardfolk": "lizard"}
HUMAN_SKINS = ("fair", "tan", "dark")
HAIR = {"blond": "blond", "red": "orange"}
NUM_PARTS = 64
FLASH = 64
"""Added to a part to show it hit: nearly white."""


class Part(IntEnum):
    """Ids in the part buffer; 32 and above are flat details or light, drawn without inner lines."""

    NONE = 0
    MAIN = 1
    MAIN_TWO = 2
    SKIN = 3
    HAIR = 4
    BOTTOM = 5
    BOOT = 6
    METAL = 7
    GOLD = 8
    WOOD = 9
    LEATHER = 10
    SHIELD = 11
    WHITE = 12
    DARK = 13
    ACCENT = 14
    BELLY = 15
    STRAW = 16
    FUR = 17
    TRIM = 18
    FAR = 19
    GLASS = 20
    SKIN_TWO = 21
    EYE = 32
    SPARK = 33
    MOUTH = 34
    SPOT = 35
    LIT_EYE = 36
    DETAIL = 37
    GLOW = 40
    GLOW_MAIN = 41
    TRAIL = 42
    GLOW_ACCENT = 43
    FIRE = 44


PLAIN_FROM = 40
"""Parts from here on glow: no outline is drawn around them."""


def plain_parts() -> NDArray[np.bool_]:
    """Bool ``[128]``: the parts that get no outline."""
    plain = np.zeros(2 * NUM_PARTS, np.bool_)
    plain[PLAIN_FROM:NUM_PARTS] = True
    plain[NUM_PARTS + PLAIN_FROM :] = True
    return plain


@cache
def rgb(ramp: str) -> NDArray[np.uint8]:
    """The ramp as uint8 ``[5, 3]`` in tone order: shadow, middle, light, outline, glint."""
    outline, *tones, glint = (bytes.fromhex(color) for color in RAMPS[ramp])
    return np.array([list(color) for color in (*tones, outline, glint)], np.uint8)


def glowing(ramp: str) -> NDArray[np.uint8]:
    """The ramp one step brighter, for light sources: its rim is the ramp's middle tone."""
    shadow, middle, light, _, glint = rgb(ramp)
    return np.stack([middle, light, glint, shadow, np.full(3, 255, np.uint8)])


def jittered(ramp: NDArray[np.uint8], hue: float, value: float) -> NDArray[np.uint8]:
    """The ramp with its hue turned by ``hue`` (1 is a full turn) and its value scaled."""
    colors = [colorsys.rgb_to_hsv(*(float(c) / 255 for c in color)) for color in ramp]
    moved = [colorsys.hsv_to_rgb((h + hue) % 1, s, min(v * value, 1)) for h, s, v in colors]
    return np.round(np.array(moved) * 255).astype(np.uint8)


def color_table(parts: dict[int, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """RGBA uint8 ``[128, 5]`` by part and tone; the second half is each part flashing white."""
    table = np.zeros((2 * NUM_PARTS, 5, 4), np.uint8)
    for part, ramp in parts.items():
        table[part, :, :3] = ramp
        pale = ramp.astype(np.float32) * 0.35 + np.array([255, 236, 226]) * 0.65
        table[FLASH + part, :, :3] = pale
        table[FLASH + part, 3, :3] = ramp[3]
        table[[part, FLASH + part], :, 3] = 255
    return table


def colorize(
    part: NDArray[np.uint8], tone: NDArray[np.uint8], table: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """The buffers looked up in a colour table: uint8 ``[F, 64, 64, 4]``."""
    return table[part, tone]
