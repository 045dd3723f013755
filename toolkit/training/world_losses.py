"""What the world model learns from a batch of windows.

Every window goes through the network once, its last frames twice: as they are remembered (noised
to ``last_sigma``, the second step of making a frame) and as they begin (noise, the first step). So
each frame that is begun sees its past exactly as it will be remembered when the game is played.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from toolkit.data.world_windows import Windows
from toolkit.model.world_transformer import BLOCKED, WorldTransformer
from toolkit.runtime.world_bundle import WorldShape

EXACT = 0.7
"""Share of frames at exactly the noise levels of playing; the others are near them."""
NOISIEST_PAST = 0.5
SECOND_WEIGHT, KEYFRAME_WEIGHT, MOTION_WEIGHT, OUTCOME_WEIGHT = 2.0, 0.5, 0.1, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldBatch:
    """Windows as tensors; letters as in ``Windows``."""

    pixels: Tensor
    actions: Tensor
    phases: Tensor
    cells: Tensor
    places: Tensor
    valid: Tensor
    next_actions: Tensor
    next_motions: Tensor
    outcomes: Tensor
    weights: Tensor

    @classmethod
    def of(cls, windows: Windows) -> WorldBatch:
        """The same on torch."""
        return cls(**{name: torch.from_numpy(getattr(windows, name)) for name in Windows.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldLoss:
    """The loss of a batch and what it is made of."""

    total: Tensor
    first: float
    """Weighted squared error of begun frames, from pure noise and near it."""
    second: float
    """The same of remembered frames."""
    motion: float
    """Share of camera motions told right."""


def frame_mask(valid: Tensor, recents: int) -> Tensor:
    """Which frames each sees, bool ``[B, F + R, F + R]``: F as remembered, then R as begun."""
    batch, frames = valid.shape
    order = torch.cat([torch.arange(frames), torch.arange(frames - recents, frames)])
    remembered = torch.arange(frames + recents) < frames
    earlier = order[:, None] > order[None]
    sees = (earlier & remembered[None]) | torch.eye(frames + recents, dtype=torch.bool)
    known = torch.cat([valid, valid.new_ones(batch, recents)], 1)
    return (sees[None] & known[:, None]) | torch.eye(frames + recents, dtype=torch.bool)


def cell_bias(mask: Tensor, cells: int, dtype: torch.dtype) -> Tensor:
    """The mask of frames as scores to add, ``[B, 1, S, S]`` over cells."""
    bias = torch.where(mask, 0.0, BLOCKED).to(dtype)
    return bias.repeat_interleave(cells, 1).repeat_interleave(cells, 2)[:, None]


def draw_levels(batch: WorldBatch, shape: WorldShape, generator: torch.Generator) -> Tensor:
    """Noise levels ``[B, F + R]``."""
    size, frames = batch.valid.shape
    recents = shape.recents
    draw = torch.rand(size, frames + recents, generator=generator)
    exact = torch.rand(size, frames + recents, generator=generator) < EXACT
    past, begun = (
        draw[:, :frames] * NOISIEST_PAST,
        shape.last_sigma + draw[:, frames:] * (1 - shape.last_sigma),
    )
    return torch.cat(
        [
            torch.where(exact[:, :frames], shape.last_sigma, past),
            torch.where(exact[:, frames:], 1.0, begun),
        ],
        1,
    )


def world_loss(
    network: Callable[..., tuple[Tensor, Tensor]],
    transformer: WorldTransformer,
    batch: WorldBatch,
    generator: torch.Generator,
    *,
    own: bool,
) -> WorldLoss:
    """The loss of a batch; ``own`` remembers the frames that the network itself begins.

    ``network`` is ``predict`` bound to the transformer, perhaps compiled.
    """
    shape = transformer.shape
    recents, frames = shape.recents, batch.valid.shape[1]
    levels = draw_levels(batch, shape, generator)
    noise = torch.randn(batch.pixels.shape, generator=generator)
    if own:
        levels[:, frames:] = 1.0
    inputs = _noised(batch.pixels, batch.pixels, noise, levels, recents)
    if own:
        with torch.no_grad():
            begun = network(batch, inputs, levels)[0][:, frames:].float()
        remembered = torch.cat([batch.pixels[:, :-recents], begun], 1)
        inputs = _noised(remembered, batch.pixels, noise, levels, recents)
    clean, looks = network(batch, inputs, levels)
    return _sum_up(transformer, batch, clean.float(), looks, levels)


def predict(
    transformer: WorldTransformer, batch: WorldBatch, inputs: Tensor, levels: Tensor
) -> tuple[Tensor, Tensor]:
    """Clean cells ``[B, F + R, P, 192]`` and the looks of the remembered frames."""
    recents, frames = transformer.shape.recents, batch.valid.shape[1]

    def twice(values: Tensor) -> Tensor:
        return torch.cat([values, values[:, -recents:]], 1)

    dtype = transformer.where.dtype
    told = transformer.condition(levels, twice(batch.actions), twice(batch.phases))
    bias = cell_bias(frame_mask(batch.valid, recents), transformer.shape.tokens, dtype)
    clean, looks, _, _ = transformer(
        inputs.to(dtype), told, twice(batch.cells), transformer.phases(twice(batch.places)), bias
    )
    return clean, looks[:, :frames]


def _noised(
    remembered: Tensor, begun: Tensor, noise: Tensor, levels: Tensor, recents: int
) -> Tensor:
    """The frames as remembered, then the last as begun, under one draw of noise."""
    pixels = torch.cat([remembered, begun[:, -recents:]], 1)
    both = torch.cat([noise, noise[:, -recents:]], 1)
    level = levels[..., None, None]
    return (1 - level) * pixels + level * both


def _sum_up(
    transformer: WorldTransformer,
    batch: WorldBatch,
    clean: Tensor,
    looks: Tensor,
    levels: Tensor,
) -> WorldLoss:
    recents, frames = transformer.shape.recents, batch.valid.shape[1]
    target = torch.cat([batch.pixels, batch.pixels[:, -recents:]], 1)
    weights = torch.cat([batch.weights, batch.weights[:, -recents:]], 1)
    error = ((clean - target).square().mean(-1) * weights).mean(-1)  # [B, F + R]
    first = (error[:, frames:] / levels[:, frames:]).mean()
    second = error[:, frames - recents : frames].mean()
    older = error[:, : frames - recents] * batch.valid[:, : frames - recents]
    keyframes = older.sum() / batch.valid[:, : frames - recents].sum().clamp(min=1)
    motion, right = _motion_loss(transformer, batch, looks[:, -recents:])
    outcome = _outcome_loss(transformer, batch, looks[:, -recents:])
    total = (
        first + SECOND_WEIGHT * second + KEYFRAME_WEIGHT * keyframes
        + MOTION_WEIGHT * motion + OUTCOME_WEIGHT * outcome
    )  # fmt: skip
    return WorldLoss(
        total=total, first=float(first.detach()), second=float(second.detach()), motion=right
    )


def _motion_loss(
    transformer: WorldTransformer, batch: WorldBatch, looks: Tensor
) -> tuple[Tensor, float]:
    """Cross-entropy of the motion that the action taken led to, and the share told right."""
    recents, shape = looks.shape[1], transformer.shape
    taken, moved = batch.next_actions[:, -recents:], batch.next_motions[:, -recents:]
    logits = transformer.motion(looks).float().unflatten(-1, (len(shape.action_names), -1))
    index = taken.clamp(min=0)[..., None, None].expand(-1, -1, 1, logits.shape[-1])
    chosen = logits.gather(2, index).squeeze(2)[taken >= 0]
    truth = moved[taken >= 0]
    if not len(truth):
        return logits.sum() * 0, 1.0
    return F.cross_entropy(chosen, truth), float((chosen.argmax(-1) == truth).float().mean())


def _outcome_loss(transformer: WorldTransformer, batch: WorldBatch, looks: Tensor) -> Tensor:
    told = transformer.outcome(looks).float()
    truth = batch.outcomes[:, -looks.shape[1] :]
    ended = F.binary_cross_entropy_with_logits(told[..., 1], truth[..., 1])
    return F.mse_loss(told[..., 0], truth[..., 0]) + ended
