"""What the world model learns from a batch of windows.

Every window goes through the network once, its last frames twice: as they are remembered (noised
to ``last_sigma``, the second step of making a frame) and as they begin (noise, the first step). So
each frame that is begun sees its past exactly as it will be remembered when the game is played.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from toolkit.model.world_transformer import PIXELS, Made, WorldTransformer
from toolkit.training.world_inputs import (
    WorldBatch,
    blurred,
    cell_bias,
    draw_levels,
    frame_mask,
    noised,
    own_frames,
    recall_own,
    shown_cells,
)

SECOND_WEIGHT, KEYFRAME_WEIGHT, KIND_WEIGHT = 2.0, 0.5, 0.2
MOTION_WEIGHT, OUTCOME_WEIGHT = 0.2, 0.02
OWN_KIND_WEIGHT = 10.0
"""What the kind of a cell counts that the player's own action changed: there is one in a frame."""
FIRST_SEEN = 0.3
"""What a cell counts, when begun, that was never seen before: most of it cannot be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldLoss:
    """The loss of a batch and what it is made of."""

    total: Tensor
    first: float
    """Weighted squared error of begun frames, from pure noise and near it."""
    second: float
    """The same of remembered frames."""
    kinds: float
    """Share of known cells of begun frames whose kind is told right."""
    own: float
    """The same of cells that the player's action changed; not a number where there is none."""
    motion: float
    """Share of camera motions told right."""


def world_loss(
    network: Callable[..., Made],
    transformer: WorldTransformer,
    batch: WorldBatch,
    generator: torch.Generator,
    *,
    own: bool,
) -> WorldLoss:
    """The loss of a batch; ``own`` remembers and recalls the frames that the network itself makes.

    ``network`` is ``predict`` bound to the transformer, perhaps compiled.
    """
    recents, frames = transformer.shape.recents, batch.valid.shape[1]
    levels = draw_levels(batch, transformer.shape, generator)
    noise = torch.randn(batch.pixels.shape, generator=generator)
    shown = shown_cells(batch, recents, generator)
    batch = replace(batch, recalled=blurred(batch.recalled, generator))
    if own:
        levels[:, frames:] = 1.0
    inputs = noised(batch.pixels, batch.pixels, noise, levels, recents)
    if own:
        with torch.no_grad():
            made = own_frames(network(batch, shown, inputs, levels).clean.float(), batch, recents)
        remembered = torch.cat([batch.pixels[:, :-recents], made], 1)
        inputs = noised(remembered, batch.pixels, noise, levels, recents)
        batch = replace(batch, recalled=recall_own(batch, made))
    return _sum_up(transformer, batch, network(batch, shown, inputs, levels), levels)


def predict(
    transformer: WorldTransformer, batch: WorldBatch, shown: Tensor, inputs: Tensor, levels: Tensor
) -> Made:
    """What the network makes of the F frames as remembered and the last R as begun.

    ``shown`` int ``[B, F + R, P]`` is what it is told of the cells, ``inputs [B, F + R, P, 192]``.
    """
    recents = transformer.shape.recents

    def twice(values: Tensor) -> Tensor:
        return torch.cat([values, values[:, -recents:]], 1)

    dtype = transformer.where.dtype
    told = transformer.condition(levels, twice(batch.actions), twice(batch.phases))
    bias = cell_bias(frame_mask(batch.valid, recents), transformer.shape.tokens, dtype)
    phases = transformer.phases(twice(batch.places))
    recalled = twice(batch.recalled).to(dtype)
    return transformer(inputs.to(dtype), recalled, told, shown, phases, bias)


def _sum_up(
    transformer: WorldTransformer, batch: WorldBatch, made: Made, levels: Tensor
) -> WorldLoss:
    recents, frames = transformer.shape.recents, batch.valid.shape[1]
    target = torch.cat([batch.pixels, batch.pixels[:, -recents:]], 1)
    known = batch.recalled[:, -recents:, :, PIXELS] > 0
    begun = batch.weights[:, -recents:] * torch.where(known, 1.0, FIRST_SEEN)
    weights = torch.cat([batch.weights, begun], 1)
    error = ((made.clean.float() - target).square().mean(-1) * weights).mean(-1)  # [B, F + R]
    first = error[:, frames:].mean()
    second = error[:, frames - recents : frames].mean()
    older = error[:, : frames - recents] * batch.valid[:, : frames - recents]
    keyframes = older.sum() / batch.valid[:, : frames - recents].sum().clamp(min=1)
    looks = made.looks[:, frames - recents : frames]
    motion, right = _motion_loss(transformer, batch, looks)
    kinds, named, own = _kind_loss(batch, made.kinds[:, frames:].float(), recents)
    total = (
        first + SECOND_WEIGHT * second + KEYFRAME_WEIGHT * keyframes + KIND_WEIGHT * kinds
        + MOTION_WEIGHT * motion + OUTCOME_WEIGHT * _outcome_loss(transformer, batch, looks)
    )  # fmt: skip
    return WorldLoss(
        total=total, first=float(first.detach()), second=float(second.detach()), kinds=named,
        own=own, motion=right,
    )  # fmt: skip


def _kind_loss(batch: WorldBatch, logits: Tensor, recents: int) -> tuple[Tensor, float, float]:
    """Cross-entropy of what begun cells show.

    And the shares told right: of cells seen before, and of those that the action changed.
    """
    truth, own = batch.cells[:, -recents:], batch.own[:, -recents:]
    there = truth > 0
    if not bool(there.any()):
        return logits.sum() * 0, 1.0, math.nan
    wrong = F.cross_entropy(logits.flatten(0, 2), truth.flatten(), reduction="none")
    weights = there * torch.where(own, OWN_KIND_WEIGHT, 1.0)
    loss = (wrong * weights.flatten()).sum() / there.sum()
    right = (logits.argmax(-1) == truth).float()
    known = there & (batch.recalled[:, -recents:, :, PIXELS] > 0)
    return loss, _mean(right[known], 1.0), _mean(right[own & there], math.nan)


def _mean(values: Tensor, otherwise: float) -> float:
    return float(values.mean()) if len(values) else otherwise


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
