"""The bars that a bundle is held to, read off its report; here those of a clip bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One thing to reach, and where the report says how far we are."""

    name: str
    path: str
    """Keys of the report, joined with dots."""
    bar: float
    moonshot: float
    better: Literal["higher", "lower"] = "higher"


BARS = (
    Bar(name="outline sharpness, share of real", path="scores.silhouette_sharpness",
        bar=0.9, moonshot=1.0),
    Bar(name="inner sharpness, share of real", path="scores.inner_sharpness",
        bar=0.9, moonshot=1.0),
    Bar(name="binary alpha, share of real", path="shares.binary_alpha", bar=0.9, moonshot=1.0),
    Bar(name="Fréchet distance, share of untrained", path="shares.frechet",
        bar=0.1, moonshot=0.02, better="lower"),
    Bar(name="joint attributes, share of ceiling", path="share_of_ceiling.accuracy.joint",
        bar=0.75, moonshot=0.95),
    Bar(name="joint on unseen pairs, share of ceiling",
        path="share_of_ceiling.accuracy_held_out_pairs.joint", bar=0.6, moonshot=0.9),
    Bar(name="colour binding against the swap", path="scores.binding.preferred",
        bar=0.8, moonshot=0.97),
    Bar(name="action of characters, 8 ways", path="scores.character_action",
        bar=0.8, moonshot=0.97),
    Bar(name="identity, same or different", path="identity.model", bar=0.85, moonshot=0.97),
    Bar(name="loop closure", path="scores.loop_closure", bar=1.2, moonshot=1.05, better="lower"),
    Bar(name="flicker on static pixels, times real", path="shares.flicker",
        bar=1.5, moonshot=1.1, better="lower"),
    Bar(name="alpha fringe, times real", path="shares.alpha_fringe",
        bar=1.5, moonshot=1.0, better="lower"),
    Bar(name="stray islands a frame, times real", path="shares.stray_islands",
        bar=1.5, moonshot=1.0, better="lower"),
    Bar(name="student's joint, share of teacher", path="student.share_of_teacher.joint",
        bar=0.85, moonshot=0.97),
    Bar(name="memorised", path="memorised.model", bar=0.05, moonshot=0.01, better="lower"),
)  # fmt: skip
"""Issue by issue, what the shipped bundle shall reach; a value of None was not measured."""


def read_bars(body: Mapping[str, Any], bars: Sequence[Bar] = BARS) -> list[dict[str, Any]]:
    """A row a bar: its name, our value, bar, moonshot, and what is met (None: not measured)."""
    return [
        {
            "name": bar.name,
            "value": value_at(body, bar.path),
            "bar": bar.bar,
            "moonshot": bar.moonshot,
            "better": bar.better,
            "met": met(bar, value_at(body, bar.path)),
        }
        for bar in bars
    ]


def value_at(body: Mapping[str, Any], path: str) -> float | None:
    """The number under keys joined with dots; None where the report has none."""
    found: Any = body
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None  # type: ignore[reportUnknownMemberType]
    return found if isinstance(found, int | float) else None


def met(bar: Bar, value: float | None) -> bool | None:
    """Whether a value reaches its bar."""
    if value is None:
        return None
    return value >= bar.bar if bar.better == "higher" else value <= bar.bar
