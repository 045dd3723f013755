"""``playreel.lock``: bundle, seeds and file hashes of a batch, to be kept in version control."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from toolkit import __version__
from toolkit.batch.journal import Record
from toolkit.batch.plan import Step
from toolkit.errors import BadRequest, LockfileChanged, OutputError

FILE = "playreel.lock"
FORMAT = 1
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedAsset:
    """What an asset was when it was locked."""

    key: str
    wish: str
    seed: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The locked assets of one manifest."""

    bundle: str = ""
    version: str = __version__
    assets: Mapping[str, LockedAsset] = field(default_factory=dict[str, LockedAsset])


class Lockfile:
    """The lockfile of a folder; it has a section for each manifest in it."""

    def __init__(self, path: Path, manifest: str) -> None:
        self.path = path
        self.manifest = manifest

    def read(self) -> Lock:
        """The section of the manifest; an empty lock when there is none.

        Raises:
            BadRequest: the file is damaged.
        """
        section = self._sections().get(self.manifest)
        if section is None:
            return Lock()
        try:
            assets = {name: LockedAsset(**entry) for name, entry in section["assets"].items()}
            return Lock(bundle=section["bundle"], version=section["version"], assets=assets)
        except (KeyError, TypeError, AttributeError) as error:
            raise self._damaged(error) from error

    def write(self, lock: Lock) -> bool:
        """Replace the section; whether that changed the file.

        Raises:
            BadRequest: the file is damaged.
            OutputError: the system refuses.
        """
        sections = {**self._sections(), self.manifest: asdict(lock)}
        body = {"format": FORMAT, "manifests": sections}
        text = json.dumps(body, indent=1, sort_keys=True) + "\n"
        if self.path.is_file() and self.path.read_text("utf-8") == text:
            return False
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, "utf-8")
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise OutputError(
                f"cannot write {self.path}: {error.strerror or error}; "
                "choose another place with --lock."
            ) from error
        return True

    def _sections(self) -> dict[str, Any]:
        try:
            body: Any = json.loads(self.path.read_text("utf-8"))
            if body["format"] != FORMAT:
                raise ValueError(f"its format is {body['format']!r}, not {FORMAT}")
            return dict(cast(dict[str, Any], body["manifests"]))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> BadRequest:
        return BadRequest(
            f"{self.path} is damaged ({error!r}); restore it from version control or delete it."
        )


def lock_of(
    steps: Iterable[Step], records: Mapping[str, Record], before: Lock, bundle: str
) -> Lock:
    """The lock after a run: what was made, and of the rest what is still as it was locked."""
    assets: dict[str, LockedAsset] = {}
    for step in steps:
        name = step.asset.name
        record, locked = records.get(name), before.assets.get(name)
        if record is not None and record.status == "done" and record.key == step.key:
            assets[name] = LockedAsset(
                key=record.key, wish=record.wish, seed=record.seed, files=dict(record.files)
            )
        elif locked is not None and locked.key == step.key:
            assets[name] = locked
    return Lock(bundle=bundle, assets=assets)


def require_locked(steps: Iterable[Step], lock: Lock, path: Path) -> None:
    """Return when the lockfile already says all that the batch would make.

    Raises:
        LockfileChanged: an asset is missing from it, gone from the manifest or changed.
    """
    keys = {step.asset.name: step.key for step in steps}
    changes = [f"{name} is new" for name in keys if name not in lock.assets]
    changes += [f"{name} is gone" for name in lock.assets if name not in keys]
    changes += [
        f"{name} changed"
        for name, locked in lock.assets.items()
        if name in keys and locked.key != keys[name]
    ]
    if changes:
        more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
        raise LockfileChanged(
            f"{path} would change: {', '.join(changes[:SHOWN])}{more}; "
            "run without --locked and commit the new lockfile."
        )
