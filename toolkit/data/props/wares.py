"""Wares, containers and tools; what has a front looks along +z."""

from __future__ import annotations

from toolkit.data.props.parts import Dice, Pieces, ball, box, can, cone, legs
from toolkit.data.props.solids import DARK, Piece

METAL = (0.35, 0.37, 0.40)
GOLD = (0.75, 0.48, 0.06)


def mug(dice: Dice) -> Pieces:
    """A can with a handle on one side."""
    wide, tall, thick = dice.near(1.2), dice.near(1.4), dice.near(0.16)
    reach, grip = dice.near(0.35), dice.near(0.7, 0.2)
    outside = wide / 2 + reach
    middle = tall * 0.52
    handle = (
        box((thick, grip, thick), (outside, middle, 0)),
        *(
            box((reach * 1.4, thick, thick), (wide / 2 + reach * 0.4, middle + a * grip / 2, 0))
            for a in (-1, 1)
        ),
    )
    inside = can(wide * 0.85, 0.04, (0, tall, 0), DARK if dice.chance(0.5) else dice.accent)
    return (can(wide, tall, (0, tall / 2, 0)), *handle, inside)


def teapot(dice: Dice) -> Pieces:
    """A round pot with a spout, a handle and a lid."""
    wide, tall = dice.near(1.4), dice.near(1.1)
    return (
        ball((wide, tall, wide), (0, tall / 2, 0)),
        Piece(shape="can", size=(0.2, 0.8, 0.2), place=(-wide * 0.6, tall * 0.65, 0),
              turn=(0.0, 0.0, 40.0)),
        box((0.12, tall * 0.5, 0.12), (wide * 0.68, tall / 2, 0), dice.accent),
        box((0.35, 0.12, 0.12), (wide * 0.55, tall * 0.75, 0), dice.accent),
        box((0.35, 0.12, 0.12), (wide * 0.55, tall * 0.25, 0), dice.accent),
        can(wide * 0.45, 0.12, (0, tall, 0), dice.accent),
        ball((0.2, 0.2, 0.2), (0, tall + 0.12, 0), dice.accent),
    )  # fmt: skip


def bottle(dice: Dice) -> Pieces:
    """A can with a neck, a cork and a label in front."""
    wide, tall, neck = dice.near(0.8), dice.near(1.3), dice.near(0.6, 0.4)
    return (
        can(wide, tall, (0, tall / 2, 0)),
        cone(wide, wide * 0.6, (0, tall + wide * 0.3, 0)),
        can(wide * 0.32, neck, (0, tall + neck / 2 + 0.1, 0)),
        can(wide * 0.36, 0.2, (0, tall + neck + 0.15, 0), DARK),
        box((wide * 0.6, tall * 0.45, 0.06), (0, tall * 0.5, wide * 0.48), dice.accent),
    )


def crate(dice: Dice) -> Pieces:
    """A box with battens along its edges."""
    wide, tall, deep, thick = dice.near(1.4), dice.near(1.2), dice.near(1.3), dice.near(0.14)
    posts = legs((wide) / 2, deep / 2, tall, thick, dice.accent)
    rails = tuple(
        box((wide, thick, thick), (0, y, b * deep / 2), dice.accent)
        for y in (thick / 2, tall - thick / 2)
        for b in (-1, 1)
    )
    batten = box((0.1, tall * 1.1, 0.08), (0, tall / 2, deep / 2), dice.accent, (0, 0, 45))
    return (box((wide, tall, deep), (0, tall / 2, 0)), *posts, *rails, batten)


def chest(dice: Dice) -> Pieces:
    """A box under a round lid, with bands and a lock."""
    wide, tall, deep = dice.near(1.7), dice.near(0.75), dice.near(1.0)
    band = GOLD if dice.chance(0.6) else METAL
    lid = Piece(shape="can", size=(deep, wide, deep), place=(0, tall, 0), turn=(0.0, 0.0, 90.0))
    return (
        box((wide, tall, deep), (0, tall / 2, 0)),
        lid,
        *(box((0.14, tall, deep * 1.03), (a * wide * 0.34, tall / 2, 0), band) for a in (-1, 1)),
        box((wide * 1.01, 0.12, deep * 1.03), (0, tall, 0), band),
        box((0.3, 0.34, 0.12), (0, tall * 0.95, deep / 2), band),
    )


