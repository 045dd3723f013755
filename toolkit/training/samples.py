"""Fixed-seed sample sheets, so that a run can be judged by eye while it learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from toolkit.clip import Clip
from toolkit.conditioning.control import control_vectors
from toolkit.conditioning.rotary import rotary_phases
from toolkit.model.minilm import load_minilm
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import load_tokenizer, tokenize
from toolkit.training.network import ClipNetwork
from toolkit.training.recipes import Recipe

SIDE, FRAMES, STEPS, GUIDANCE = 64, 8, 20, 2.5
BACKGROUND = (90, 100, 110, 255)


@torch.no_grad()
def sample_clips(network: ClipNetwork, preset: str, prompts: list[str], *, seed: int = 0) -> Tensor:
    """Clean pixels f32 ``[N, F, 4, 64, 64]`` by 20 guided Euler steps."""
    ids, mask = tokenize(load_tokenizer(), [*prompts, *[""] * len(prompts)])
    text_embeds, pooled = network.tower(load_minilm()(ids, mask), ids, mask)
    cells = SIDE // CLIP_PRESETS[preset].patch
    rope = [torch.from_numpy(p) for p in rotary_phases(FRAMES, cells, cells, loop=True)]
    control = torch.from_numpy(control_vectors(FRAMES, loop=True)).repeat(2 * len(prompts), 1, 1)
    x = torch.randn(
        len(prompts), FRAMES, 4, SIDE, SIDE, generator=torch.Generator().manual_seed(seed)
    )
    for step in range(STEPS):
        now, then = 1 - step / STEPS, 1 - (step + 1) / STEPS
        sigma = torch.full((2 * len(prompts), FRAMES), now)
        both = network.transformer(torch.cat([x, x]), sigma, text_embeds, pooled, control, *rope)
        told, untold = both.chunk(2)
        clean = untold + GUIDANCE * (told - untold)
        x = clean + (x - clean) * then / now
    return x


def write_sample_sheet(run: Path, network: ClipNetwork, recipe: Recipe, step: int) -> None:
    """Write ``samples_<step>.png``: a row a prompt, a column a frame."""
    pixels = sample_clips(network, recipe.preset, list(recipe.sample_prompts)).numpy()
    rows = [np.concatenate(list(Clip.from_float(clip)), axis=1) for clip in pixels]
    sheet = Image.fromarray(np.concatenate(rows))
    ground = Image.new("RGBA", sheet.size, BACKGROUND)
    ground.alpha_composite(sheet)
    ground.convert("RGB").save(run / f"samples_{step:06d}.png")
