"""What a server is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.runtime.session import Provider
from toolkit.server.limits import Limits
from toolkit.server.submissions import MESH_LIBRARIES
from toolkit.server.worker import ENGINE, WorkerSettings


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

    def worker(self, bundles: Mapping[str, str]) -> WorkerSettings:
        """How its workers are started; ``bundles`` are folders by hash.

        With a graphics card there is no cap on memory: drivers reserve address space freely.
        """
        return WorkerSettings(
            memory=self.limits.worker_memory if self.provider == "cpu" else 0,
            engine=self.engine,
            options={
                "bundles": bundles,
                "worlds": {name: str(folder) for name, folder in self.worlds.items()},
                "provider": self.provider,
                "threads": self.threads,
            },
        )
