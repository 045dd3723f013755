"""Judge: a small network that reads the attributes off a clip; also the feature net for distances.

Trained on renders only (``judge_training``), never on what it judges; its accuracy on fresh
renders is the ceiling printed beside every score.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
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
from toolkit.evaluation.attributes import HEADS

WEIGHTS_FILE = "judge.safetensors"
CARD_FILE = "judge.json"
FEATURES = 128
"""Width of the clip feature that the heads read and that distances are measured in."""
FRAMES = 8
SIDE = 64


class Judge(nn.Module):
    """Shapes by convolutions, colours by place, pooled over time; one linear head an attribute.

    Time enters by the mean of the frame features, the mean size of their changes, and the change
    from the first half to the second; the last tells falling from rising. Colours have a path of
    their own, pixel by pixel and averaged over 8 x 8 cells: in about 900 steps strided
    convolutions alone learned to read 33 % of the main colours, with such a path 87 %.
    """

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        sizes = (16, width, 2 * width, 3 * width, 3 * width)
        layers: list[nn.Module] = [nn.PixelUnshuffle(2)]
        for at, (inside, outside) in enumerate(pairwise(sizes)):
            stride = 2 if at < 3 else 1
            layers += [
                nn.Conv2d(inside, outside, 3, stride=stride, padding=1, bias=False),
                nn.BatchNorm2d(outside),
                nn.ReLU(inplace=True),
            ]
        self.frame = nn.Sequential(*layers)
        self.squeeze = nn.Linear(sizes[-1] * (SIDE // 16) ** 2, 4 * width)
        shades = max(width // 2, 8)
        self.paint = nn.Sequential(
            nn.Conv2d(4, 32, 1),
            nn.ReLU(),
            nn.Conv2d(32, shades, 1),
            nn.ReLU(),
            nn.AvgPool2d(4),
        )
        self.level = nn.BatchNorm1d(shades * 64)
        self.places = nn.Linear(shades * 64, 4 * width)
        self.mix = nn.Linear(16 * width, 5 * width)
        self.feature = nn.Linear(5 * width, FEATURES)
        self.heads = nn.ModuleDict(
            {head: nn.Linear(FEATURES, len(names)) for head, names in HEADS.items()}
        )

    def features(self, clips: Tensor) -> Tensor:
        """Features f32 ``[B, 128]`` of clips f32 ``[B, F, 4, 64, 64]`` in [-1, 1], F at least 2."""
        batch, frames = clips.shape[:2]
        x = clips.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        x = self.frame(x)  # [B * F, 3 * width, 4, 4]
        x = F.relu(self.squeeze(x.flatten(1))).view(batch, frames, -1)
        half = frames // 2
        paint = self.paint(
            clips[:, ::2, :, ::2, ::2].flatten(0, 1) + 1
        )  # [B * F / 2, shades, 8, 8]
        paint = paint.flatten(1).view(batch, -1, self.places.in_features).mean(1)
        pooled = torch.cat(
            [
                x.mean(1),
                (x[:, 1:] - x[:, :-1]).abs().mean(1),
                x[:, half:].mean(1) - x[:, :half].mean(1),
                F.relu(self.places(self.level(paint))),
            ],
            1,
        )
        return self.feature(F.relu(self.mix(pooled)))

    def read(self, features: Tensor) -> dict[str, Tensor]:
        """Logits per head ``[B, answers]`` from features ``[B, 128]``."""
        seen = F.relu(features)
        return {head: layer(seen) for head, layer in self.heads.items()}

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """Logits per head ``[B, answers]`` of clips ``[B, F, 4, 64, 64]`` in [-1, 1]."""
        return self.read(self.features(clips))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the judge says about N clips."""

    features: NDArray[np.float32]
    """f32 ``[N, 128]``."""
    log_probabilities: dict[str, NDArray[np.float32]]
    """Per head f32 ``[N, answers]``."""

    def guesses(self, head: str) -> NDArray[np.int64]:
        """The likeliest answer of each clip, int64 ``[N]``."""
        return self.log_probabilities[head].argmax(1)


@torch.no_grad()
def judge_clips(judge: Judge, frames: NDArray[np.uint8], *, batch: int = 64) -> Verdict:
    """The verdict on clips uint8 ``[N, F, 64, 64, 4]``, straight alpha."""
    judge.eval()
    features: list[NDArray[np.float32]] = []
    logs: dict[str, list[NDArray[np.float32]]] = {head: [] for head in HEADS}
    for start in range(0, len(frames), batch):
        part = np.stack([Clip.to_float(clip) for clip in frames[start : start + batch]])
        seen = judge.features(torch.from_numpy(part))
        features.append(seen.numpy())
        for head, logits in judge.read(seen).items():
            logs[head].append(F.log_softmax(logits, 1).numpy())
    return Verdict(
        features=np.concatenate(features),
        log_probabilities={head: np.concatenate(parts) for head, parts in logs.items()},
    )


def judge_folder() -> Path:
    """The folder of the judge that comes with Playreel."""
    return Path(__file__).parent / "weights"


def save_judge(judge: Judge, folder: Path, card: dict[str, Any]) -> None:
    """Write ``judge.safetensors`` (fp16) and ``judge.json`` (answers, accuracies, how trained)."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in judge.state_dict().items()
    }
    (folder / WEIGHTS_FILE).write_bytes(save(state))
    body = {"heads": HEADS, **card}
    (folder / CARD_FILE).write_text(json.dumps(body, indent=1) + "\n", "utf-8")


def load_judge(folder: Path | None = None) -> tuple[Judge, dict[str, Any]]:
    """The saved judge in evaluation mode, and its card.

    Raises:
        ModelNotFound: the folder holds no judge.
        ModelMismatch: the judge answers other questions than today's generator asks, or its
            weights belong to another network.
    """
    folder = folder or judge_folder()
    if not (folder / WEIGHTS_FILE).is_file() or not (folder / CARD_FILE).is_file():
        raise ModelNotFound(f"no judge in {folder}; make one with playreel evaluate judges.")
    card: dict[str, Any] = json.loads((folder / CARD_FILE).read_text("utf-8"))
    if card["heads"] != {head: list(names) for head, names in HEADS.items()}:
        raise ModelMismatch(
            f"the judge in {folder} was trained for other attributes; "
            "train it again with playreel evaluate judges."
        )
    state = {
        name: value.float() if value.is_floating_point() else value
        for name, value in load_file(folder / WEIGHTS_FILE).items()
    }
    try:
        judge = Judge(width=state["frame.1.weight"].shape[0])
        judge.load_state_dict(state)
    except (KeyError, RuntimeError) as error:
        raise ModelMismatch(
            f"the judge in {folder} has another shape; "
            "train it again with playreel evaluate judges."
        ) from error
    return judge.eval(), card