def barrel(dice: Dice) -> Pieces:
    """A bellied can with hoops and a tap."""
    wide, tall = dice.near(1.2), dice.near(1.6)
    hoop = METAL if dice.chance(0.6) else dice.accent
    return (
        can(wide, tall, (0, tall / 2, 0)),
        can(wide * 1.1, tall * 0.5, (0, tall / 2, 0)),
        *(can(wide * 1.13, 0.09, (0, tall * y, 0), hoop) for y in (0.12, 0.5, 0.88)),
        box((0.15, 0.15, 0.35), (0, tall * 0.3, wide * 0.6), DARK),
    )


def bucket(dice: Dice) -> Pieces:
    """A can, open above, with a handle over it."""
    wide, tall = dice.near(1.1), dice.near(1.0)
    top = tall + dice.near(0.5)
    return (
        can(wide, tall, (0, tall / 2, 0)),
        can(wide * 0.88, 0.05, (0, tall, 0), dice.accent),
        *(box((0.08, top - tall, 0.08), (a * wide * 0.48, (top + tall) / 2, 0), METAL)
          for a in (-1, 1)),
        box((wide, 0.08, 0.08), (0, top, 0), METAL),
    )  # fmt: skip


def book(dice: Dice) -> Pieces:
    """Covers around pages, standing, with a title in front."""
    wide, tall, thick = dice.near(1.2), dice.near(1.6), dice.near(0.4, 0.4)
    return (
        *(box((wide, tall, 0.08), (0, tall / 2, a * thick / 2)) for a in (-1, 1)),
        box((wide * 0.92, tall * 0.94, thick), (wide * 0.02, tall / 2, 0), (0.85, 0.82, 0.7)),
        box((0.1, tall, thick), (-wide / 2, tall / 2, 0)),
        box((wide * 0.5, tall * 0.25, 0.03), (0, tall * 0.65, thick / 2 + 0.05), dice.accent),
    )


def computer(dice: Dice) -> Pieces:
    """A screen on a foot with a keyboard before it."""
    wide, tall = dice.near(1.6), dice.near(1.1)
    return (
        box((wide, tall, 0.15), (0, tall / 2 + 0.4, 0)),
        box((wide * 0.9, tall * 0.85, 0.04), (0, tall / 2 + 0.4, 0.09), DARK),
        box((0.2, 0.45, 0.12), (0, 0.25, -0.05), dice.accent),
        box((0.7, 0.07, 0.5), (0, 0.03, 0), dice.accent),
        box((wide * 0.8, 0.08, 0.4), (0, 0.05, dice.near(0.7)), dice.accent),
    )


def cannon(dice: Dice) -> Pieces:
    """A barrel on a carriage with two wheels."""
    long, thick, wheel = dice.near(2.0), dice.near(0.5), dice.near(0.9)
    barrel_ = Piece(
        shape="can", size=(thick, long, thick), place=(0, wheel * 0.75, 0.3),
        turn=(90.0 - dice.near(15, 0.9), 0.0, 0.0),
    )  # fmt: skip
    wheel_ = tuple(
        Piece(shape="can", size=(0.15, wheel, wheel), place=(a * 0.45, wheel / 2, 0),
              color=dice.accent, lies=True)
        for a in (-1, 1)
    )  # fmt: skip
    return (barrel_, *wheel_, box((0.4, 0.25, 1.4), (0, wheel * 0.4, -0.5), dice.accent))


def robot(dice: Dice) -> Pieces:
    """A box with a head, eyes in front, arms and legs."""
    wide, tall, head = dice.near(1.1), dice.near(1.2), dice.near(0.7)
    low = dice.near(0.7)
    top = low + tall
    eyes = tuple(
        ball((0.18, 0.18, 0.12), (a * head * 0.25, top + head * 0.6, head / 2), (0.9, 0.8, 0.2))
        for a in (-1, 1)
    )
    return (
        *(box((0.3, low, 0.35), (a * wide * 0.28, low / 2, 0), dice.accent) for a in (-1, 1)),
        box((wide, tall, wide * 0.7), (0, low + tall / 2, 0)),
        box((head, head, head), (0, top + head / 2 + 0.08, 0)),
        *eyes,
        *(
            box(
                (0.22, tall * 0.9, 0.25),
                (a * (wide / 2 + 0.13), top - tall * 0.42, 0.0),
                dice.accent,
            )
            for a in (-1, 1)
        ),
        box((wide * 0.5, tall * 0.3, 0.06), (0, low + tall * 0.55, wide * 0.36), DARK),
        can(0.06, 0.4, (0, top + head + 0.25, 0), DARK),
    )
