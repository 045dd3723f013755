"""A few-step network joins the bundle that it was distilled from, as one more graph."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from toolkit.errors import BadRequest
from toolkit.model.bundle_folder import replaced_when_whole
from toolkit.model.export_onnx import export_bundle, export_denoiser, file_entries
from toolkit.model.import_onnx import load_bundle, load_student, read_weights
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.quantization import Precision
from toolkit.model.text_encoder import TextTower
from toolkit.model.transformer import VideoTransformer
from toolkit.runtime.model_card import REQUIRED, STUDENT, TEXT_ENCODER, read_card
from toolkit.runtime.models import verify

ROUNDING = 0.02
"""How far a stored weight may be from the trained one, of the largest in its matrix."""


def export_student(
    tower: TextTower,
    transformer: VideoTransformer,
    teacher: Path,
    folder: Path,
    *,
    student: Mapping[str, Any],
    precision: Precision,
) -> None:
    """Write the teacher's bundle with the few-step network beside its denoiser.

    ``student`` is what ``model.json`` says of it: steps, guidance scale, training. The folder,
    which may be the teacher's own, is replaced only when everything in it is ready.

    Raises:
        ModelNotFound, ModelMismatch: the teacher's bundle is incomplete or damaged.
        BadRequest: the network was distilled from another bundle than the teacher's.
    """
    verify(teacher)
    _require_same_tower(tower, teacher)
    size = CLIP_PRESETS[_read_card(teacher)["preset"]]
    with replaced_when_whole(folder) as made:
        for name in REQUIRED:
            shutil.copy(teacher / name, made / name)
        export_denoiser(
            transformer, made / STUDENT, patch=size.patch, text_width=size.width,
            precision=precision,
        )  # fmt: skip
        said = {**student, "precision": precision}
        card = {**_read_card(teacher), "student": said, "files": file_entries(made)}
        (made / "model.json").write_text(json.dumps(card, indent=2) + "\n")


def export_beside_student(
    tower: TextTower,
    transformer: VideoTransformer,
    preset: str,
    source: Path,
    folder: Path,
    *,
    training: Mapping[str, Any],
    precision: Precision,
) -> None:
    """Write a bundle with the few-step network of the one before, moved as its teacher moved.

    What a student learned beyond its teacher lies in the difference of their weights; added to a
    teacher that was trained on, it need not be distilled anew (task arithmetic, 2212.04089). The
    folder, which may be the source's own, is replaced only when everything in it is ready.

    Raises:
        ModelNotFound, ModelMismatch: the source is incomplete, damaged or of another preset.
        BadRequest: it has no few-step network.
    """
    verify(source)
    student = _read_card(source).get("student")
    if student is None:
        raise BadRequest(f"{source} has no few-step network; leave out --keep-student.")
    moved = _moved_student(transformer, preset, source)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        alone = Path(scratch) / folder.name
        export_bundle(tower, transformer, preset, alone, training=training, precision=precision)
        said = {**student, "moved_from": read_card(source).hash}
        export_student(tower, moved, alone, folder, student=said, precision=precision)


@torch.no_grad()
def _moved_student(after: VideoTransformer, preset: str, source: Path) -> VideoTransformer:
    """The source's student, moved by as much as its denoiser moved to become ``after``."""
    size = CLIP_PRESETS[preset]
    student, before = VideoTransformer(size), VideoTransformer(size)
    load_student(student, source)
    load_bundle(TextTower(size.width, size.heads), before, source)
    ways = zip(student.parameters(), before.parameters(), after.parameters(), strict=True)
    for few, old, new in ways:
        few += new - old
    return student.eval()


def _require_same_tower(tower: TextTower, bundle: Path) -> None:
    """Return when the bundle's text encoder holds this tower, as far as it stores weights.

    Raises:
        BadRequest: it holds another one, whose words the student never learned.
    """
    stored = read_weights(bundle / TEXT_ENCODER)
    for name, parameter in tower.state_dict().items():
        ours, theirs = parameter.float().numpy(), stored.get(f"tower.{name}")
        near = ROUNDING * max(float(np.abs(ours).max()), 1e-6)
        if theirs is None or theirs.shape != ours.shape or np.abs(ours - theirs).max() > near:
            raise BadRequest(
                f"{bundle} reads words otherwise than this run does ({name}), and a few-step "
                "network knows only the words it was distilled with; name the bundle it was "
                "distilled from with --teacher."
            )


def _read_card(bundle: Path) -> dict[str, Any]:
    """``model.json`` as it is written: ``read_card`` has no place for what it does not need."""
    return json.loads((bundle / "model.json").read_text("utf-8"))
