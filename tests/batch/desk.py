"""Manifests on disk for the tests of the batch."""

import shutil
from pathlib import Path

from toolkit.batch.assets import Asset
from toolkit.batch.manifest import read_manifest

SAMPLES = Path(__file__).parents[2] / "samples"


def quick_sample(name: str, folder: Path) -> Path:
    """The manifest of a copy of a sample whose clips take a single step."""
    copy = shutil.copytree(SAMPLES / name, folder / "manifests")
    manifest = copy / "assets.yaml"
    lines = manifest.read_text("utf-8").splitlines()
    kept = [line for line in lines if "num_inference_steps" not in line]
    kept.insert(kept.index("defaults:") + 1, "  num_inference_steps: 1")
    manifest.write_text("\n".join(kept), "utf-8")
    (copy / "playreel.lock").unlink(missing_ok=True)
    return manifest


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
