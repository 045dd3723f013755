"""Manifests on disk for the tests of the batch."""

from pathlib import Path

from toolkit.batch.assets import Asset
from toolkit.batch.manifest import read_manifest


def write(folder: Path, **files: str) -> Path:
    """The first of the files; ``assets_yaml="..."`` becomes ``assets.yaml``."""
    paths: list[Path] = []
    for name, text in files.items():
        path = folder / ".".join(name.rsplit("_", 1))
        path.write_text(text, "utf-8")
        paths.append(path)
    return paths[0]


def assets_of(folder: Path, **files: str) -> dict[str, Asset]:
    """The assets of the first file, by name and in order."""
    return {asset.name: asset for asset in read_manifest(write(folder, **files)).assets}
