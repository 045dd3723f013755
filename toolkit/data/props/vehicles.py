"""Vehicles on wheels, on water and in the air; their fronts look along +z."""

from __future__ import annotations

from toolkit.data.props.parts import Dice, Pieces, ball, box, can, cone, wheels
from toolkit.data.props.solids import DARK, Piece

GLASS = (0.10, 0.22, 0.34)
LIGHT = (0.9, 0.85, 0.5)


def car(dice: Dice) -> Pieces:
    """A body on four wheels and a cabin with windows."""
    wide, long, body = dice.near(1.5, 0.15), dice.near(3.1, 0.2), dice.near(0.5)
    wheel, cabin, cabin_long = dice.near(0.5), dice.near(0.5), dice.near(1.5, 0.3)
    floor, back = wheel * 0.6, dice.near(-0.35, 0.9)
    roof = floor + body + cabin / 2
    glass = DARK if dice.chance(0.5) else GLASS
    upper = dice.accent if dice.chance(0.2) else None
    ahead = back + cabin_long / 2
    pieces = (
        *wheels(wide / 2, (-long * 0.31, long * 0.31), wheel, 0.22),
        box((wide, body, long), (0, floor + body / 2, 0)),
        box((wide * 0.86, cabin, cabin_long), (0, roof, back), upper),
        box((wide * 0.75, cabin * 0.7, 0.06), (0, roof, ahead), glass),
        box((wide * 0.88, cabin * 0.6, cabin_long * 0.75), (0, roof, back), glass),
    )
    lights = tuple(
        box((0.25, 0.18, 0.06), (a * wide * 0.33, floor + body * 0.6, long / 2), LIGHT)
        for a in (-1, 1)
    )
    return (*pieces, *lights) if dice.chance(0.6) else pieces


def truck(dice: Dice) -> Pieces:
    """A cab in front of a load."""
    wide, wheel = dice.near(1.5, 0.15), dice.near(0.5)
    cab, cab_tall, load = dice.near(1.0, 0.2), dice.near(1.25, 0.2), dice.near(2.3)
    load_tall, floor = dice.near(1.7, 0.4), wheel * 0.75
    front = (cab + load) / 2
    middle = front - cab / 2
    return (
        *wheels(wide / 2, (front - 0.4, -front + 0.9, -front + 0.35), wheel, 0.24),
        box((wide, cab_tall, cab), (0, floor + cab_tall / 2, middle)),
        box((wide * 0.85, cab_tall * 0.35, 0.06), (0, floor + cab_tall * 0.7, front), DARK),
        box((wide * 1.05, load_tall, load), (0, floor + load_tall / 2, -cab / 2 - 0.05),
            dice.accent),
    )  # fmt: skip


def bus(dice: Dice) -> Pieces:
    """A long box with a row of windows."""
    wide, long, tall = dice.near(1.5, 0.15), dice.near(3.8, 0.2), dice.near(1.5, 0.2)
    wheel = dice.near(0.5, 0.15)
    at = wheel * 0.6 + tall / 2
    windows = at + tall * 0.15
    return (
        *wheels(wide / 2, (-long * 0.32, long * 0.32), wheel, 0.22),
        box((wide, tall, long), (0, at, 0)),
        box((wide * 1.02, tall * 0.3, long * 0.86), (0, windows, -long * 0.04), DARK),
        box((wide * 0.85, tall * 0.45, 0.06), (0, windows, long / 2), GLASS),
        box((wide * 1.03, tall * 0.1, long), (0, at - tall * 0.2, 0), dice.accent),
    )


def tractor(dice: Dice) -> Pieces:
    """Large wheels behind, small ones in front, and a chimney."""
    big, small, wide = dice.near(1.3, 0.15), dice.near(0.7, 0.15), dice.near(0.9, 0.15)
    tall = big * 0.55
    return (
        *wheels(wide * 0.75, (-0.6,), big, 0.35),
        *wheels(wide * 0.65, (0.85,), small, 0.25),
        box((wide * 0.8, 0.7, 1.6), (0, tall + 0.2, 0.5)),
        box((wide, 0.9, 0.9), (0, tall + 0.75, -0.55), GLASS),
        box((wide * 1.15, 0.12, 1.05), (0, tall + 1.25, -0.55)),
        can(0.15, 0.7, (wide * 0.2, tall + 0.8, 0.9), DARK),
    )


def train(dice: Dice) -> Pieces:
    """A steam locomotive: boiler, chimney and cab."""
    boiler, long, wheel = dice.near(1.0, 0.15), dice.near(2.4, 0.2), dice.near(0.6, 0.2)
    at = wheel + boiler / 2
    lying = Piece(
        shape="can", size=(boiler, long, boiler), place=(0, at, 0.4), turn=(90.0, 0.0, 0.0)
    )
    return (
        *wheels(0.55, (-1.0, -0.2, 0.6, 1.3), wheel, 0.2),
        lying,
        box((1.1, 0.15, long + 1.3), (0, wheel, 0), dice.accent),
        box((1.15, dice.near(1.4, 0.15), 0.9), (0, at + 0.25, -long / 2)),
        box((1.3, 0.12, 1.1), (0, at + 1.0, -long / 2), dice.accent),
        can(0.3, dice.near(0.8), (0, at + boiler * 0.7, long * 0.4), DARK),
    )


