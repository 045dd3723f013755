"""A few-step network joins the bundle that it was distilled from, as one more graph."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.errors import BadRequest
from toolkit.model.bundle_folder import replaced_when_whole
from toolkit.model.export_onnx import export_denoiser, file_entries
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
    require_same_tower(tower, teacher)
    card = json.loads((teacher / "model.json").read_text("utf-8"))
    size = CLIP_PRESETS[card["preset"]]
    with replaced_when_whole(folder) as made:
        for name in REQUIRED:
            shutil.copy(teacher / name, made / name)
        export_denoiser(
            transformer,
            made / STUDENT,
            patch=size.patch,
            text_width=size.width,
            precision=precision,
        )
        described = {**student, "precision": precision}
        card = {**card, "student": described, "files": file_entries(made)}
        (made / "model.json").write_text(json.dumps(card, indent=2) + "\n")


def require_same_tower(tower: TextTower, teacher: Path) -> None:
    """Return when the teacher's text encoder holds this tower, as far as it stores weights.

    Raises:
        BadRequest: it holds another one, whose words the student never learned.
    """
    stored = read_weights(teacher / TEXT_ENCODER)
    for name, parameter in tower.state_dict().items():
        ours, theirs = parameter.float().numpy(), stored.get(f"tower.{name}")
        near = ROUNDING * max(float(np.abs(ours).max()), 1e-6)
        if theirs is None or theirs.shape != ours.shape or np.abs(ours - theirs).max() > near:
            raise BadRequest(
                f"{teacher} reads words otherwise than what the student was distilled from "
                f"({name}); name that bundle with --teacher."
            )
