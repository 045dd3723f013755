"""VideoTransformer: a diffusion transformer over spacetime patches of RGBA pixels.

Pixel space and x-prediction after JiT (2511.13720), adaLN-single after PixArt-alpha (2310.00426)
but per frame, one sigma per frame after Diffusion Forcing (2407.01392).
Letters in shapes: B batch, F frames, P patches a frame, S = F * P, L words, d width, h heads.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from toolkit.model.presets import ClipPreset
from toolkit.model.refiner import HINTS, Refiner


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotary embedding of ``[B, h, S, 64]`` by phases ``[S, 32]`` (RoFormer, half-split pairs).

    Phases may differ by clip: ``[B, 1, S, 32]``. In an exported graph it is one operation.
    """
    if torch.onnx.is_in_onnx_export():
        whole = (x.shape[0], 1, x.shape[2], x.shape[3] // 2)
        turns = [phases.expand(whole)[:, 0] for phases in (cosines, sines)]
        return torch.onnx.ops.rotary_embedding(x, *turns)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosines - b * sines, a * sines + b * cosines], -1)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Softmax attention of ``[B, h, S, 64]`` over ``[B, h, L + S, 64]``.

    Written out over one flat batch: at our few hundred keys the fused CPU kernel's backward pass
    costs three times as much, and TorchInductor puts that kernel in for the usual four dimensions.
    """
    flat_q, flat_k, flat_v = q.flatten(0, 1), k.flatten(0, 1), v.flatten(0, 1)
    scores = torch.bmm(flat_q, flat_k.transpose(1, 2)) * q.shape[-1] ** -0.5  # [B * h, S, L + S]
    return torch.bmm(scores.softmax(-1), flat_v).reshape(q.shape)


class Block(nn.Module):
    """Self-attention over all patches, with the words as further keys and values, then SwiGLU."""

    def __init__(self, preset: ClipPreset) -> None:
        super().__init__()
        width, head = preset.width, preset.width // preset.heads
        self.heads = preset.heads
        self.norm1, self.norm2 = nn.RMSNorm(width), nn.RMSNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.words = nn.Linear(width, 2 * width, bias=False)
        self.norm_q, self.norm_k = nn.RMSNorm(head), nn.RMSNorm(head)
        self.out = nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * preset.hidden, bias=False)
        self.down = nn.Linear(preset.hidden, width, bias=False)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(
        self, x: Tensor, modulation: Tensor, text: Tensor, cosines: Tensor, sines: Tensor
    ) -> Tensor:
        """``[B, F, P, d]`` from the same, modulation ``[B, F, 1, 6, d]`` and text ``[B, L, d]``."""
        batch, frames, patches, width = x.shape
        head = width // self.heads
        shift1, scale1, gate1, shift2, scale2, gate2 = (modulation + self.table).unbind(-2)
        y = self.norm1(x) * (1 + scale1) + shift1
        qkv = self.qkv(y).reshape(batch, frames * patches, 3, self.heads, head)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # 3 x [B, h, S, 64]
        q, k = rotate(self.norm_q(q), cosines, sines), rotate(self.norm_k(k), cosines, sines)
        words = self.words(text).reshape(batch, text.shape[1], 2, self.heads, head)
        text_k, text_v = words.permute(2, 0, 3, 1, 4).unbind(0)  # 2 x [B, h, L, 64]
        keys = torch.cat([self.norm_k(text_k), k], 2)
        y = attend(q, keys, torch.cat([text_v, v], 2))  # [B, h, S, 64]
        y = y.transpose(1, 2).reshape(batch, frames, patches, width)
        x = x + gate1 * self.out(y)
        gate, up = self.gate_up(self.norm2(x) * (1 + scale2) + shift2).chunk(2, -1)
        return x + gate2 * self.down(F.silu(gate) * up)


class VideoTransformer(nn.Module):
    """Clean pixels predicted from noisy ones, a sigma per frame, words and controls."""

    def __init__(self, preset: ClipPreset) -> None:
        super().__init__()
        width, pixels = preset.width, preset.patch**2
        self.patch = preset.patch
        self.frequencies: Tensor
        self.embed = nn.Linear(pixels * 4, width)
        self.time1, self.time2 = nn.Linear(256, width), nn.Linear(width, width)
        self.pooled = nn.Linear(width, width, bias=False)
        self.control = nn.Linear(preset.control_size, width, bias=False)
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(Block(preset) for _ in range(preset.depth))
        self.final_norm = nn.RMSNorm(width)
        self.final_modulation = nn.Linear(width, 2 * width)
        self.unembed = nn.Linear(width, pixels * 4)
        self.hints = nn.Linear(width, pixels * HINTS)
        self.refiner = Refiner(width, preset.refiner)
        for layer in (self.modulation, self.final_modulation, self.unembed):
            nn.init.zeros_(layer.weight)
        frequencies = torch.exp(-math.log(1e4) * torch.arange(128) / 128) * 1000
        self.register_buffer("frequencies", frequencies, persistent=False)

    def patchify(self, x: Tensor) -> Tensor:
        """Patches ``[B, F, P, p * p * C]`` from channels-last images ``[B, F, H, W, C]``."""
        batch, frames, height, width, channels = x.shape
        p = self.patch
        x = x.reshape(batch, frames, height // p, p, width // p, p, channels)
        x = x.permute(0, 1, 2, 4, 3, 5, 6)  # [B, F, rows, columns, p, p, C]
        return x.reshape(batch, frames, (height // p) * (width // p), p * p * channels)

    def unpatchify(self, x: Tensor, rows: int, columns: int) -> Tensor:
        """The inverse of ``patchify``, all images in one line: ``[N, H, W, C]``."""
        p = self.patch
        x = x.reshape(-1, rows, columns, p, p, x.shape[-1] // p**2)
        x = x.permute(0, 1, 3, 2, 4, 5)  # [N, rows, p, columns, p, C]
        return x.reshape(-1, rows * p, columns * p, x.shape[-1])

    def condition(self, sigma: Tensor, pooled: Tensor, control: Tensor) -> Tensor:
        """What each frame is told, ``[B, F, d]``; sigma ``[B, F]``, control ``[B, F, 12]``."""
        angles = sigma.float()[..., None] * self.frequencies.float()
        features = torch.cat([angles.cos(), angles.sin()], -1).to(pooled.dtype)
        time = self.time2(F.silu(self.time1(features)))
        return F.silu(time + self.pooled(pooled)[:, None] + self.control(control))

    def forward(
        self,
        sample: Tensor,
        sigma: Tensor,
        text_embeds: Tensor,
        pooled: Tensor,
        control: Tensor,
        rope_cos: Tensor,
        rope_sin: Tensor,
    ) -> Tensor:
        """Clean pixels ``[B, F, 4, H, W]``, premultiplied RGBA in [-1, 1]."""
        batch, frames, _, height, width = sample.shape
        rows, columns = height // self.patch, width // self.patch
        noisy = sample.permute(0, 1, 3, 4, 2).contiguous()  # [B, F, H, W, 4]
        told = self.condition(sigma, pooled, control)
        modulation = self.modulation(told).reshape(batch, frames, 1, 6, -1)
        x = self.embed(self.patchify(noisy))  # [B, F, P, d]
        for block in self.blocks:
            x = block(x, modulation, text_embeds, rope_cos, rope_sin)
        shift, scale = self.final_modulation(told)[:, :, None].chunk(2, -1)
        x = self.final_norm(x) * (1 + scale) + shift
        coarse = self.unpatchify(self.unembed(x), rows, columns)  # [N, H, W, 4]
        hints = self.unpatchify(self.hints(x), rows, columns)
        refined = self.refiner(noisy.flatten(0, 1), coarse, hints, told.flatten(0, 1))
        return refined.reshape(noisy.shape).permute(0, 1, 4, 2, 3).contiguous()
