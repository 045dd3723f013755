"""How near a bundle draws to a folder of sprites, before and after it learned from them.

Everything is measured on sprites that were held out, or drawn for their captions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from toolkit.clip import Clip
from toolkit.conditioning.control import control_vectors
from toolkit.conditioning.rotary import rotary_phases
from toolkit.data.own_sprites import OwnSprite
from toolkit.evaluation.judges import Judge, judge_clips, load_judge
from toolkit.evaluation.memorisation import distances
from toolkit.evaluation.metrics import binary_alpha_ratio, edge_sharpness, mean_of, premultiplied
from toolkit.model.minilm import load_minilm
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import load_tokenizer, tokenize
from toolkit.postprocess.finish import FinishOptions, finish
from toolkit.postprocess.oklab import to_oklab
from toolkit.runtime.model_card import PLAIN, Look
from toolkit.training.losses import denoising_loss
from toolkit.training.network import ClipNetwork
from toolkit.training.samples import BACKGROUND, sample_clips

Pictures = NDArray[np.uint8]
"""uint8 ``[N, 64, 64, 4]``, straight alpha."""
SIGMAS = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
"""Noise levels at which the held-out sprites are cleaned."""
SOLID = 128
"""Alpha from which a pixel's colour counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleComparison:
    """The scores, and what was drawn for them."""

    scores: dict[str, Any]
    real: Pictures
    """The first held-out sprites."""
    before: Pictures
    """Drawn for their captions by the bundle as it was."""
    after: Pictures


def compare_style(
    before: ClipNetwork,
    after: ClipNetwork,
    preset: str,
    *,
    learned: Sequence[OwnSprite],
    held_out: Sequence[OwnSprite],
    look: Look,
    count: int,
) -> StyleComparison:
    """Scores of two networks beside those of the held-out sprites themselves.

    Both draw the captions of the first ``count`` held-out sprites with the same noise; ``look``
    finishes what the second one drew, as it will in its bundle.
    """
    judge, _ = load_judge()
    shown = held_out[:count]
    known, unseen = first_frames(learned), first_frames(held_out)
    captions = [sprite.caption for sprite in shown]
    drawn = {
        "before": draw(before, preset, captions, PLAIN),
        "after": draw(after, preset, captions, look),
    }
    networks = {"before": before, "after": after}
    scores = {
        name: {
            "loss_held_out": cleaning_loss(network, preset, held_out),
            "loss_learned": cleaning_loss(network, preset, learned),
            **look_scores(drawn[name], known, unseen, judge),
        }
        for name, network in networks.items()
    }
    return StyleComparison(
        scores={**scores, "real": look_scores(unseen, known, unseen, judge)},
        real=unseen[:count],
        before=drawn["before"],
        after=drawn["after"],
    )


def first_frames(sprites: Sequence[OwnSprite]) -> Pictures:
    """The first frame of every sprite."""
    return np.stack([sprite.frames[0] for sprite in sprites])


def draw(network: ClipNetwork, preset: str, captions: list[str], look: Look) -> Pictures:
    """The first frame of a clip for every caption, finished as in every result."""
    pixels = sample_clips(network, preset, captions).numpy()
    clips = [Clip(frames=Clip.from_float(clip), fps=12) for clip in pixels]
    options = FinishOptions(palette=look.palette, pitch=look.pitch)
    return np.stack([finish(clip, options).frames[0] for clip in clips])


@torch.no_grad()
def cleaning_loss(network: ClipNetwork, preset: str, sprites: Sequence[OwnSprite]) -> float:
    """The training loss on the sprites' first frames, at fixed noise levels, with their captions.

    Every sprite is met at each of ``SIGMAS`` with noise of its own that never changes.
    """
    generator = torch.Generator().manual_seed(0)
    clean = torch.from_numpy(np.stack([Clip.to_float(sprite.frames[:1]) for sprite in sprites]))
    told = _told(network, preset, [sprite.caption for sprite in sprites])
    losses: list[float] = []
    for level in SIGMAS:
        sigma = torch.full((len(sprites), 1), level)
        noisy = (1 - level) * clean + level * torch.randn(clean.shape, generator=generator)
        predicted = network.transformer(noisy, sigma, *told)
        counts = torch.ones(len(sprites), 1, dtype=torch.bool)
        losses.append(float(denoising_loss(predicted, clean, sigma, counts)))
    return float(np.mean(losses))


