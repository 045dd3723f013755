"""Prompt -> text_embeds: frozen MiniLM states beside learned word pieces, mixed by two layers."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from toolkit.model.minilm import VOCABULARY, WIDTH, MiniLM, minilm_folder, unseen

TEXT_TOKENS = 24
PIECE_WIDTH = 128


def load_tokenizer() -> Tokenizer:
    """MiniLM's word-piece tokenizer, truncating and padding to 24 tokens."""
    tokenizer = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(TEXT_TOKENS)
    tokenizer.enable_padding(length=TEXT_TOKENS)
    return tokenizer


def tokenize(tokenizer: Tokenizer, prompts: list[str]) -> tuple[Tensor, Tensor]:
    """Ids and mask, int64 ``[B, 24]``."""
    encodings = tokenizer.encode_batch(prompts)
    return (
        torch.tensor([encoding.ids for encoding in encodings]),
        torch.tensor([encoding.attention_mask for encoding in encodings]),
    )


class MixLayer(nn.Module):
    """One pre-norm transformer layer over the words of a prompt."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.RMSNorm(width), nn.RMSNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """States ``[B, L, d]`` after self-attention with ``bias`` ``[B, 1, L, L]`` and the MLP."""
        batch, length, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)  # 3 x [B, H, L, d/H]
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = x + self.out(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class TextTower(nn.Module):
    """The trained part: MiniLM states and ids in, ``text_embeds`` and ``pooled`` out.

    Frozen sentence features alone bind colour words slowly, so each word piece also has a
    learned embedding of its own; pads become one learned vector, so attention needs no mask later.
    """

    def __init__(self, width: int = WIDTH, heads: int = 6) -> None:
        super().__init__()
        self.states = nn.Linear(WIDTH, width, bias=False)
        self.pieces = nn.Embedding(VOCABULARY, PIECE_WIDTH)
        self.widen = nn.Linear(PIECE_WIDTH, width, bias=False)
        self.positions = nn.Parameter(torch.randn(TEXT_TOKENS, width) * 0.02)
        self.pad = nn.Parameter(torch.zeros(width))
        self.layers = nn.ModuleList(MixLayer(width, heads) for _ in range(2))
        self.norm, self.pool = nn.RMSNorm(width), nn.Linear(width, width)
        nn.init.normal_(self.pieces.weight, std=1.0)

    def forward(self, states: Tensor, input_ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """``text_embeds [B, 24, d]`` and ``pooled [B, d]`` from MiniLM states ``[B, 24, 384]``."""
        x = self.states(states) + self.widen(self.pieces(input_ids)) + self.positions
        bias = unseen(mask, x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        x = self.norm(x)
        real = mask[..., None].to(x.dtype)
        pooled = (x * real).sum(1) / real.sum(1)
        return x * real + self.pad * (1 - real), self.pool(pooled)


class TextEncoder(nn.Module):
    """MiniLM and tower as one graph, for export."""

    def __init__(self, minilm: MiniLM, tower: TextTower) -> None:
        super().__init__()
        self.minilm, self.tower = minilm, tower

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """``text_embeds [B, 24, d]`` and ``pooled [B, d]``."""
        return self.tower(self.minilm(input_ids, attention_mask), input_ids, attention_mask)
