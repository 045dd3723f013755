"""Freezes animated SVG (SMIL) at a moment: ``animate``, ``animateTransform`` and ``set``.

Motion along paths is left out. Times are in seconds.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
TIMED = ("animate", "animateTransform", "set")
ANIMATIONS = (*TIMED, "animateMotion")
CLOCK = re.compile(r"([+\-]?[\d\.]+)(ms|s|min)?")
UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, None: 1.0}
AFTER = re.compile(r"([\w\-:]+)\.(begin|end)\s*([+\-][\d\.]+m?s)?")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
NOT_NUMERIC = re.compile(r"#|url|[A-DF-Za-df-z]{3,}")
SHORTEST_SECONDS = 1e-3
LATEST_BEGIN_SECONDS = 20.0
BISECTIONS = 20

Elements = Mapping[str, ET.Element]
"""Elements by their ``id``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnimatedSvg:
    """An SVG whose looks change with time."""

    text: str

    @property
    def seconds(self) -> float:
        """How long the longest animation takes to its first repeat."""
        root = ET.fromstring(self.text)
        elements = _by_id(root)
        ends = [0.0]
        for element in root.iter():
            if _tag(element) in TIMED:
                begin = begin_seconds(element, elements)
                late = begin >= LATEST_BEGIN_SECONDS
                ends.append((0.0 if late else begin) + clock_seconds(element.get("dur")))
        return max(ends)

    def at(self, seconds: float) -> str:
        """The SVG as it looks at a moment, with nothing left to animate."""
        root = ET.fromstring(self.text)
        elements = _by_id(root)
        parents = {child: parent for parent in root.iter() for child in parent}
        for element in list(root.iter()):
            if _tag(element) in TIMED:
                link = element.get("href") or element.get(f"{{{XLINK}}}href")
                target = elements.get(link[1:]) if link else parents[element]
                value = value_at(element, seconds, elements)
                if target is not None and value is not None:
                    _apply(element, target, value)
        for child, parent in parents.items():
            if _tag(child) in ANIMATIONS:
                parent.remove(child)
        return ET.tostring(root, encoding="unicode")


def clock_seconds(text: str | None) -> float:
    """``2s``, ``250ms`` or ``1.5`` in seconds; 0 for anything else."""
    match = CLOCK.fullmatch((text or "").strip())
    return float(match[1]) * UNIT_SECONDS[match[2]] if match else 0.0


def begin_seconds(element: ET.Element, elements: Elements) -> float:
    """When an animation begins; of several times the first, and others' times resolved."""
    first = element.get("begin", "0").split(";")[0].strip()
    match = AFTER.match(first)
    if match is None or match[1] not in elements:
        return clock_seconds(first)
    other = elements[match[1]]
    begin = begin_seconds(other, elements) + clock_seconds(match[3])
    if match[2] == "begin":
        return begin
    count = other.get("repeatCount", "1")
    repeats = 1.0 if count == "indefinite" else max(1.0, float(count))
    return begin + clock_seconds(other.get("dur")) * repeats


def value_at(element: ET.Element, seconds: float, elements: Elements) -> str | None:
    """The value an animation gives its attribute at a moment, or None when it gives none."""
    values = _values(element)
    elapsed = seconds - begin_seconds(element, elements)
    if elapsed < 0:
        return None
    if _tag(element) == "set" or len(values) == 1:
        return values[-1]
    duration = clock_seconds(element.get("dur")) or SHORTEST_SECONDS
    count = element.get("repeatCount", "1")
    if count != "indefinite" and elapsed >= duration * float(count or 1):
        return values[-1] if element.get("fill") == "freeze" else None
    return _between(element, values, elapsed % duration / duration)


def _values(element: ET.Element) -> list[str | None]:
    """The key values; the first is None when the attribute's own value is meant."""
    listed = element.get("values")
    if listed:
        return [value.strip() for value in listed.split(";") if value.strip()]
    if _tag(element) == "set":
        return [element.get("to")]
    return [element.get("from"), element.get("to")]


def _between(element: ET.Element, values: list[str | None], share: float) -> str | None:
    """The value after ``share`` of the duration."""
    given = element.get("keyTimes")
    last = len(values) - 1
    times = _numbers(given) if given else [index / last for index in range(last + 1)]
    if element.get("calcMode") == "discrete":
        reached = [index for index, time in enumerate(times) if time <= share + 1e-9]
        return values[min(reached[-1], last)]
    for index in range(last):
        if share <= times[index + 1] + 1e-9:
            length = max(1e-9, times[index + 1] - times[index])
            eased = _eased(element, index, (share - times[index]) / length)
            return _mix(values[index], values[index + 1], eased)
    return values[-1]


def _eased(element: ET.Element, index: int, share: float) -> float:
    """``share`` bent by the interval's cubic spline, if it has one."""
    splines = [_numbers(text) for text in element.get("keySplines", "").split(";") if text.strip()]
    if index >= len(splines) or len(splines[index]) != 4:
        return share
    x1, y1, x2, y2 = splines[index]
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if _cubic(middle, x1, x2) < share:
            low = middle
        else:
            high = middle
    return _cubic((low + high) / 2, y1, y2)


def _cubic(t: float, first: float, second: float) -> float:
    """A Bezier curve from 0 to 1 by its inner control values."""
    return 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t * t * second + t**3


def _mix(before: str | None, after: str | None, share: float) -> str | None:
    """Each number of one value on its way to the other's; other values jump at the end."""
    if before is None or after is None:
        return after
    first, second = _numbers(before), _numbers(after)
    if not first or len(first) != len(second) or NOT_NUMERIC.search(before):
        return before if share < 1 else after
    mixed = iter([a + (b - a) * share for a, b in zip(first, second, strict=True)])
    return NUMBER.sub(lambda _: f"{next(mixed):.4f}", before)


def _apply(element: ET.Element, target: ET.Element, value: str) -> None:
    if _tag(element) != "animateTransform":
        target.set(element.get("attributeName", ""), value)
        return
    kept = target.get("transform", "") if element.get("additive") == "sum" else ""
    change = f"{element.get('type', 'translate')}({value.replace(';', ' ')})"
    target.set("transform", f"{kept} {change}".strip())


def _numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]


def _by_id(root: ET.Element) -> dict[str, ET.Element]:
    return {name: element for element in root.iter() if (name := element.get("id"))}


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