def _told(network: ClipNetwork, preset: str, captions: list[str]) -> tuple[Tensor, ...]:
    ids, mask = tokenize(load_tokenizer(), captions)
    text_embeds, pooled = network.tower(load_minilm()(ids, mask), ids, mask)
    cells = 64 // CLIP_PRESETS[preset].patch
    rope = [torch.from_numpy(part) for part in rotary_phases(1, cells, cells, loop=True)]
    control = torch.from_numpy(control_vectors(1, loop=True)).repeat(len(captions), 1, 1)
    return text_embeds, pooled, control, *rope


def look_scores(
    drawn: Pictures, known: Pictures, unseen: Pictures, judge: Judge
) -> dict[str, float]:
    """How the drawn pictures look beside the folder's.

    ``off_palette``: mean OKLab distance to the nearest colour of the folder. ``sharpness`` and
    ``binary_alpha`` as shares of the held-out sprites'. ``feature_distance``: kernel distance of
    the judge's features to the learned sprites' (unbiased, so about 0 for the real ones).
    ``memorised``: share of drawn pictures nearer to a learned sprite than half the way to any
    held-out one.
    """
    inner = mean_of(edge_sharpness(one).inner for one in unseen[:, None])
    return {
        "off_palette": off_palette(drawn, known),
        "sharpness": mean_of(edge_sharpness(one).inner for one in drawn[:, None]) / inner,
        "binary_alpha": mean_of(binary_alpha_ratio(one) for one in drawn[:, None]),
        "feature_distance": feature_distance(features(judge, drawn), features(judge, known)),
        "memorised": memorised(drawn, known, unseen),
    }


def features(judge: Judge, pictures: Pictures) -> NDArray[np.float32]:
    """The judge's features f32 ``[N, 128]`` of pictures standing still."""
    return judge_clips(judge, np.repeat(pictures[:, None], 8, axis=1)).features


def off_palette(drawn: Pictures, folder: Pictures) -> float:
    """Mean OKLab distance of the drawn solid pixels to the nearest solid colour of the folder."""
    wanted = to_oklab(np.unique(folder[folder[..., 3] >= SOLID][:, :3], axis=0))
    colors, counts = np.unique(drawn[drawn[..., 3] >= SOLID][:, :3], axis=0, return_counts=True)
    if not len(colors):
        return float("nan")
    asked = to_oklab(colors)
    nearest = np.concatenate(
        [
            np.sqrt(np.square(part[:, None] - wanted[None]).sum(-1)).min(1)
            for part in np.array_split(asked, len(asked) // 256 + 1)
        ]
    )
    return float(np.average(nearest, weights=counts))


def feature_distance(drawn: NDArray[np.float32], known: NDArray[np.float32]) -> float:
    """Kernel distance of features, in units in which a known one's numbers are about 1.

    The kernel is cubic: as the judge gives them, around 30, distances were in the millions.
    """
    unit = np.float32(max(float(np.sqrt(np.square(known).mean())), 1e-6))
    return kernel_distance(drawn / unit, known / unit)


def kernel_distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Unbiased squared MMD with KID's cubic kernel (1801.01401) of features ``[N, d]``, N >= 2."""
    first, second = a.astype(np.float64), b.astype(np.float64)

    def kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return (x @ y.T / x.shape[1] + 1) ** 3

    def among(x: NDArray[np.float64]) -> float:
        inside = kernel(x, x)
        return float((inside.sum() - np.trace(inside)) / (len(x) * (len(x) - 1)))

    return among(first) + among(second) - 2 * float(kernel(first, second).mean())


def memorised(drawn: Pictures, known: Pictures, unseen: Pictures) -> float:
    """Share of the drawn pictures closer to a learned sprite than half the way to a held-out one.

    For held-out sprites as ``drawn`` each one's own likeness is left out.
    """
    asked, told, kept = (premultiplied(part).reshape(len(part), -1)
                         for part in (drawn, known, unseen))  # fmt: skip
    near, far = distances(asked, told).min(1), distances(asked, kept)
    if drawn is unseen:
        np.fill_diagonal(far, np.inf)
    return float((near < far.min(1) / 2).mean())


def write_style_sheet(path: Path, comparison: StyleComparison) -> None:
    """Held-out sprites, what was drawn for their captions before, and after: three rows."""
    rows = [
        np.concatenate(list(row), axis=1)
        for row in (comparison.real, comparison.before, comparison.after)
    ]
    sheet = Image.fromarray(np.concatenate(rows))
    ground = Image.new("RGBA", sheet.size, BACKGROUND)
    ground.alpha_composite(sheet)
    ground.convert("RGB").save(path)
