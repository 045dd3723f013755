"""From a world transformer to a bundle: both denoising steps of a frame in one graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from toolkit.episode import find_episodes, read_episode
from toolkit.model.bundle_folder import replaced_when_whole
from toolkit.model.export_onnx import name_weights, store_small, trace
from toolkit.model.transformer import rotate
from toolkit.model.world_transformer import KINDS, PIXELS, RECALLED, Made, WorldTransformer
from toolkit.runtime.world_bundle import (
    GRAPH,
    INPUTS,
    OUTPUTS,
    STARTS,
    TEXTURES,
    WorldShape,
    write_world_card,
)
from toolkit.runtime.world_textures import Textures, pack_textures


class WorldStep(nn.Module):
    """One frame: from noise and what is remembered to pixels and what to remember of them."""

    def __init__(self, transformer: WorldTransformer) -> None:
        super().__init__()
        self.net = transformer

    def forward(
        self,
        noise: Tensor,
        luck: Tensor,
        given: Tensor,
        use_given: Tensor,
        recalled: Tensor,
        action: Tensor,
        phase: Tensor,
        cells: Tensor,
        places: Tensor,
        bias: Tensor,
        past_k: Tensor,
        past_v: Tensor,
    ) -> tuple[Tensor, ...]:
        """``frame [P, 192]``, ``kinds [P]``, ``new_k`` and ``new_v [L, h, P, 64]``, ``motion
        [A, M]``, outcome.

        ``noise`` and ``given`` ``[P, 192]``; ``luck [P, 32]`` is added to the logits of what cells
        show; ``use_given`` is 1 to remember the given frame and 0 to make one; ``recalled [P,
        193]`` as in ``WorldTransformer``; ``action [1]``; ``phase [2]``; ``cells [P]``; of the
        slots ``places [S, 3]``, ``bias [S]`` and ``past_k``, ``past_v`` ``[L, h, S * P, 64]``. The
        outcome is the reward and the logit of the end.
        """
        net, count = self.net, self.net.shape.tokens
        turns = net.phases(places[None])
        past = [
            (rotate(keys[None], *turns), values[None])
            for keys, values in zip(past_k, past_v, strict=True)
        ]
        seen = torch.cat([bias.repeat_interleave(count), bias.new_zeros(count)])[None, None, None]
        here = net.phases(torch.zeros_like(places[:1])[None])

        def step(x: Tensor, shown: Tensor, level: float) -> Made:
            sigma = torch.full((1, 1), level)
            told = net.condition(sigma, action[None], phase[None, None])
            return net(
                x[None, None], recalled[None, None], told, shown[None, None], here, seen, past
            )

        last = net.shape.last_sigma
        begun = step(noise, cells, 1.0)
        kinds = self.decided(begun.kinds[0, 0] + luck, cells, use_given)
        clean = use_given * given + (1 - use_given) * begun.clean[0, 0]
        made = step((1 - last) * clean + last * noise, kinds, last)
        look = made.looks[0, 0]
        motion = net.motion(look).reshape(len(net.shape.action_names), -1)
        return (
            made.clean[0, 0], kinds, torch.cat(made.keys), torch.cat(made.values), motion,
            net.outcome(look),
        )  # fmt: skip

    def decided(self, logits: Tensor, cells: Tensor, use_given: Tensor) -> Tensor:
        """What each cell shows: what the player says, else the best kind; 0 in a given frame."""
        shape = self.net.shape
        if not shape.kinds:
            return cells
        world = torch.arange(shape.tokens) < shape.view_rows * shape.columns
        chosen = (logits[:, 1:].argmax(-1) + 1) * world * (use_given < 0.5)
        return torch.where(cells > 0, cells, chosen)


def example_inputs(transformer: WorldTransformer, *, seed: int = 0) -> tuple[Tensor, ...]:
    """Random inputs of the graph in the order of ``INPUTS``."""
    shape, preset = transformer.shape, transformer.preset
    generator = torch.Generator().manual_seed(seed)
    memory = (preset.depth, preset.heads, shape.slots * shape.tokens, preset.width // preset.heads)
    return (
        torch.randn(shape.tokens, PIXELS, generator=generator),
        torch.randn(shape.tokens, KINDS, generator=generator),
        torch.randn(shape.tokens, PIXELS, generator=generator),
        torch.zeros(1),
        torch.rand(shape.tokens, RECALLED, generator=generator),
        torch.zeros(1, dtype=torch.int64),
        torch.randn(2, generator=generator),
        torch.zeros(shape.tokens, dtype=torch.int64),
        torch.randn(shape.slots, 3, generator=generator).abs() * 4,
        torch.zeros(shape.slots),
        torch.randn(*memory, generator=generator),
        torch.randn(*memory, generator=generator),
    )


def export_world(
    transformer: WorldTransformer,
    folder: Path,
    *,
    name: str,
    starts: tuple[NDArray[np.uint8], NDArray[np.float32]],
    textures: Textures | None = None,
    training: Mapping[str, Any],
) -> None:
    """Write the bundle; the folder is replaced only when everything in it is ready.

    ``starts`` are first frames uint8 ``[K, H, W, 3]`` and their times of day in turns ``[K]``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with replaced_when_whole(folder) as made:
        export_graph(transformer, made / GRAPH)
        frames, phases = starts
        np.savez_compressed(made / STARTS, allow_pickle=False, frames=frames, phases=phases)
        if textures is not None:
            (made / TEXTURES).write_bytes(pack_textures(textures))
        write_world_card(made, name=name, shape=transformer.shape, training=training)


def export_graph(transformer: WorldTransformer, path: Path) -> None:
    """Write the graph of a frame; every shape is fixed."""
    step = WorldStep(transformer)
    trace(step, example_inputs(transformer), path, INPUTS, OUTPUTS)
    onnx.save(store_small(name_weights(onnx.load(path), step)), path)


def first_frames(
    folder: Path, shape: WorldShape, *, most: int = 64
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """First frames of the recorded episodes of a folder, and their times of day."""
    paths = find_episodes(folder)
    chosen = [read_episode(path) for path in paths[:: max(1, len(paths) // most)][:most]]
    frames = np.stack([episode.clip.frames[0, ..., :3] for episode in chosen])
    phases = [
        float(episode.tracks["phase"][0]) if shape.day and "phase" in episode.tracks else 0.0
        for episode in chosen
    ]
    return frames, np.array(phases, np.float32)
