"""A few-step network joins the bundle that it was distilled from, as one more graph."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.errors import BadRequest
from toolkit.model.bundle_folder import replaced_when_whole
from toolkit.model.export_onnx import export_bundle, export_denoiser, file_entries
from toolkit.model.import_onnx import read_weights
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.quantization import Precision
from toolkit.model.text_encoder import TextTower
from toolkit.model.transformer import VideoTransformer
from toolkit.runtime.model_card import REQUIRED, STUDENT, TEXT_ENCODER
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
    require_same_tower(tower, teacher, "name the bundle it was distilled from with --teacher")
    size = CLIP_PRESETS[_read_card(teacher)["preset"]]
    with _joined(teacher, folder, {**student, "precision": precision}) as graph:
        export_denoiser(
            transformer, graph, patch=size.patch, text_width=size.width, precision=precision
        )


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
    """Write a bundle that takes the few-step network of another one with the same words along.

    So a denoiser that was trained on with ``words_kept`` keeps the student of the one before. The
    folder, which may be the source's own, is replaced only when everything in it is ready.

    Raises:
        ModelNotFound, ModelMismatch: the source is incomplete or damaged.
        BadRequest: it has no few-step network, or reads words otherwise than this tower.
    """
    verify(source)
    student = _read_card(source).get("student")
    if student is None:
        raise BadRequest(f"{source} has no few-step network; leave out --keep-student.")
    require_same_tower(tower, source, "leave out --keep-student and distil a new one")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        alone = Path(scratch) / folder.name
        export_bundle(tower, transformer, preset, alone, training=training, precision=precision)
        with _joined(alone, folder, student) as graph:
            shutil.copy(source / STUDENT, graph)


@contextmanager
def _joined(bundle: Path, folder: Path, student: Mapping[str, Any]) -> Generator[Path]:
    """Where the few-step graph is to be written; then ``folder`` is the bundle with it."""
    with replaced_when_whole(folder) as made:
        for name in REQUIRED:
            shutil.copy(bundle / name, made / name)
        yield made / STUDENT
        card = {**_read_card(bundle), "student": dict(student), "files": file_entries(made)}
        (made / "model.json").write_text(json.dumps(card, indent=2) + "\n")


def require_same_tower(tower: TextTower, bundle: Path, otherwise: str) -> None:
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
                f"network knows only the words it was distilled with; {otherwise}."
            )


def _read_card(bundle: Path) -> dict[str, Any]:
    """``model.json`` as it is written: ``read_card`` has no place for what it does not need."""
    return json.loads((bundle / "model.json").read_text("utf-8"))
