"""Things to pick up: turning, bobbing, glowing, opening, burning, waving, blinking."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.labels import ItemLabels
from toolkit.data.procedural.palettes import Part, color_table, glowing, rgb
from toolkit.data.procedural.rig import Frame, Rig, Vec
from toolkit.data.procedural.scene import Buffers, Scene, phases
from toolkit.data.procedural.views import view_matrix

CENTER = 26.0
"""Height of an item's middle."""
SPIN = {"gem": 2 * 360 / 7, "crown": 120.0}
"""Degrees turned over a loop by items that look the same again before a full turn."""
TURN = {"chest": 24.0, "crown": 0.0, "sword": 0.0, "flag": 0.0}
"""Degrees an item at rest is turned; others stand at 12."""


def item_buffers(labels: ItemLabels, num_frames: int) -> Buffers:
    """Part and tone of an item clip, uint8 ``[F, 64, 64]`` each."""
    scene = Scene()
    for phase in phases(num_frames, loop=labels.motion != "opening"):
        _ITEMS[labels.item](scene.rig, phase, labels.motion)
        flash = labels.motion == "blinking" and 0.25 <= phase < 0.5
        turn, lift = TURN.get(labels.item, 12.0), 0.0
        if labels.motion == "spinning":
            turn += SPIN.get(labels.item, 360.0) * phase
        elif labels.motion == "bobbing":
            lift = 5.0 * math.sin(2 * math.pi * phase)
            turn += 8 * math.sin(2 * math.pi * phase)
        elif labels.motion == "glowing":
            _add_rays(scene.rig, phase)
        scale = 1.0 + (0.05 * math.sin(2 * math.pi * phase) if labels.motion == "glowing" else 0)
        scene.end_frame(view_matrix("down", scale=scale, lift=lift, turn=turn), flash=flash)
    part, tone = scene.render()
    if labels.motion == "glowing":
        tone = _brightened(part, tone)
    return part, tone


