"""The models a server may run: bundles checked at start, by the hash of their card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from toolkit.runtime.model_card import ModelCard
from toolkit.runtime.models import verify
from toolkit.wire.fields import ModelInfo
from toolkit.wire.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """One bundle of the catalog."""

    card: ModelCard
    folder: Path


class Catalog:
    """Bundles by hash; the first is the default.

    Raises:
        ModelError: a folder is no whole bundle; nothing but listed files is ever opened.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        cards = [(verify(folder), folder) for folder in folders]
        self._models = {card.hash: Shelved(card=card, folder=folder) for card, folder in cards}

    def choose(self, model: str) -> str:
        """The hash of a model, or of the default for an empty one.

        Raises:
            Refused: ``unknown_model``.
        """
        chosen = model or next(iter(self._models), "")
        if chosen not in self._models:
            raise Refused(
                "unknown_model", f"there is no model {model[:12]!r}; list them with model.list."
            )
        return chosen

    def folders(self) -> dict[str, str]:
        """Hash to folder, for the workers."""
        return {model: str(shelved.folder) for model, shelved in self._models.items()}

    def describe(self, resident: dict[str, int]) -> tuple[ModelInfo, ...]:
        """Every model; ``resident`` has the bytes of those that are loaded."""
        return tuple(
            ModelInfo(
                model=model,
                name=shelved.card.name[:200],
                version=shelved.card.version[:200],
                licence=shelved.card.licence[:200],
                loaded=model in resident,
                resident=resident.get(model, 0),
            )
            for model, shelved in self._models.items()
        )