def cart(dice: Dice) -> Pieces:
    """An open box on wheels with a pole to pull."""
    wide, long, tall, wheel = dice.near(1.3), dice.near(1.9), dice.near(0.6), dice.near(0.8)
    floor, rows = wheel * 0.6, (0.0,) if dice.chance(0.4) else (-long * 0.32, long * 0.32)
    return (
        *wheels(wide / 2 + 0.1, rows, wheel, 0.15),
        box((wide, 0.12, long), (0, floor, 0)),
        *(box((0.1, tall, long), (a * wide / 2, floor + tall / 2, 0)) for a in (-1, 1)),
        *(box((wide, tall, 0.1), (0, floor + tall / 2, a * long / 2)) for a in (-1, 1)),
        box((0.1, 0.1, 1.2), (0, floor, long / 2 + 0.6), dice.accent),
        box((wide * 0.8, tall * 0.7, long * 0.8), (0, floor + tall * 0.4, 0), dice.accent),
    )


def boat(dice: Dice) -> Pieces:
    """A hull with a bow, some with a sail and some with a cabin."""
    wide, long, tall = dice.near(1.2), dice.near(2.4), dice.near(0.6)
    hull = (
        box((wide, tall, long), (0, tall / 2, 0)),
        box((wide * 0.71, tall, wide * 0.71), (0, tall / 2, long / 2), None, (0, 45, 0)),
        box((wide * 0.8, 0.1, long), (0, tall, 0), dice.accent),
    )
    if dice.chance(0.5):
        mast = dice.near(2.2)
        return (
            *hull,
            can(0.1, mast, (0, tall + mast / 2, 0.2), DARK),
            box((0.05, mast * 0.75, long * 0.5), (0, tall + mast * 0.5, -0.3), (0.9, 0.9, 0.86)),
        )
    return (
        *hull,
        box((wide * 0.7, 0.7, long * 0.4), (0, tall + 0.35, -long * 0.2), (0.85, 0.85, 0.85)),
        can(0.3, 0.6, (0, tall + 0.9, -long * 0.25), dice.accent),
    )


def airplane(dice: Dice) -> Pieces:
    """A body with wings, a tail and a propeller or two jets."""
    long, wide, span = dice.near(3.0), dice.near(0.6), dice.near(3.4)
    at = 0.9
    tail = -long * 0.45
    return (
        Piece(shape="ball", size=(wide, wide, long), place=(0, at, 0)),
        box((span, 0.1, dice.near(0.7)), (0, at, long * 0.08), dice.accent),
        box((span * 0.38, 0.08, 0.4), (0, at + 0.1, tail), dice.accent),
        box((0.08, dice.near(0.7), 0.45), (0, at + 0.4, tail), dice.accent),
        ball((wide * 0.7, wide * 0.5, wide * 1.2), (0, at + wide * 0.35, long * 0.15), GLASS),
        box((0.9, 0.14, 0.06), (0, at, long * 0.5), DARK, (0, 0, dice.near(45, 1.0))),
        *wheels(0.35, (long * 0.12,), 0.35, 0.12),
    )


def rocket(dice: Dice) -> Pieces:
    """A can with a nose, fins and a window."""
    wide, tall = dice.near(0.9), dice.near(2.2)
    fin = dice.near(0.55)
    return (
        can(wide, tall, (0, tall / 2 + 0.3, 0)),
        cone(wide, dice.near(0.9), (0, tall + 0.7, 0), dice.accent),
        *(box((0.08, 0.9, fin), (0, 0.45, s * (wide / 2 + fin / 4)), dice.accent) for s in (-1, 1)),
        box((wide + fin, 0.9, 0.08), (0, 0.45, 0), dice.accent),
        ball((0.4, 0.4, 0.16), (0, tall * 0.75, wide / 2), GLASS),
    )


def tank(dice: Dice) -> Pieces:
    """Tracks, a hull and a turret with its gun."""
    wide, long = dice.near(1.7, 0.15), dice.near(2.6, 0.15)
    track = 0.4
    turret = dice.near(1.1)
    gun = dice.near(1.5)
    return (
        *(box((track, 0.6, long), (a * (wide - track) / 2, 0.3, 0), DARK) for a in (-1, 1)),
        box((wide * 0.8, 0.5, long * 0.9), (0, 0.65, 0)),
        box((turret, 0.45, turret * 1.1), (0, 1.1, -0.2)),
        box((0.16, 0.16, gun), (0, 1.12, turret / 2 + gun / 2 - 0.2), dice.accent),
    )
