"""Furniture: what stands in a room."""

from __future__ import annotations

from toolkit.data.props.parts import Dice, Pieces, ball, box, can, cone, legs
from toolkit.data.props.solids import DARK, Piece

PALE = (0.8, 0.8, 0.78)


def chair(dice: Dice) -> Pieces:
    """Four legs, a seat and a back, of boards or of bars."""
    wide, deep, tall = dice.near(0.95), dice.near(0.95), dice.near(0.85, 0.35)
    thick, back = dice.near(0.11, 0.4), dice.near(1.1, 0.4)
    top = tall + thick
    behind = -deep / 2 + thick / 2
    seat = box((wide, dice.near(0.14, 0.4), deep), (0, tall + thick / 2, 0))
    under = legs(wide / 2 - thick / 2, deep / 2 - thick / 2, tall, thick, rounded=dice.chance(0.3))
    if dice.chance(0.6):
        return (*under, seat, box((wide, back, thick), (0, top + back / 2, behind)))
    bars = dice.count(2, 4)
    posts = tuple(
        box((thick, back, thick), (wide * (i / (bars - 1) - 0.5) * 0.88, top + back / 2, behind))
        for i in range(bars)
    )
    return (*under, seat, *posts, box((wide, thick * 2, thick), (0, top + back, behind)))


def armchair(dice: Dice) -> Pieces:
    """A low block with a back and two arms."""
    return _upholstered(dice, dice.near(1.35, 0.15))


def sofa(dice: Dice) -> Pieces:
    """An armchair for two or three."""
    return _upholstered(dice, dice.near(2.5, 0.2))


def _upholstered(dice: Dice, wide: float) -> Pieces:
    deep, seat, back = dice.near(1.15, 0.15), dice.near(0.6), dice.near(0.8, 0.3)
    arm, arm_tall, thick = dice.near(0.25, 0.3), dice.near(0.45, 0.4), dice.near(0.3, 0.3)
    soft = dice.accent if dice.chance(0.3) else None
    pieces = (
        box((wide, seat, deep), (0, seat / 2 + 0.1, 0)),
        box((wide, back, thick), (0, seat + back / 2, -deep / 2 + thick / 2)),
        *(
            box((arm, arm_tall, deep), (a * (wide - arm) / 2, seat + arm_tall / 2, 0))
            for a in (-1, 1)
        ),
    )
    cushion = box((wide - 2 * arm, 0.15, deep - thick), (0, seat + 0.15, thick / 2), soft)
    return (*pieces, cushion) if dice.chance(0.5) else pieces


def stool(dice: Dice) -> Pieces:
    """A seat without a back."""
    wide, tall, thick = dice.near(0.9), dice.near(1.0, 0.4), dice.near(0.12, 0.3)
    if dice.chance(0.5):
        return (
            *legs(wide * 0.3, wide * 0.3, tall, thick, rounded=True),
            can(wide, thick * 1.3, (0, tall, 0)),
        )
    return (*legs(wide * 0.4, wide * 0.4, tall, thick), box((wide, thick, wide), (0, tall, 0)))


def table(dice: Dice) -> Pieces:
    """A top on four legs or on one."""
    wide, deep, tall = dice.near(2.1, 0.35), dice.near(1.3), dice.near(1.1)
    thick = dice.near(0.12, 0.4)
    if dice.chance(0.3):
        return (
            can(wide, thick, (0, tall, 0)),
            can(thick * 2, tall, (0, tall / 2, 0)),
            can(wide * 0.5, thick, (0, thick / 2, 0)),
        )
    other = dice.accent if dice.chance(0.2) else None
    under = legs(wide / 2 - thick, deep / 2 - thick, tall, thick, other)
    return (*under, box((wide, thick, deep), (0, tall, 0)))


def desk(dice: Dice) -> Pieces:
    """A table with drawers on one side, some with a screen."""
    wide, deep, tall, thick = dice.near(2.3), dice.near(1.15), dice.near(1.1, 0.15), 0.12
    side = -1 if dice.chance(0.5) else 1
    drawers = dice.near(0.75)
    pieces = (
        *legs(wide / 2 - thick, deep / 2 - thick, tall, thick),
        box((wide, thick, deep), (0, tall, 0)),
        box((drawers, tall * 0.7, deep * 0.85), (side * (wide / 2 - drawers * 0.6), tall * 0.6, 0)),
    )
    if dice.chance(0.65):
        wide_screen, tall_screen = dice.near(0.9), dice.near(0.65)
        place = (-side * dice.near(0.25, 0.6), tall + tall_screen / 2 + 0.1, -deep * 0.15)
        pieces = (*pieces, box((wide_screen, tall_screen, 0.1), place, DARK))
    return pieces


