"""What the world model is given of windows: noise, masks, cells said, frames recalled."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from toolkit.data.world_windows import Windows
from toolkit.model.world_transformer import BLOCKED, KINDS, PIXELS
from toolkit.runtime.world_bundle import WorldShape

EXACT = 0.7
"""Share of frames at exactly the noise levels of playing; the others are near them."""
NOISIEST_PAST = 0.5
RECALL_NOISE = 0.12
"""Most noise on what is recalled, so that small faults are mended and not copied on and on."""
SILENT, MISNAMED = 0.15, 0.03
"""Shares: of windows whose frames do not say what cells show, of cells that say it wrongly."""


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


def noised(
    remembered: Tensor, begun: Tensor, noise: Tensor, levels: Tensor, recents: int
) -> Tensor:
    """The frames as remembered, then the last as begun, under one draw of noise."""
    pixels = torch.cat([remembered, begun[:, -recents:]], 1)
    both = torch.cat([noise, noise[:, -recents:]], 1)
    level = levels[..., None, None]
    return (1 - level) * pixels + level * both
