"""What a manifest asks for, read and checked: assets ready to be planned and made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from exporters import SheetOptions
from toolkit.batch.mesh_source import NO_MESH, MeshSource
from toolkit.batch.nodes import Place
from toolkit.messages import Request, SpriteRequest

Otherwise = Literal["fail", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A frame of another asset that this one starts from, so that a character stays the same."""

    asset: str
    tag: str = ""
    """A tag of that asset; empty takes its whole clip."""
    frame: int = 0
    """Counted from the tag's start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A format and its options."""

    format: str
    options: SheetOptions = field(default_factory=SheetOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityBar:
    """What a clip may measure at most, and what happens when it measures more."""

    limits: Mapping[str, float]
    """Largest value of each named ``QualityRecord`` field; 0 for one that must be false."""
    retries: int = 0
    """How many further seeds are tried."""
    otherwise: Otherwise = "fail"
    """After the last one: ``keep`` the best of them, or let the asset ``fail``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One thing to make."""

    name: str
    """Unique in its batch."""
    place: Place
    """Where the manifest asks for it."""
    path: str
    """Of its files below the output folder, without suffix: ``enemies/slime_red``."""
    request: Request
    """Complete but for the image of an asset with a reference; a mesh is its file name only."""
    exports: tuple[Export, ...]
    bar: QualityBar
    reference: Reference | None = None
    mesh: MeshSource = NO_MESH

    @property
    def words(self) -> str:
        """What it shows: its prompt, or the name of its mesh."""
        if isinstance(self.request, SpriteRequest):
            return self.request.prompt
        return self.request.prompt or self.request.mesh

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        if isinstance(self.request, SpriteRequest):
            return self.request.width, self.request.height
        return self.request.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Every asset of a batch, those that others refer to before them."""

    path: str
    assets: tuple[Asset, ...]
