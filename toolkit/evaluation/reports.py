"""What every report on a bundle says besides its scores, and how it is kept in the bundle."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit import __version__
from toolkit.evaluation.bars import Bar, read_bars
from toolkit.evaluation.metrics import without_nan
from toolkit.runtime.model_card import ModelCard
from toolkit.runtime.world_bundle import WorldCard


def report_on(
    card: ModelCard | WorldCard,
    scores: Mapping[str, Any],
    *,
    bars: Sequence[Bar] = (),
    command: str,
) -> dict[str, Any]:
    """Scores as a JSON-ready report: whose they are, when and how they came about, and its bars.

    ``command`` is what the user typed. A report without bars has no row of them.
    """
    body: dict[str, Any] = {
        "format": 1,
        "bundle": bundle_of(card),
        **scores,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "playreel": __version__,
        "command": command,
    }
    if bars:
        body["bars"] = read_bars(body, bars)
    return without_nan(body)


def bundle_of(card: ModelCard | WorldCard) -> dict[str, Any]:
    """How a report names a bundle: by its hash, and by what it was trained on."""
    version = {"version": card.version} if isinstance(card, ModelCard) else {}
    return {
        "name": card.name,
        **version,
        "hash": card.hash,
        "training": dict(card.training),
    }


def write_report(body: Mapping[str, Any], path: Path) -> None:
    """Keep a report as JSON."""
    path.write_text(json.dumps(body, indent=1) + "\n", "utf-8")
