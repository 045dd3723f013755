"""WorldTransformer: a game, a frame at a time, with keys and values of remembered frames.

Every frame has its own noise level (Diffusion Forcing, 2407.01392) and sees itself and what is
remembered; cells of the world turn their keys by where in the world they lie, so that "what was
here" is a look-up by phase, and every cell is handed what it looked like when last seen, so that a
world that does not change is copied exactly. Letters in shapes: B batch, F frames, P cells a frame,
S = F * P, M remembered cells, d width, h heads, A actions.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toolkit.model.presets import WorldPreset
from toolkit.model.transformer import rotate
from toolkit.runtime.world_bundle import CELL, WorldShape

PIXELS = CELL * CELL * 3
KINDS = 32
"""Kinds of cells that a client may name; 0 is not said."""
LOOK = 16
"""Values a cell hands to the motion head."""
PHASES = (12, 12, 8)
"""Rotary phases for row, column and age."""
OLDEST = 255.0
"""Age in frames beyond which memories count as equally old."""
BLOCKED = -1e4
RECALLED = PIXELS + 1
"""Values of a recalled cell: its pixels, then 1 if it was ever seen."""


class WorldBlock(nn.Module):
    """Attention over the frame and what is remembered, then SwiGLU."""

    def __init__(self, preset: WorldPreset) -> None:
        super().__init__()
        width, head = preset.width, preset.width // preset.heads
        self.heads = preset.heads
        self.norm1, self.norm2 = nn.RMSNorm(width), nn.RMSNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.norm_q, self.norm_k = nn.RMSNorm(head), nn.RMSNorm(head)
        self.out = nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * preset.hidden, bias=False)
        self.down = nn.Linear(preset.hidden, width, bias=False)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(
        self,
        x: Tensor,
        modulation: Tensor,
        phases: tuple[Tensor, Tensor],
        bias: Tensor,
        past: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """``[B, F, P, d]`` from the same, and its keys (not yet turned) and values.

        ``modulation [B, F, 1, 6, d]``; ``phases`` two of ``[B, 1, S, 32]``; ``bias``, added to the
        scores, ``[B, 1, S or 1, M + S]``; ``past`` turned keys and values ``[B, h, M, 64]``.
        """
        batch, frames, cells, width = x.shape
        shift1, scale1, gate1, shift2, scale2, gate2 = (modulation + self.table).unbind(-2)
        y = self.norm1(x) * (1 + scale1) + shift1
        qkv = self.qkv(y).reshape(batch, frames * cells, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # 3 x [B, h, S, 64]
        k = self.norm_k(k)
        keys, values = rotate(k, *phases), v
        if past is not None:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)
        y = attend(rotate(self.norm_q(q), *phases), keys, values, bias)
        x = x + gate1 * self.out(y.transpose(1, 2).reshape(x.shape))
        gate, up = self.gate_up(self.norm2(x) * (1 + scale2) + shift2).chunk(2, -1)
        return x + gate2 * self.down(F.silu(gate) * up), k, v


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """Softmax attention of ``[B, h, S, 64]`` over ``[B, h, M + S, 64]``, ``bias`` on the scores."""
    batch, heads, queries, width = q.shape
    scores = torch.bmm(q.flatten(0, 1), k.flatten(0, 1).transpose(1, 2))
    scores = scores.reshape(batch, heads, queries, k.shape[2]) * width**-0.5 + bias
    return torch.bmm(scores.softmax(-1).flatten(0, 1), v.flatten(0, 1)).reshape(q.shape)


class Made(NamedTuple):
    """What the network says of frames."""

    clean: Tensor
    """Cells ``[B, F, P, 192]``."""
    kinds: Tensor
    """Logits of what each cell shows, ``[B, F, P, 32]``."""
    looks: Tensor
    """What the motion head sees, ``[B, F, P * 16]``."""
    keys: list[Tensor]
    """A block's keys ``[B, h, S, 64]``, not yet turned."""
    values: list[Tensor]


