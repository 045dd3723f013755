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

from toolkit.data.world_windows import Windows
from toolkit.model.world_transformer import (
    BLOCKED,
    KINDS,
    PIXELS,
    Made,
    WorldTransformer,
)
from toolkit.runtime.world_bundle import WorldShape

EXACT = 0.7
"""Share of frames at exactly the noise levels of playing; the others are near them."""
NOISIEST_PAST = 0.5
RECALL_NOISE = 0.12
"""Most noise on what is recalled, so that small faults are mended and not copied on and on."""
SILENT, MISNAMED = 0.15, 0.03
"""Shares: of windows whose frames do not say what cells show, of cells that say it wrongly."""
SECOND_WEIGHT, KEYFRAME_WEIGHT, KIND_WEIGHT = 2.0, 0.5, 0.2
MOTION_WEIGHT, OUTCOME_WEIGHT = 0.2, 0.02
OWN_KIND_WEIGHT = 10.0
"""What the kind of a cell counts that the player's own action changed: there is one in a frame."""
FIRST_SEEN = 0.3
"""What a cell counts, when begun, that was never seen before: most of it cannot be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldBatch:
    """Windows as tensors; letters as in ``Windows``."""

    pixels: Tensor
    recalled: Tensor
    recalled_from: Tensor
    actions: Tensor
    phases: Tensor
    cells: Tensor
    said: Tensor
    places: Tensor
    valid: Tensor
    next_actions: Tensor
    next_motions: Tensor
    outcomes: Tensor
    own: Tensor
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
    kinds: float
    """Share of known cells of begun frames whose kind is told right."""
    own: float
    """The same of cells that the player's action changed; not a number where there is none."""
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
    inputs = _noised(batch.pixels, batch.pixels, noise, levels, recents)
    if own:
        with torch.no_grad():
            made = own_frames(network(batch, shown, inputs, levels).clean.float(), batch, recents)
        remembered = torch.cat([batch.pixels[:, :-recents], made], 1)
        inputs = _noised(remembered, batch.pixels, noise, levels, recents)
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


def shown_cells(batch: WorldBatch, recents: int, generator: torch.Generator) -> Tensor:
    """What is told of the cells, ``[B, F + R, P]``: of frames that begin, only what is said."""
    size = batch.cells.shape
    wrong = torch.rand(size, generator=generator) < MISNAMED
    loud = torch.rand(size[0], 1, 1, generator=generator) >= SILENT
    other = torch.randint(KINDS, size, generator=generator)
    remembered = torch.where(wrong & (batch.cells > 0), other, batch.cells)
    said = batch.said[..., None]
    remembered = torch.where(said, batch.cells, remembered * loud)
    return torch.cat([remembered, (batch.cells * said)[:, -recents:]], 1)


def blurred(recalled: Tensor, generator: torch.Generator) -> Tensor:
    """What is recalled, in half of the windows under some noise."""
    size = len(recalled)
    amount = (torch.rand(size, generator=generator) * 2 - 1).clamp(min=0) * RECALL_NOISE
    noise = torch.randn(*recalled.shape[:-1], PIXELS, generator=generator)
    known = recalled[..., PIXELS:]
    return torch.cat(
        [recalled[..., :PIXELS] + noise * known * amount[:, None, None, None], known], -1
    )


def own_frames(clean: Tensor, batch: WorldBatch, recents: int) -> Tensor:
    """The last frames as the network makes them, ``[B, R, P, 192]``.

    Cells that were never seen before are as they are when they have been decided.
    """
    frames = batch.valid.shape[1]
    known = batch.recalled[:, -recents:, :, PIXELS:] > 0
    return torch.where(known, clean[:, frames:], clean[:, frames - recents : frames]).clamp(-1, 1)


def recall_own(batch: WorldBatch, made: Tensor) -> Tensor:
    """What is recalled when the last frames were ``made [B, R, P, 192]``."""
    source = batch.recalled_from
    flat = made.flatten(1, 2)
    index = source.clamp(min=0).flatten(1)[..., None].expand(-1, -1, PIXELS)
    found = flat.gather(1, index).unflatten(1, source.shape[1:])
    pixels = torch.where(source[..., None] >= 0, found, batch.recalled[..., :PIXELS])
    return torch.cat([pixels, batch.recalled[..., PIXELS:]], -1)


def _noised(
    remembered: Tensor, begun: Tensor, noise: Tensor, levels: Tensor, recents: int
) -> Tensor:
    """The frames as remembered, then the last as begun, under one draw of noise."""
    pixels = torch.cat([remembered, begun[:, -recents:]], 1)
    both = torch.cat([noise, noise[:, -recents:]], 1)
    level = levels[..., None, None]
    return (1 - level) * pixels + level * both


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
