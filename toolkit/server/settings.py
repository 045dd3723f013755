"""What a server is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.runtime.session import Provider
from toolkit.server.limits import Limits
from toolkit.server.submissions import MESH_LIBRARIES
from toolkit.server.turns import Lane
from toolkit.server.worker import ENGINE, WorkerSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSettings:
    """A lane of the server; several of one kind share the jobs of that kind."""

    name: str
    kind: Lane = "main"
    engine: str = ""
    """``module:function`` that opens its engine; empty takes the server's."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """For that function, besides those of the server."""


MAIN, PREVIEW = LaneSettings(name="main"), LaneSettings(name="preview", kind="preview")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Folders, models and limits of one server."""

    state: Path
    """Folder of the store, results and uploads."""
    bundles: tuple[Path, ...]
    provider: Provider = "cpu"
    threads: int | None = None
    limits: Limits = field(default_factory=Limits)
    engine: str = ENGINE
    worlds: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """World bundles by the name that clients open them by."""
    mesh_libraries: tuple[str, ...] = MESH_LIBRARIES
    """Without one of these, meshes are refused."""
    lanes: tuple[LaneSettings, ...] = (MAIN, PREVIEW)
    """One is called ``main`` and one ``preview``."""

    def worker(self, bundles: Mapping[str, str], lane: LaneSettings = MAIN) -> WorkerSettings:
        """How the worker of a lane is started; ``bundles`` are folders by hash.

        With a graphics card there is no cap on memory: drivers reserve address space freely, and
        so does the object store of a cluster.
        """
        capped = self.provider == "cpu" and not lane.engine
        return WorkerSettings(
            memory=self.limits.worker_memory if capped else 0,
            engine=lane.engine or self.engine,
            options={
                **lane.options,
                "bundles": bundles,
                "worlds": {name: str(folder) for name, folder in self.worlds.items()},
                "provider": self.provider,
                "threads": self.threads,
            },
        )