class WorldTransformer(nn.Module):
    """Clean cells predicted from noisy ones, the action, the time of day and what is remembered."""

    def __init__(self, preset: WorldPreset, shape: WorldShape) -> None:
        super().__init__()
        width = preset.width
        self.preset, self.shape = preset, shape
        self.frequencies: Tensor
        self.grid: Tensor
        self.turns: Tensor
        self.embed = nn.Linear(PIXELS + RECALLED, width)
        self.where = nn.Parameter(torch.randn(shape.tokens, width) * 0.02)
        self.kinds = nn.Embedding(KINDS, width)
        self.action = nn.Embedding(len(shape.action_names) + 1, width)
        self.time1, self.time2 = nn.Linear(256, width), nn.Linear(width, width)
        self.phase = nn.Linear(2, width, bias=False)
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(WorldBlock(preset) for _ in range(preset.depth))
        self.final_norm = nn.RMSNorm(width)
        self.final_modulation = nn.Linear(width, 2 * width)
        self.unembed = nn.Linear(width, PIXELS)
        self.replaced = nn.Linear(width, CELL * CELL)
        self.guess = nn.Linear(width, KINDS)
        self.look = nn.Linear(width, LOOK)
        self.motion = nn.Linear(LOOK * shape.tokens, len(shape.action_names) * len(shape.motions))
        self.outcome = nn.Linear(LOOK * shape.tokens, 2)
        for layer in (self.modulation, self.final_modulation, self.unembed, self.replaced):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.kinds.weight)
        frequencies = torch.exp(-math.log(1e4) * torch.arange(128) / 128) * 1000
        self.register_buffer("frequencies", frequencies, persistent=False)
        self.register_buffer("grid", cell_grid(shape), persistent=False)
        self.register_buffer("turns", turn_rates(), persistent=False)

    def phases(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines ``[B, 1, S, 32]`` of the cells of frames that stood at places.

        ``places [B, F, 3]``: cells down and right of the present camera, and age in frames.
        """
        age = places[..., 2:].clamp(max=OLDEST)
        moved = torch.cat([places[..., :2], age], -1)[:, :, None] * self.grid[:, 2:].float()
        at = torch.cat([self.grid[:, :2].float(), torch.zeros_like(self.grid[:, :1].float())], -1)
        position = (moved + at).flatten(1, 2)  # [B, S, 3]
        angles = torch.cat(
            [
                position[..., axis, None] * self.turns[axis, :count].float()
                for axis, count in enumerate(PHASES)
            ],
            -1,
        )[:, None]
        return angles.cos().to(self.where.dtype), angles.sin().to(self.where.dtype)

    def condition(self, sigma: Tensor, action: Tensor, phase: Tensor) -> Tensor:
        """What each frame is told, ``[B, F, d]``; sigma and action ``[B, F]``, phase [B, F, 2]."""
        angles = sigma.float()[..., None] * self.frequencies.float()
        features = torch.cat([angles.cos(), angles.sin()], -1).to(self.where.dtype)
        time = self.time2(F.silu(self.time1(features)))
        return F.silu(time + self.action(action) + self.phase(phase.to(time.dtype)))

    def forward(
        self,
        noisy: Tensor,
        recalled: Tensor,
        told: Tensor,
        cells: Tensor,
        phases: tuple[Tensor, Tensor],
        bias: Tensor,
        past: list[tuple[Tensor, Tensor]] | None = None,
    ) -> Made:
        """The frames from ``noisy [B, F, P, 192]``.

        ``recalled [B, F, P, 193]`` is what each cell looked like when last seen, and 1 where it
        was seen at all; ``told [B, F, d]``, ``cells`` int ``[B, F, P]``; the rest as in
        ``WorldBlock``.
        """
        modulation = self.modulation(told)[:, :, None].unflatten(-1, (6, -1))
        x = self.embed(torch.cat([noisy, recalled], -1)) + self.where + self.kinds(cells)
        keys: list[Tensor] = []
        values: list[Tensor] = []
        for index, block in enumerate(self.blocks):
            x, k, v = block(x, modulation, phases, bias, past[index] if past else None)
            keys.append(k)
            values.append(v)
        shift, scale = self.final_modulation(told)[:, :, None].chunk(2, -1)
        x = self.final_norm(x) * (1 + scale) + shift
        stays = (1 - self.replaced(x)).repeat_interleave(3, -1)
        clean = stays * recalled[..., :PIXELS] + self.unembed(x)
        return Made(clean, self.guess(x), self.look(x).flatten(2), keys, values)


def cell_grid(shape: WorldShape) -> Tensor:
    """Row and column of each cell, and three factors: do place, place and age move it, [P, 5]."""
    rows, columns = torch.meshgrid(
        torch.arange(shape.rows), torch.arange(shape.columns), indexing="ij"
    )
    world = (rows < shape.view_rows).float().flatten()
    ages = -torch.ones(shape.tokens)
    return torch.stack([rows.flatten(), columns.flatten(), world, world, ages], -1).float()


def turn_rates() -> Tensor:
    """Radians per cell, cell and frame, ``[3, 12]``: from four cells a turn to hundreds."""
    rates = torch.zeros(3, max(PHASES))
    for axis, (count, fastest, span) in enumerate(
        zip(PHASES, (1.5, 1.5, 1.0), (64.0, 64.0, 256.0), strict=True)
    ):
        rates[axis, :count] = fastest * span ** (-torch.arange(count) / (count - 1))
    return rates
