"""Animals and what stands outdoors; their fronts look along +z."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.data.props.parts import Dice, Pieces, ball, box, can, cone, legs
from toolkit.data.props.solids import DARK, Piece, Triple

ROCK = (0.25, 0.25, 0.27)
BARK = (0.16, 0.07, 0.03)
PALE = (0.8, 0.78, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How an animal on four legs is built; lengths in parts of its body's."""

    leg: float
    body: float
    neck: float
    head: float
    tail: float
    ear: float
    horned: bool = False


ANIMALS = {
    "horse": Build(leg=0.62, body=0.42, neck=0.55, head=0.42, tail=0.5, ear=0.12),
    "dog": Build(leg=0.4, body=0.42, neck=0.2, head=0.4, tail=0.4, ear=0.2),
    "cat": Build(leg=0.32, body=0.38, neck=0.12, head=0.4, tail=0.6, ear=0.18),
    "cow": Build(leg=0.42, body=0.58, neck=0.18, head=0.42, tail=0.4, ear=0.12, horned=True),
    "pig": Build(leg=0.24, body=0.62, neck=0.05, head=0.42, tail=0.12, ear=0.15),
    "sheep": Build(leg=0.3, body=0.68, neck=0.12, head=0.34, tail=0.1, ear=0.14),
    "giraffe": Build(leg=0.9, body=0.48, neck=1.3, head=0.35, tail=0.4, ear=0.1, horned=True),
}


def animal(name: str, dice: Dice) -> Pieces:
    """A body on four legs with neck, head and tail, of boxes or rounder."""
    plan = ANIMALS[name]
    long = dice.near(1.8, 0.15)
    leg, thick = dice.near(plan.leg, 0.2) * long, dice.near(plan.body, 0.15) * long
    neck, head = dice.near(plan.neck, 0.2) * long, dice.near(plan.head, 0.15) * long
    wide, limb, front = thick * dice.near(0.9), dice.near(0.18), long * 0.5
    top, mark = leg + thick * 0.9, dice.accent if dice.chance(0.4) else None
    size = (wide, thick, long)
    whole = (0.0, leg + thick / 2, 0.0)
    body = (
        ball((wide * 1.15, thick * 1.15, long * 1.15), whole)
        if dice.chance(0.3)
        else box(size, whole)
    )
    eye = tuple(
        ball(
            (0.1, 0.12, 0.12), (a * head * 0.36, top + neck * 0.8 + 0.08, front + head * 0.45), DARK
        )
        for a in (-1, 1)
    )
    ears = tuple(
        cone(
            0.16, plan.ear * long + 0.05, (a * head * 0.28, top + neck + head * 0.35, front),
            PALE if plan.horned else mark,
        )
        for a in (-1, 1)
    )  # fmt: skip
    return (
        *legs(wide / 2 - limb / 2, long / 2 - limb / 2, leg + 0.05, limb),
        body,
        box((wide * 0.5, neck + thick * 0.4, head * 0.6), (0, top + neck * 0.35, front - 0.1)),
        box((head * 0.7, head * 0.65, head * 1.05), (0, top + neck * 0.8, front + head * 0.3)),
        box((head * 0.5, head * 0.35, 0.2), (0, top + neck * 0.75, front + head * 0.85), mark),
        *eye,
        *ears,
        box(
            (0.13, plan.tail * long + 0.05, 0.13), (0, top - plan.tail * long * 0.4, -front),
            mark or DARK, (dice.near(20, 0.9), 0, 0),
        ),
    )  # fmt: skip


def house(dice: Dice) -> Pieces:
    """Walls, a gabled roof, a door and windows in front, and a chimney."""
    wide, deep, tall, roof = dice.near(1.8), dice.near(1.7), dice.near(1.2), dice.near(0.9)
    glass = (0.2, 0.4, 0.6)
    return (
        box((wide, tall, deep), (0, tall / 2, 0)),
        Piece(shape="wedge", size=(wide * 1.2, roof, deep * 1.15), place=(0, tall + roof / 2, 0),
              color=dice.accent),
        box((0.4, 0.75, 0.06), (0, 0.38, deep / 2), BARK),
        *(box((0.32, 0.32, 0.06), (a * wide * 0.32, tall * 0.6, deep / 2), glass) for a in (-1, 1)),
        box((0.06, 0.32, 0.4), (wide / 2, tall * 0.6, 0), glass),
        box((0.28, 0.8, 0.28), (wide * 0.28, tall + roof * 0.6, -deep * 0.2), ROCK),
    )  # fmt: skip


