"""Rig: a list of primitives and stamps in a body frame (x to its left, y up, z ahead, pixels)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from toolkit.data.procedural.raycast import BALL, BOX, CONE, LIMB

Vec = tuple[float, float, float]
NO_CLIP = (0.0, 0.0, 0.0, 9.0)
SHADED = -1.0


def add(a: Vec, b: Vec, scale: float = 1.0) -> Vec:
    """``a + scale * b``."""
    return (a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2])


def blend(a: Vec, b: Vec, share: float) -> Vec:
    """The point ``share`` of the way from ``a`` to ``b``."""
    return tuple(p + (q - p) * share for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


def unit(a: Vec) -> Vec:
    """The vector at length 1."""
    length = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) or 1.0
    return (a[0] / length, a[1] / length, a[2] / length)


def cross(a: Vec, b: Vec) -> Vec:
    """The cross product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@dataclass(frozen=True, slots=True)
class Frame:
    """A place and three orthonormal axes in the body frame."""

    origin: Vec = (0.0, 0.0, 0.0)
    x: Vec = (1.0, 0.0, 0.0)
    y: Vec = (0.0, 1.0, 0.0)
    z: Vec = (0.0, 0.0, 1.0)

    def at(self, x: float, y: float, z: float) -> Vec:
        """The point with these local coordinates."""
        return add(add(add(self.origin, self.x, x), self.y, y), self.z, z)

    def turn(self, x: float, y: float, z: float) -> Vec:
        """The direction with these local coordinates."""
        return add(add((self.x[0] * x, self.x[1] * x, self.x[2] * x), self.y, y), self.z, z)

    def moved(self, x: float, y: float, z: float) -> Frame:
        """The same axes at another local point."""
        return Frame(self.at(x, y, z), self.x, self.y, self.z)

    def rotated(self, *, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> Frame:
        """Turned in degrees: pitch nods ahead, yaw turns to the left, roll leans to the right."""
        frame = self
        if yaw:
            c, s = math.cos(math.radians(yaw)), math.sin(math.radians(yaw))
            frame = Frame(frame.origin, frame.turn(c, 0, -s), frame.y, frame.turn(s, 0, c))
        if pitch:
            c, s = math.cos(math.radians(pitch)), math.sin(math.radians(pitch))
            frame = Frame(frame.origin, frame.x, frame.turn(0, c, s), frame.turn(0, -s, c))
        if roll:
            c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
            frame = Frame(frame.origin, frame.turn(c, s, 0), frame.turn(-s, c, 0), frame.z)
        return frame


HOME = Frame()


def frame_along(origin: Vec, y: Vec, hint: Vec = (0.0, 0.0, 1.0)) -> Frame:
    """A frame whose y axis is ``y`` and whose z axis lies as near to ``hint`` as it can."""
    up = unit(y)
    side = cross(up, hint)
    if side[0] ** 2 + side[1] ** 2 + side[2] ** 2 < 1e-6:
        side = cross(up, (1.0, 0.3, 0.2))
    side = unit(side)
    return Frame(origin, side, up, cross(side, up))


@dataclass(slots=True)
class Rig:
    """One frame's primitives; each method adds one shape of a part.

    A primitive row is: kind, part, fixed tone or -1, light bias, centre (3), axes (9) or a limb's
    far end (3), half sizes (3) or radii (2), index 19-20 a cone's end radii, 21-24 a ball's clip
    plane in unit coordinates (kept where ``n . p <= d``), 26 how many flat sides to shade.
    """

    rows: list[tuple[float, ...]] = field(default_factory=list[tuple[float, ...]])
    stamps: list[tuple[float, ...]] = field(default_factory=list[tuple[float, ...]])

    def limb(
        self, part: int, a: Vec, b: Vec, ra: float, rb: float, *, tone: float = SHADED,
        bias: float = 0.0,
    ) -> None:  # fmt: skip
        """A tapered capsule from ``a`` to ``b``."""
        self.rows.append(
            (LIMB, part, tone, bias, *a, *b, 0, 0, 0, 0, 0, 0, ra, rb, 1, 1, 1, 0, 0, 0, 9, 0, 0, 0)
        )

    def ball(
        self, part: int, frame: Frame, rx: float, ry: float, rz: float, *,
        clip: tuple[float, float, float, float] = NO_CLIP, facets: int = 0, tone: float = SHADED,
        bias: float = 0.0,
    ) -> None:  # fmt: skip
        """An ellipsoid, cut where ``clip`` says."""
        self._solid(BALL, part, frame, (rx, ry, rz), (1, 1), clip, facets, tone, bias)

    def box(
        self, part: int, frame: Frame, rx: float, ry: float, rz: float, *, tone: float = SHADED,
        bias: float = 0.0,
    ) -> None:  # fmt: skip
        """A box of these half sizes."""
        self._solid(BOX, part, frame, (rx, ry, rz), (1, 1), NO_CLIP, 0, tone, bias)

    def cone(
        self, part: int, frame: Frame, height: float, low: float, high: float, *,
        flat: float = 1.0, facets: int = 0, tone: float = SHADED, bias: float = 0.0,
    ) -> None:  # fmt: skip
        """A cone or cylinder standing on the frame: radius ``low`` at 0, ``high`` at ``height``.

        ``flat`` scales its depth (z); ``facets`` above 0 shades it as that many flat sides.
        """
        middle = frame.moved(0, height / 2, 0)
        size = (1.0, height / 2, flat)
        self._solid(CONE, part, middle, size, (low, high), NO_CLIP, facets, tone, bias)

    def _solid(
        self, kind: float, part: int, frame: Frame, size: Vec, ends: tuple[float, float],
        clip: tuple[float, float, float, float], facets: float, tone: float, bias: float,
    ) -> None:  # fmt: skip
        self.rows.append(
            (
                kind, part, tone, bias, *frame.origin, *frame.x, *frame.y, *frame.z,
                *size, *ends, *clip, 0, facets, 0,
            )
        )  # fmt: skip

    def stamp(
        self, part: int, point: Vec, normal: Vec, width: int, height: int, *,
        shift: tuple[float, float] = (0, 0), tone: float = 1, facing: float = 0.2,
        depth: float = 2.5,
    ) -> None:  # fmt: skip
        """A pixel rectangle at a point of the surface, seen while ``normal`` faces the viewer.

        ``facing`` is the least z of the normal on screen; ``depth`` how far below the surface
        the point may lie, in pixels.
        """
        self.stamps.append((*point, *normal, width, height, *shift, part, tone, facing, depth))