def _brightened(part: NDArray[np.uint8], tone: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Body tones raised one step over the bright half of the loop."""
    raised = np.array([1, 2, 4, 3, 4], np.uint8)[tone]
    bright = np.arange(len(part)) < len(part) / 2
    return np.where(bright[:, None, None] & (part < 32), raised, tone).astype(np.uint8)


def item_colors(labels: ItemLabels) -> NDArray[np.uint8]:
    """The colour table of an item."""
    parts = {
        Part.MAIN: rgb(labels.color), Part.TRIM: rgb(labels.trim), Part.WOOD: rgb("wood"),
        Part.WHITE: rgb("white"), Part.STRAW: rgb("straw"), Part.FUR: rgb("bone"),
        Part.GLASS: rgb("white"), Part.DARK: rgb("black"), Part.GOLD: rgb("gold"),
        Part.METAL: rgb("iron"), Part.DETAIL: rgb("ink"), Part.SPARK: rgb("glow"),
        Part.GLOW: rgb("glow"), Part.GLOW_MAIN: glowing(labels.color), Part.FIRE: glowing("orange"),
        Part.SPOT: glowing(labels.color),
    }  # fmt: skip
    return color_table({int(part): ramp for part, ramp in parts.items()})


def _add_rays(rig: Rig, phase: float) -> None:
    """Short rays around the item that come and go."""
    strength = 0.5 + 0.5 * math.sin(2 * math.pi * phase)
    if strength < 0.12:
        return
    for k in range(8):
        angle = 2 * math.pi * (k + 0.5) / 8
        start, stop = 23.5, 24.5 + 4.5 * strength
        a = (start * math.cos(angle), CENTER + start * math.sin(angle), 0.0)
        b = (stop * math.cos(angle), CENTER + stop * math.sin(angle), 0.0)
        rig.limb(Part.GLOW, a, b, 0.9, 0.6, tone=2)


def _flames(rig: Rig, base: Vec, size: float, phase: float, part: int) -> None:
    """A fire: a steady heart and tongues that rise and thin out in a loop."""
    heart = Frame(base)
    rig.ball(part, heart, size, size * 1.05, size * 0.8, tone=0)
    rig.ball(part, heart.moved(0, -size * 0.1, 2), size * 0.74, size * 0.8, size * 0.8, tone=1)
    rig.ball(
        Part.GLOW, heart.moved(0, -size * 0.28, 4), size * 0.45, size * 0.5, size * 0.7, tone=1
    )
    for k in range(4):
        rise = (phase + k / 4) % 1
        sway = size * 0.4 * math.sin(2 * math.pi * (phase + k * 0.5)) * rise
        radius = size * (0.86 - 0.72 * rise)
        place = Frame((base[0] + sway, base[1] + size * 2.2 * rise, base[2] - 1))
        rig.ball(part, place, radius, radius * 1.35, radius * 0.8, tone=0)
        rig.ball(
            part,
            place.moved(0, -radius * 0.3, 2),
            radius * 0.62,
            radius * 0.9,
            radius * 0.8,
            tone=1,
        )


def _face_on(frame: Frame) -> Frame:
    """The frame with its y axis turned to the front, for discs that stand upright."""
    return Frame(frame.origin, frame.x, frame.z, (-frame.y[0], -frame.y[1], -frame.y[2]))


def _coin(rig: Rig, phase: float, motion: str) -> None:
    disc = _face_on(Frame((0.0, CENTER, 0.0)))
    rig.cone(Part.TRIM, disc.moved(0, -2.4, 0), 4.8, 19.5, 19.5)
    rig.cone(Part.MAIN, disc.moved(0, -2.8, 0), 5.6, 16, 16)
    for side in (1, -1):
        rig.limb(Part.TRIM, (-0.0, CENTER - 7, side * 3.0), (0.0, CENTER + 7, side * 3.0), 2.6, 2.6)
        rig.limb(Part.TRIM, (-4, CENTER - 7, side * 3.0), (4, CENTER - 7, side * 3.0), 1.6, 1.6)
        rig.limb(Part.TRIM, (-4, CENTER + 7, side * 3.0), (4, CENTER + 7, side * 3.0), 1.6, 1.6)


def _gem(rig: Rig, phase: float, motion: str) -> None:
    rig.cone(Part.MAIN, Frame((0.0, 4.0, 0.0)), 24, 0.5, 19, facets=7)
    rig.cone(Part.MAIN, Frame((0.0, 28.0, 0.0)), 9, 19, 11.5, facets=7)
    rig.cone(Part.TRIM, Frame((0.0, 27.0, 0.0)), 1.6, 19.3, 19.3)


def _potion(rig: Rig, phase: float, motion: str) -> None:
    body = Frame((0.0, 19.0, 0.0))
    rig.ball(Part.MAIN, body, 17, 16, 17, clip=(0, 1, 0, 0.35))
    rig.cone(Part.MAIN, body.moved(0, 5.4, 0), 0.6, 15.9, 15.6, tone=2)
    rig.ball(Part.GLASS, body, 17.2, 16.2, 17.2, clip=(0, -1, 0, -0.36))
    rig.cone(Part.GLASS, body.moved(0, 14, 0), 9, 6, 5)
    rig.cone(Part.TRIM, body.moved(0, 21, 0), 3, 7, 7)
    rig.cone(Part.WOOD, body.moved(0, 23, 0), 6, 4.4, 5)
    rig.stamp(Part.SPARK, body.at(-9, 3, 12), (0, 0, 1), 3, 5, facing=-2, depth=20, tone=4)
    for k in range(3):
        rise = (phase + k / 3) % 1
        rig.stamp(
            Part.SPOT,
            body.at(5 * math.sin(k * 2.3), -10 + 14 * rise, 13),
            (0, 0, 1),
            2,
            2,
            tone=2,
            facing=-2,
            depth=25,
        )


def _ring(rig: Rig, part: int, center: Vec, radius: float, thick: float, count: int = 14) -> None:
    points = [
        (
            center[0] + radius * math.cos(2 * math.pi * k / count),
            center[1] + radius * math.sin(2 * math.pi * k / count),
            center[2],
        )
        for k in range(count + 1)
    ]
    for a, b in pairwise(points):
        rig.limb(part, a, b, thick, thick)


def _key(rig: Rig, phase: float, motion: str) -> None:
    _ring(rig, Part.MAIN, (0.0, 40.0, 0.0), 8.5, 3.2)
    rig.limb(Part.MAIN, (0, 30, 0), (0, 4, 0), 2.8, 2.8)
    rig.limb(Part.TRIM, (0, 30, 0), (0, 27, 0), 4.2, 4.2)
    rig.limb(Part.MAIN, (0, 5.5, 0), (9, 5.5, 0), 2.6, 2.6)
    rig.limb(Part.MAIN, (0, 13.5, 0), (7, 13.5, 0), 2.4, 2.4)
    rig.limb(Part.TRIM, (0, 40, 2.6), (0, 40, -2.6), 1.6, 1.6)


def _heart(rig: Rig, phase: float, motion: str) -> None:
    beat = 1 + 0.07 * math.sin(4 * math.pi * phase) * (motion != "spinning")
    for side in (1, -1):
        rig.limb(Part.MAIN, (side * 9 * beat, 33 * beat, 0), (side * 1.2, 9, 0), 11 * beat, 2.2)
        rig.limb(Part.MAIN, (side * 8 * beat, 30 * beat, 0), (0, 16, 0), 11 * beat, 6)
    rig.stamp(Part.SPARK, (-11, 37 * beat, 9), (0, 0, 1), 5, 3, facing=0.1, depth=12, tone=4)
    rig.stamp(Part.SPARK, (-15, 32 * beat, 8), (0, 0, 1), 2, 3, facing=0.1, depth=12, tone=4)


def _chest(rig: Rig, phase: float, motion: str) -> None:
    opened = min(max((phase - 0.15) / 0.6, 0), 1) if motion == "opening" else 0.0
    opened = opened * opened * (3 - 2 * opened)
    rig.box(Part.MAIN, Frame((0.0, 10.0, 0.0)), 20, 10, 13)
    for x in (-18.5, 0, 18.5):
        rig.box(Part.TRIM, Frame((float(x), 10.0, 0.0)), 2.4, 10.3, 13.4)
    rig.box(Part.TRIM, Frame((0.0, 1.6, 0.0)), 20.3, 1.7, 13.3)
    if opened > 0.05:
        rig.box(Part.DARK, Frame((0.0, 19.9, 0.0)), 18, 0.6, 11.4)
        for k in range(9):
            rig.ball(
                Part.GOLD,
                Frame((-14.0 + 3.5 * k, 20.5 + 2 * math.sin(k * 2.1), 4 * math.cos(k * 1.7))),
                4.2,
                3.4,
                4,
            )
    hinge = Frame((0.0, 20.0, -13.0)).rotated(pitch=-104 * opened)
    barrel = hinge.moved(0, 0, 13)
    side = Frame(barrel.at(-20, 0, 0), barrel.z, barrel.x, barrel.y)
    rig.cone(Part.MAIN, side, 40, 13, 13, flat=0.86)
    for x in (-18.5, 0, 18.5):
        band = Frame(barrel.at(x - 2.4, 0, 0), barrel.z, barrel.x, barrel.y)
        rig.cone(Part.TRIM, band, 4.8, 13.5, 13.5, flat=0.88)
    rig.box(Part.GOLD, barrel.moved(0, -0.5, 13.2), 3.4, 4.2, 1.6)
    rig.stamp(Part.DETAIL, barrel.at(0, -1, 15), barrel.z, 2, 3, facing=0.2)


def _torch(rig: Rig, phase: float, motion: str) -> None:
    rig.limb(Part.WOOD, (0, 2, 0), (0, 24, 0), 2.6, 3.8)
    rig.cone(Part.TRIM, Frame((0.0, 22.0, 0.0)), 6, 5, 8)
    rig.limb(Part.TRIM, (0, 10, 0), (0, 11, 0), 4.0, 4.0)
    _flames(rig, (0.0, 31.0, 0.0), 9.0, phase, Part.GLOW_MAIN)


def _flag(rig: Rig, phase: float, motion: str) -> None:
    rig.limb(Part.WOOD, (-17, 0, 0), (-17, 50, 0), 1.7, 1.5)
    rig.ball(Part.TRIM, Frame((-17.0, 52.0, 0.0)), 2.8, 2.8, 2.8)
    strips = 12
    for k in range(strips):
        share = (k + 0.5) / strips
        angle = 2 * math.pi * (phase - 1.15 * share)
        depth, slope = 5.0 * share * math.sin(angle), 62 * share * math.cos(angle)
        droop = 1.6 * share * math.sin(angle + 0.8)
        place = Frame((-15.5 + 36 * share, 36 + droop, depth)).rotated(yaw=slope)
        rig.box(Part.MAIN, place, 2.2, 12.5, 0.7)
        rig.box(Part.TRIM, place, 2.25, 2.2, 0.95)


def _crystal(rig: Rig, phase: float, motion: str) -> None:
    rig.cone(Part.TRIM, Frame((0.0, 0.0, 0.0)), 5, 15, 12)
    rig.cone(Part.TRIM, Frame((0.0, 5.0, 0.0)), 7, 7, 11)
    rig.ball(Part.MAIN, Frame((0.0, 28.0, 0.0)), 18.5, 18.5, 18.5)
    for k in range(5):
        angle = 2 * math.pi * (phase + k / 5)
        point = (8 * math.cos(angle), 27 + 8 * math.sin(2 * angle + k), 14.0)
        rig.stamp(Part.SPOT, point, (0, 0, 1), 2 + k % 2, 2, tone=1 + k % 2, facing=-2, depth=30)
    rig.stamp(Part.SPARK, (-8, 36, 14), (0, 0, 1), 5, 4, facing=-2, depth=30, tone=4)


def _bomb(rig: Rig, phase: float, motion: str) -> None:
    rig.ball(Part.MAIN, Frame((0.0, 19.0, 0.0)), 18, 18, 18)
    rig.cone(Part.TRIM, Frame((0.0, 34.5, 0.0)).rotated(roll=-14), 5, 6.4, 6.4)
    fuse: list[Vec] = [(1.5, 39, 0), (4, 44, 0), (9, 47, 0), (12, 46, 0)]
    for a, b in pairwise(fuse):
        rig.limb(Part.STRAW, a, b, 1.4, 1.4)
    if motion == "burning":
        rig.ball(Part.FIRE, Frame((12.0, 46.5, 1.0)), 3.6, 3.6, 3.6, tone=1)
        for k in range(6):
            angle = 2 * math.pi * (k / 6 + phase * 0.5)
            reach = 5 + 3 * math.sin(2 * math.pi * (phase + k / 3))
            tip = (12 + reach * math.cos(angle), 46.5 + reach * math.sin(angle), 1.0)
            rig.limb(Part.FIRE, (12, 46.5, 1), tip, 1.4, 0.5, tone=2)


def _scroll(rig: Rig, phase: float, motion: str) -> None:
    opened = 0.15 + 0.85 * min(max((phase - 0.1) / 0.75, 0), 1) if motion == "opening" else 1.0
    half = 2 + 17 * opened
    rig.box(Part.FUR, Frame((0.0, CENTER, 0.0)), 13, half, 0.8)
    for k in range(5):
        y = CENTER + 11 - 5.4 * k
        if abs(y - CENTER) < half - 3:
            width = (16, 18, 14, 18, 10)[k]
            rig.stamp(Part.DETAIL, (-0.5, y, 1.0), (0, 0, 1), width, 1, facing=0.3)
    for end in (1, -1):
        y = CENTER + end * half
        rig.limb(Part.FUR, (-13, y, 1.5), (13, y, 1.5), 4.2, 4.2)
        rig.limb(Part.MAIN, (-17, y, 1.5), (-14, y, 1.5), 3.4, 4.8)
        rig.limb(Part.MAIN, (14, y, 1.5), (17, y, 1.5), 4.8, 3.4)
        rig.limb(Part.MAIN, (-12.5, y, 2.4), (12.5, y, 2.4), 4.4, 4.4)
    if opened > 0.7:
        rig.ball(Part.TRIM, Frame((5.0, CENTER - half + 8, 1.0)), 3.6, 3.6, 1.4)


def _crown(rig: Rig, phase: float, motion: str) -> None:
    rig.cone(Part.MAIN, Frame((0.0, 8.0, 0.0)), 12, 17, 18.6)
    rig.cone(Part.TRIM, Frame((0.0, 7.0, 0.0)), 4, 18, 18.2)
    rig.cone(Part.DARK, Frame((0.0, 19.9, 0.0)), 0.5, 17.6, 17, tone=0)
    for k in range(6):
        out = Frame().rotated(yaw=60 * k)
        base = Frame(out.at(0, 18.5, 17.4), out.x, out.y, out.z).rotated(pitch=6)
        rig.cone(Part.MAIN, base, 16, 9.4, 0.6, flat=0.16)
        rig.ball(Part.TRIM, base.moved(0, 16.5, 0), 2.8, 2.8, 2.8)
        rig.stamp(Part.SPARK, out.at(0, 16, 19), out.z, 3, 3, facing=0.35, tone=2)


def _sword(rig: Rig, phase: float, motion: str) -> None:
    grip = Frame((0.0, CENTER, 0.0)).rotated(roll=0 if motion == "spinning" else -38)
    rig.limb(Part.MAIN, grip.at(0, -10, 0), grip.at(0, 19, 0), 3.2, 2.8)
    rig.limb(Part.MAIN, grip.at(0, 19, 0), grip.at(0, 26, 0), 2.8, 0.5)
    rig.limb(Part.SPOT, grip.at(0, -8, 2.2), grip.at(0, 20, 2.0), 0.9, 0.9, tone=1)
    rig.limb(Part.TRIM, grip.at(-8.5, -11, 0), grip.at(8.5, -11, 0), 2.5, 2.5)
    rig.limb(Part.WOOD, grip.at(0, -13, 0), grip.at(0, -20, 0), 2.0, 2.0)
    rig.ball(Part.TRIM, grip.moved(0, -22.5, 0), 3.2, 3.2, 3.2)


def _shield(rig: Rig, phase: float, motion: str) -> None:
    for part, grow, deep in ((Part.TRIM, 0.0, 0.2), (Part.MAIN, -3.4, 0.3)):
        wide = 19.5 + grow
        low = Frame((0.0, 2.0 - grow * 1.5, 0.0))
        rig.cone(part, low, 11, 0.8, wide * 0.62, flat=deep)
        rig.cone(part, low.moved(0, 11, 0), 12, wide * 0.62, wide * 0.97, flat=deep)
        rig.cone(part, low.moved(0, 23, 0), 21 + grow * 2.4, wide * 0.97, wide, flat=deep)
    rig.limb(Part.TRIM, (0, 10, 4.6), (0, 40, 4.6), 2.0, 2.0)
    rig.limb(Part.TRIM, (-12, 29, 3.6), (12, 29, 3.6), 2.0, 2.0)
    rig.limb(Part.WOOD, (0, 16, -4), (0, 36, -4), 2.2, 2.2)


_ITEMS: dict[str, Callable[[Rig, float, str], None]] = {
    "coin": _coin, "gem": _gem, "potion": _potion, "key": _key, "heart": _heart, "chest": _chest,
    "torch": _torch, "flag": _flag, "crystal ball": _crystal, "bomb": _bomb, "scroll": _scroll,
    "crown": _crown, "sword": _sword, "shield": _shield,
}  # fmt: skip
