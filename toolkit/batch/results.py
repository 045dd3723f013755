"""What came of a run: a result an asset, as numbers, as JSON lines and as JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from xml.etree import ElementTree

from toolkit.batch.assets import Asset
from toolkit.batch.journal import Record

How = Literal["made", "exported", "unchanged", "failed", "cancelled"]
HOWS: tuple[How, ...] = ("made", "exported", "unchanged", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one asset ended in this run."""

    asset: Asset
    how: How
    """``made`` by the model, ``exported`` from a cached clip, or not touched at all."""
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Every result, in the order of the manifest."""

    results: tuple[Result, ...]
    seconds: float
    differs: tuple[str, ...] = ()
    """Assets whose files differ from the lockfile, in a locked run."""

    def count(self, how: How) -> int:
        """How many assets ended so."""
        return sum(result.how == how for result in self.results)

    @property
    def exit_code(self) -> int:
        """4 cancelled, 7 not as locked, 1 some failed, 0 all done."""
        if self.count("cancelled"):
            return 4
        if self.differs:
            return 7
        return 1 if self.count("failed") else 0

    def to_json(self) -> dict[str, Any]:
        """Counts, seconds and the assets that need a look, ready for JSON."""
        return {
            "assets": len(self.results),
            **{how: self.count(how) for how in HOWS},
            "seconds": round(self.seconds, 3),
            "failures": {
                result.asset.name: result.record.reason
                for result in self.results
                if result.how == "failed"
            },
            "differs": list(self.differs),
        }


def json_lines(summary: Summary) -> str:
    """A line of JSON an asset: its record, how it ended, its prompt and its place."""
    lines = [
        json.dumps(
            {
                **asdict(result.record),
                "how": result.how,
                "prompt": result.asset.words,
                "place": str(result.asset.place),
            },
            sort_keys=True,
        )
        for result in summary.results
    ]
    return "".join(f"{line}\n" for line in lines)


def junit_xml(summary: Summary, suite: str) -> bytes:
    """The results as JUnit XML: a test case an asset, as CI services show them."""
    root = ElementTree.Element(
        "testsuite",
        name=_legal(suite),
        tests=str(len(summary.results)),
        failures=str(summary.count("failed")),
        skipped=str(summary.count("cancelled")),
        errors="0",
        time=f"{summary.seconds:.3f}",
    )
    for result in summary.results:
        root.append(_case(result, suite))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _case(result: Result, suite: str) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_legal(suite),
        name=_legal(result.asset.name),
        time=f"{result.record.seconds:.3f}",
        file=_legal(result.asset.place.file),
        line=str(result.asset.place.line),
    )
    reason = _legal(result.record.reason)
    if result.how == "failed":
        ElementTree.SubElement(case, "failure", message=reason)
    elif result.how == "cancelled":
        ElementTree.SubElement(case, "skipped", message="cancelled before it was made")
    elif reason:
        ElementTree.SubElement(case, "system-out").text = reason
    return case


def _legal(text: str) -> str:
    """The text without the control signs that XML cannot hold at all."""
    return "".join(sign if sign >= " " or sign in "\t\n" else "\N{REPLACEMENT CHARACTER}"
                   for sign in text)  # fmt: skip


def slowest(results: Sequence[Result], count: int) -> list[Result]:
    """The made assets that took longest."""
    made = [result for result in results if result.how == "made"]
    return sorted(made, key=lambda result: -result.record.seconds)[:count]
