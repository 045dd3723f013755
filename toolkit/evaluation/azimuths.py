"""AzimuthReader: a small network that reads off an orbit how far the subject has turned."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import Tensor, nn

from toolkit.clip import Clip
from toolkit.errors import ModelMismatch, ModelNotFound
from toolkit.evaluation.judges import judge_folder

WEIGHTS_FILE = "azimuths.safetensors"
CARD_FILE = "azimuths.json"
WIDTHS = (48, 48, 64, 96)
FEATURES = 96


class AzimuthReader(nn.Module):
    """Each frame beside the one before by convolutions, then all frames by a two-way GRU.

    It was trained on turns of any step, either way and standing still, so that it has no reason
    to take an even turn for granted.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inside, outside in pairwise((32, *WIDTHS)):
            layers += [nn.Conv2d(inside, outside, 3, stride=2, padding=1, bias=False),
                       nn.BatchNorm2d(outside), nn.ReLU(inplace=True)]  # fmt: skip
        self.frame = nn.Sequential(nn.PixelUnshuffle(2), *layers)
        self.squeeze = nn.Linear(WIDTHS[-1] * 4, FEATURES)
        self.time = nn.GRU(FEATURES, 64, batch_first=True, bidirectional=True)
        self.turn = nn.Linear(128, 2)

    def forward(self, clips: Tensor) -> Tensor:
        """Cosine and sine ``[B, F, 2]`` of the turn since the first frame.

        ``clips`` f32 ``[B, F, 4, 64, 64]`` in [-1, 1].
        """
        batch, frames = clips.shape[:2]
        before = torch.cat([clips[:, :1], clips[:, :-1]], 1)
        pairs = torch.cat([clips, before], 2).flatten(0, 1)  # [B * F, 8, 64, 64]
        seen = F.relu(self.squeeze(self.frame(pairs).flatten(1)))
        told, _ = self.time(seen.view(batch, frames, -1))
        return self.turn(told)


@torch.no_grad()
def read_turns(reader: AzimuthReader, frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Degrees f64 ``[N, F]`` in (-180, 180] that each frame is turned from its clip's first.

    Counter-clockwise seen from above is positive. ``frames`` uint8 ``[N, F, 64, 64, 4]``.
    """
    reader.eval()
    parts = [
        reader(torch.from_numpy(Clip.to_float(clip))[None])[0].numpy().astype(np.float64)
        for clip in frames
    ]
    told = np.stack(parts)
    turns = np.degrees(np.arctan2(told[..., 1], told[..., 0]))
    return (turns - turns[:, :1] + 180.0) % 360.0 - 180.0


def save_reader(reader: AzimuthReader, folder: Path, card: dict[str, Any]) -> None:
    """Write ``azimuths.safetensors`` (fp16) and ``azimuths.json`` (how trained, how good)."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in reader.state_dict().items()
    }
    (folder / WEIGHTS_FILE).write_bytes(save(state))
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def load_reader(folder: Path | None = None) -> tuple[AzimuthReader, dict[str, Any]]:
    """The saved reader in evaluation mode, and its card; None takes the one of Playreel.

    Raises:
        ModelNotFound: the folder holds none.
        ModelMismatch: its weights belong to another network.
    """
    folder = folder or judge_folder()
    path = folder / WEIGHTS_FILE
    if not path.is_file() or not (folder / CARD_FILE).is_file():
        raise ModelNotFound(
            f"no azimuth reader in {folder}; make one with playreel evaluate azimuths."
        )
    reader = AzimuthReader()
    state = {
        name: value.float() if value.is_floating_point() else value
        for name, value in load_file(path).items()
    }
    try:
        reader.load_state_dict(state)
    except RuntimeError as error:
        raise ModelMismatch(
            f"the azimuth reader in {folder} has another shape; "
            "train it again with playreel evaluate azimuths."
        ) from error
    return reader.eval(), json.loads((folder / CARD_FILE).read_text("utf-8"))