def bed(dice: Dice) -> Pieces:
    """A mattress with a head, a pillow and perhaps a cover."""
    wide, long, low = dice.near(1.7, 0.3), dice.near(2.9, 0.15), dice.near(0.35, 0.4)
    mattress, head = dice.near(0.35), dice.near(1.0, 0.35)
    wood = dice.accent if dice.chance(0.6) else DARK
    top = low + mattress
    pieces = (
        *legs(wide / 2 - 0.1, long / 2 - 0.1, low, 0.12, wood),
        box((wide, mattress, long), (0, low + mattress / 2, 0)),
        box((wide, head, 0.12), (0, low + head / 2, -long / 2), wood),
        box((wide * dice.near(0.65), 0.2, 0.5), (0, top + 0.05, -long * 0.36), PALE),
    )
    if dice.chance(0.4):
        return (*pieces, box((wide, head * 0.6, 0.12), (0, low + head * 0.3, long / 2), wood))
    return pieces


def bench(dice: Dice) -> Pieces:
    """A long seat, with a back or without."""
    wide, deep, tall, thick = dice.near(2.4), dice.near(0.8), dice.near(0.7), dice.near(0.13)
    seat = (
        *legs(wide / 2 - 0.2, deep / 2 - 0.1, tall, thick),
        box((wide, thick, deep), (0, tall, 0)),
    )
    if dice.chance(0.3):
        return seat
    back = dice.near(0.7)
    return (*seat, box((wide, back, thick), (0, tall + back / 2 + 0.1, -deep / 2)))


def shelf(dice: Dice) -> Pieces:
    """Boards between two sides, with some books."""
    wide, tall, deep = dice.near(1.5), dice.near(2.4), dice.near(0.6)
    boards = dice.count(3, 5)
    pieces = [box((0.1, tall, deep), (a * wide / 2, tall / 2, 0)) for a in (-1, 1)]
    pieces += [box((wide, 0.1, deep), (0, 0.05 + tall * i / boards, 0)) for i in range(boards + 1)]
    pieces.append(box((wide, tall, 0.06), (0, tall / 2, -deep / 2)))
    for row in range(boards):
        if dice.chance(0.6):
            size = (wide * dice.near(0.5, 0.6), tall / boards * 0.6, deep * 0.6)
            place = (dice.near(0.15, 2.0), tall * row / boards + size[1] / 2 + 0.1, 0.0)
            pieces.append(box(size, place, dice.accent))
    return tuple(pieces)


def cupboard(dice: Dice) -> Pieces:
    """A closed box with two doors and their knobs."""
    wide, tall, deep = dice.near(1.6), dice.near(2.2, 0.35), dice.near(0.8)
    front = deep / 2
    return (
        box((wide, tall, deep), (0, tall / 2 + 0.12, 0)),
        box((wide * 1.06, 0.12, deep * 1.06), (0, tall + 0.16, 0), dice.accent),
        box((0.05, tall * 0.9, 0.04), (0, tall / 2 + 0.12, front), DARK),
        *(ball((0.14, 0.14, 0.14), (a * 0.2, tall / 2, front + 0.05), DARK) for a in (-1, 1)),
    )


def lamp(dice: Dice) -> Pieces:
    """A foot, a pole and a shade; some lean over."""
    tall, shade = dice.near(1.7, 0.35), dice.near(0.95)
    reach = dice.near(0.35, 0.9) if dice.chance(0.5) else 0.0
    top: tuple[Piece, ...] = (cone(shade, shade * 0.8, (0, tall, reach), None),)
    if dice.chance(0.4):
        top = (can(shade, shade * 0.6, (0, tall, reach)),)
    if reach:
        top = (*top, box((0.08, 0.08, reach + 0.1), (0, tall * 0.97, reach / 2), dice.accent))
    return (
        can(dice.near(0.7), 0.1, (0, 0.05, 0), dice.accent),
        can(0.09, tall, (0, tall / 2, 0), dice.accent),
        *top,
    )
