"""What a step of training asks of the network: to clean noised clips that it is told about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from toolkit.clip import Clip
from toolkit.conditioning.control import LOOK, SHIFT
from toolkit.conditioning.rotary import rotary_phases
from toolkit.data.datasets import Batch
from toolkit.model.minilm import load_minilm
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import load_tokenizer, tokenize
from toolkit.training.losses import denoising_loss, sample_sigmas
from toolkit.training.recipes import Recipe

PLACED_SIGMA = 0.8
"""From here down a frame shows where its subject is, and is not told how far that was moved: else
subjects are known only where they rest, and lose their shape where words alone move them."""
CAPTIONS_KEPT = 4096
"""How many captions' states a reader keeps, 18 to 37 kB each."""
Network = Callable[..., Tensor]
"""A ``ClipNetwork`` in the format that it computes in, compiled or not."""
Objective = Callable[[Batch, torch.Generator], Tensor]
"""The loss of a batch under noise and drop-out of the generator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the network is told about a batch besides noise, on the device of training."""

    states: Tensor
    """MiniLM states ``[B, 24, 384]``."""
    ids: Tensor
    mask: Tensor
    control: Tensor
    """``[B, F, 12]``."""
    rope_cos: Tensor
    rope_sin: Tensor


class Reader:
    """Turns the captions and controls of a batch into what the network reads."""

    def __init__(
        self,
        recipe: Recipe,
        device: torch.device,
        dtype: torch.dtype,
        *,
        captions_kept: int = CAPTIONS_KEPT,
    ) -> None:
        self.recipe, self.device, self.dtype = recipe, device, dtype
        self.captions_kept = captions_kept
        self.minilm = load_minilm().to(device, dtype)
        self.tokenizer = load_tokenizer()
        self.known: dict[str, Tensor] = {}

    def clean(self, batch: Batch) -> Tensor:
        """Pixels f32 ``[B, F, 4, H, W]`` of the batch, not yet on the device."""
        return torch.from_numpy(np.stack([Clip.to_float(frames) for frames in batch.frames]))

    def told(self, batch: Batch, captions: list[str], control: Tensor) -> Told:
        """These captions and controls for the batch's clips."""
        ids, mask = (part.to(self.device) for part in tokenize(self.tokenizer, captions))
        states = self.states(captions, ids, mask)
        patch = CLIP_PRESETS[self.recipe.preset].patch
        frames, height, width = batch.frames.shape[1:4]
        rope = rotary_phases(frames, height // patch, width // patch, loop=batch.loop)
        cosines, sines = (torch.from_numpy(part).to(self.device, self.dtype) for part in rope)
        return Told(
            states=states,
            ids=ids,
            mask=mask,
            control=control.to(self.device, self.dtype),
            rope_cos=cosines,
            rope_sin=sines,
        )

    @torch.no_grad()
    def states(self, captions: list[str], ids: Tensor, mask: Tensor) -> Tensor:
        """MiniLM states ``[B, 24, 384]``; those of the latest captions are kept.

        A clip of the pool is drawn about eight times before it is renewed, and reading 256
        captions costs a fifth of a step on as many single frames.
        """
        fresh = {text: at for at, text in enumerate(captions) if text not in self.known}
        if fresh:
            at = list(fresh.values())
            for caption, states in zip(fresh, self.minilm(ids[at], mask[at]), strict=True):
                self.known[caption] = states.clone()
        read = torch.stack([self.known[caption] for caption in captions])
        for caption in list(self.known)[: max(len(self.known) - self.captions_kept, 0)]:
            del self.known[caption]
        return read

    def dropped(self, batch: Batch, sigma: Tensor, generator: torch.Generator) -> Told:
        """Captions, some of them dropped to the empty prompt, and controls, some without look.

        Frames of ``sigma [B, F]`` up to ``PLACED_SIGMA`` are told no shift.
        """
        captions = batch.captions
        drop = torch.rand(len(captions), generator=generator) < self.recipe.text_dropout
        kept = ["" if gone else text for gone, text in zip(drop.tolist(), captions, strict=True)]
        control = torch.from_numpy(batch.control).clone()
        lose = torch.rand(len(control), 1, 1, generator=generator)
        control[..., LOOK] *= lose >= self.recipe.control_dropout
        control[..., SHIFT] *= (sigma > PLACED_SIGMA)[..., None]
        return self.told(batch, kept, control)


def predict(network: Network, noisy: Tensor, sigma: Tensor, told: Told) -> Tensor:
    """The network's clean pixels ``[B, F, 4, H, W]``."""
    return network(
        noisy.to(told.control.dtype), sigma, told.states, told.ids, told.mask, told.control,
        told.rope_cos, told.rope_sin,
    )  # fmt: skip


class Denoising:
    """The objective of the first training: clean each frame from noise of its own level."""

    def __init__(self, network: Network, reader: Reader) -> None:
        self.network, self.reader = network, reader

    def __call__(self, batch: Batch, generator: torch.Generator) -> Tensor:
        """The v-loss of the batch."""
        clean = self.reader.clean(batch)
        share = self.reader.recipe.deciding_share
        sigma, counts = sample_sigmas(
            clean.shape[0], clean.shape[1], generator, deciding_share=share
        )
        noise = torch.randn(clean.shape, generator=generator)
        level = sigma[..., None, None, None]
        noisy = (1 - level) * clean + level * noise
        told = self.reader.dropped(batch, sigma, generator)
        clean, sigma, counts, noisy = (
            part.to(self.reader.device) for part in (clean, sigma, counts, noisy)
        )
        return denoising_loss(predict(self.network, noisy, sigma, told), clean, sigma, counts)
