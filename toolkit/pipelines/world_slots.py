"""The keys and values of remembered frames, in the slots that the graph reads them from.

Letters in shapes: L layers, h heads, P cells a frame, S slots, n slots that are in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.world_bundle import WorldModel, WorldShape
from toolkit.runtime.world_memory import FrameMemory, Kept

Floats = NDArray[np.float32]
FORGOTTEN = -1e4
"""Bias of a slot that is not looked at."""


class Slots:
    """Keys and values f32 ``[L, h, S * P, 64]`` as the graph of a world takes them."""

    def __init__(self, world: WorldModel) -> None:
        layers, heads, cells, width = (int(size) for size in world.graph.input_shape("past_k"))
        self._tokens = world.card.shape.tokens
        assert cells == world.card.shape.slots * self._tokens, "the card describes its graph"
        self.keys = np.zeros((layers, heads, cells, width), np.float32)
        self.values = np.zeros_like(self.keys)

    def put(self, slot: int, keys: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Fill a slot with ``[L, h, P, 64]`` each; returns what lay there."""
        span = self._span(slot)
        before = self.keys[:, :, span].copy(), self.values[:, :, span].copy()
        self.keys[:, :, span], self.values[:, :, span] = keys, values
        return before

    def pack(self, slots: Sequence[int]) -> dict[str, Floats]:
        """What lies in some slots: ``keys`` and ``values`` ``[n, L, h, P, 64]``."""
        spans = [self._span(slot) for slot in slots]
        return {
            "keys": np.stack([self.keys[:, :, span] for span in spans]),
            "values": np.stack([self.values[:, :, span] for span in spans]),
        }

    def _span(self, slot: int) -> slice:
        return slice(slot * self._tokens, (slot + 1) * self._tokens)


def admit(
    slots: Mapping[int, Kept], newest: Kept, shape: WorldShape
) -> tuple[int, Mapping[int, Kept]]:
    """The slot that the newest frame takes, and the slots in use from then on."""
    memory = FrameMemory(
        recents=shape.recents,
        keyframes=shape.keyframes,
        view=(shape.view_rows, shape.columns),
    )
    memory.slots = dict(slots)
    return memory.admit(newest), memory.slots


def seen_from(
    slots: Mapping[int, Kept], present: Kept, shape: WorldShape, *, keyframes: bool, anchors: bool
) -> tuple[Floats, Floats]:
    """Camera and age of each slot as the present frame sees them ``[S, 3]``, and its bias ``[S]``.

    Without ``keyframes`` only the newest frames are looked at, without ``anchors`` every camera
    stands where the present one does.
    """
    places = np.zeros((shape.slots, 3), np.float32)
    bias = np.full(shape.slots, FORGOTTEN, np.float32)
    recents = set(sorted(kept.time for kept in slots.values())[-shape.recents :])
    for slot, kept in slots.items():
        if kept.time in recents or keyframes:
            bias[slot] = 0
        if anchors:
            places[slot, 0] = kept.place[0] - present.place[0]
            places[slot, 1] = kept.place[1] - present.place[1]
        places[slot, 2] = present.time - kept.time
    return places, bias
