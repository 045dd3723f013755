"""What somebody ordered, and everything a command needs to know about it before it acts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from toolkit.batch.assets import Manifest
from toolkit.batch.cache import Cache
from toolkit.batch.journal import Journal, Record
from toolkit.batch.keys import Maker
from toolkit.batch.lockfile import FILE, Lock, Lockfile
from toolkit.batch.manifest import read_manifest
from toolkit.batch.outputs import planned_files
from toolkit.batch.plan import Step, plan_steps
from toolkit.batch.remote_store import open_store
from toolkit.errors import BadRequest, ManifestError, OutputError
from toolkit.runtime.model_card import ModelCard, read_card
from toolkit.runtime.models import DEFAULT_BUNDLE
from toolkit.runtime.session import Provider

EngineName = Literal["local", "ray"]
STATE = ".playreel"
"""Folder in the output folder for journal, cache and the order itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A manifest, where to, and how."""

    manifest: str
    out: str
    bundle: str = ""
    """Folder of the bundle; empty is the shipped one."""
    provider: Provider = "cpu"
    threads: int | None = None
    cache: str = ""
    """Folder or URL; empty is a folder in the output folder."""
    lock: str = ""
    """Lockfile; empty is ``playreel.lock`` beside the manifest."""
    locked: bool = False
    allow_large: bool = False
    engine: EngineName = "local"
    ray_address: str = ""
    """Of a Ray cluster; empty starts one here."""
    joined: int = 0
    """Takes per network run; 0 measures what is fastest."""

    @property
    def state(self) -> Path:
        """Where the batch keeps its books."""
        return Path(self.out) / STATE

    @property
    def bundle_folder(self) -> Path:
        """Where the bundle lies."""
        return Path(self.bundle) if self.bundle else DEFAULT_BUNDLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An order that was looked into: nothing was written, no model loaded, no socket opened."""

    order: Order
    manifest: Manifest
    card: ModelCard
    maker: Maker
    steps: tuple[Step, ...]
    records: Mapping[str, Record]
    lock: Lock
    lockfile: Lockfile
    cache: Cache
    journal: Journal


def read_order(order: Order) -> tuple[Manifest, ModelCard]:
    """The manifest and the bundle's card: all that can be wrong with an order itself.

    Raises:
        ManifestError: the manifest is wrong somewhere.
        ResourceLimit: it is very large and nobody said yes.
        ModelNotFound, ModelMismatch: there is no such bundle.
    """
    manifest = read_manifest(Path(order.manifest), allow_large=order.allow_large)
    require_files_apart(manifest)
    return manifest, read_card(order.bundle_folder)


def prepare(
    order: Order,
    read: tuple[Manifest, ModelCard],
    report: Callable[[str], None],
    *,
    repair: bool = False,
) -> Prepared:
    """A step planned for each asset of an order that ``read_order`` has read.

    ``repair`` removes damaged cache entries; without it nothing at all is written.

    Raises:
        BadRequest: the lockfile is damaged.
    """
    path = Path(order.manifest)
    manifest, card = read
    maker = Maker(bundle=card.hash, provider=order.provider)
    cache = Cache(open_store(order.cache or str(order.state / "cache")), report, repair=repair)
    journal = Journal(order.state / "journal.jsonl")
    records = journal.read()
    lockfile = Lockfile(Path(order.lock) if order.lock else path.parent / FILE, path.name)
    steps = plan_steps(manifest.assets, maker, records=records, cache=cache, out=Path(order.out))
    return Prepared(
        order=order, manifest=manifest, card=card, maker=maker, steps=steps, records=records,
        lock=lockfile.read(), lockfile=lockfile, cache=cache, journal=journal,
    )  # fmt: skip


def require_files_apart(manifest: Manifest) -> None:
    """Refuse an asset whose formats want one file with different content.

    Raises:
        ManifestError: the first such asset.
    """
    for asset in manifest.assets:
        try:
            planned_files(asset)
        except BadRequest as error:
            raise ManifestError(f"{asset.place}: {error}") from error


def save_order(order: Order) -> None:
    """Keep the order in its output folder, for ``load_order``.

    Raises:
        OutputError: the system refuses.
    """
    path = order.state / "order.json"
    paths = {
        name: str(Path(value).absolute()) if (value := getattr(order, name)) else ""
        for name in ("manifest", "out", "bundle", "lock")
    }
    temporary = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps({**asdict(order), **paths}), "utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; choose another output folder."
        ) from error


def load_order(out: Path) -> Order:
    """The order that was last run into a folder.

    Raises:
        BadRequest: there is none.
    """
    path = out / STATE / "order.json"
    try:
        body: dict[str, Any] = json.loads(path.read_text("utf-8"))
        known: dict[str, Any] = {entry.name: body[entry.name] for entry in fields(Order)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(
            f"{out} holds no batch to resume; run playreel batch MANIFEST -o {out} first."
        ) from error
    known["out"] = str(out)
    return Order(**known)