def tower(dice: Dice) -> Pieces:
    """A round or square tower with a pointed roof or battlements, and a door."""
    wide, tall = dice.near(1.1), dice.near(2.4)
    wall = can(wide, tall, (0, tall / 2, 0)) if dice.chance(0.6) else box(
        (wide, tall, wide), (0, tall / 2, 0)
    )  # fmt: skip
    door = box((0.36, 0.6, 0.08), (0, 0.3, wide / 2), DARK)
    window = box((0.2, 0.35, 0.08), (0, tall * 0.7, wide / 2), DARK)
    if dice.chance(0.6):
        return (
            wall,
            door,
            window,
            cone(wide * 1.4, dice.near(1.0), (0, tall + 0.5, 0), dice.accent),
        )
    crown = tuple(
        box((0.28, 0.3, 0.28), (a * wide * 0.4, tall + 0.15, b * wide * 0.4), dice.accent)
        for a in (-1, 1) for b in (-1, 1)
    )  # fmt: skip
    return (wall, door, window, can(wide * 1.2, 0.15, (0, tall, 0), dice.accent), *crown)


def tree(dice: Dice) -> Pieces:
    """A trunk with cones or balls of leaves; one branch points forward."""
    trunk, crown = dice.near(0.9), dice.near(1.4)
    stem = can(0.3, trunk, (0, trunk / 2, 0), BARK)
    branch = box((0.12, 0.12, 0.8), (0, trunk * 0.8, 0.35), BARK)
    if dice.chance(0.5):
        rows = dice.count(2, 3)
        return (stem, branch, *(
            cone(crown * (1 - 0.22 * i), crown * 0.8, (0, trunk + crown * (0.35 + 0.45 * i), 0))
            for i in range(rows)
        ))  # fmt: skip
    return (
        stem,
        branch,
        ball(_round(crown), (0, trunk + crown * 0.4, 0)),
        ball(_round(crown * 0.6), (crown * 0.35, trunk + crown * 0.2, 0.3)),
        ball(_round(0.2), (0, trunk + crown * 0.4, crown * 0.48), dice.accent),
        ball(_round(0.2), (-crown * 0.45, trunk + crown * 0.3, 0.1), dice.accent),
    )


def signpost(dice: Dice) -> Pieces:
    """A pole with a board in front."""
    tall, wide = dice.near(1.8), dice.near(1.3)
    return (
        box((0.14, tall, 0.14), (0, tall / 2, 0), dice.accent),
        box((wide, dice.near(0.7), 0.1), (0, tall * 0.82, 0.1)),
        box((wide * 0.7, 0.08, 0.03), (0, tall * 0.86, 0.17), DARK),
        box((wide * 0.5, 0.08, 0.03), (-wide * 0.1, tall * 0.76, 0.17), DARK),
    )


def well(dice: Dice) -> Pieces:
    """A round wall of stones under a little roof."""
    wide, tall = dice.near(1.3), dice.near(0.7)
    top = tall + dice.near(1.0)
    return (
        can(wide, tall, (0, tall / 2, 0), ROCK),
        can(wide * 0.8, 0.05, (0, tall, 0), (0.05, 0.2, 0.45)),
        *(box((0.12, top, 0.12), (a * wide * 0.45, top / 2, 0), BARK) for a in (-1, 1)),
        Piece(shape="wedge", size=(wide * 1.2, 0.6, wide * 1.1), place=(0, top + 0.3, 0)),
        box((0.3, 0.3, 0.3), (0, tall + 0.3, wide * 0.2), dice.accent),
    )


def _round(size: float) -> Triple:
    return size, size, size
