"""WorldModelEnv: a simulated game as a Gymnasium environment, exact to repeat and to put back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from toolkit.diffusion.noise import gaussian
from toolkit.errors import BadRequest
from toolkit.pipelines.world_drift import Clean, forget_drifted, measure, read_drift
from toolkit.pipelines.world_moment import (
    KINDS,
    Floats,
    Frame,
    Moment,
    Undone,
    fields_of,
    luck_of,
)  # fmt: skip
from toolkit.pipelines.world_slots import Slots, admit, seen_from
from toolkit.runtime.world_bundle import WorldModel, cut_cells, frame_of, on_clock, tokens_of
from toolkit.runtime.world_map import WorldMap
from toolkit.runtime.world_memory import Kept
from toolkit.runtime.world_snapshot import pack_snapshot, unpack_snapshot

REWIND = 64
"""Frames that can be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """Parts of the memory that are turned off, to measure what they are worth."""

    recall: bool = True
    """Off: of the world only what the last frame showed is recalled."""
    keyframes: bool = True
    anchors: bool = True
    actions: bool = True
    """Off: the model is not told which action was taken."""


@dataclass(slots=True)
class _State:
    moment: Moment | None = None
    undo: deque[Undone] = field(default_factory=lambda: deque[Undone](maxlen=REWIND))


class WorldModelEnv(gymnasium.Env[Frame, int]):
    """A game dreamt by a world model.

    Observations are frames uint8 ``[H, W, 3]``. The noise of a frame depends on the session's seed
    and the frame's number only, so equal seeds, starts and actions give equal frames.

    Args:
        world: the loaded bundle; many environments may share one.
        ablation: what is turned off.
        anchoring: whether a game that has drifted from the look of its world is led back to its
            last clean frame, which takes the place of a step; ``info["anchored"]`` says so.
    """

    def __init__(
        self, world: WorldModel, *, ablation: Ablation | None = None, anchoring: bool = False
    ) -> None:
        self.world, self.shape = world, world.card.shape
        self.ablation, self.anchoring = ablation or Ablation(), anchoring
        self.render_mode = "rgb_array"
        self.metadata = {"render_modes": ["rgb_array"], "render_fps": self.shape.fps}
        self.observation_space = spaces.Box(0, 255, (*self.shape.size, 3), np.uint8)
        self.action_space: Any = spaces.Discrete(len(self.shape.action_names))
        self._slots = Slots(world)
        self._cells = np.zeros(self.shape.tokens, np.int64)
        self._map = WorldMap(self.shape)
        self._state = _State()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Frame, dict[str, Any]]:
        """A new game.

        ``options["start"]`` is a frame uint8 ``[H, W, 3]`` to begin with, several of them
        ``[T, H, W, 3]`` together with the ``options["actions"]`` ``[T - 1]`` between them, or a
        snapshot; without it the seed chooses one of the bundle's first frames.
        ``options["phase"]`` is the time of day of the first frame in turns.

        Raises:
            BadRequest: the start has another size, or is no snapshot of this bundle.
        """
        super().reset(seed=seed)
        options = options or {}
        number = int(self.np_random.integers(2**31)) if seed is None else seed
        if not 0 <= number < 2**32:
            raise BadRequest(f"seed is {number}; must be 0 to {2**32 - 1}.")
        start = options.get("start")
        if isinstance(start, bytes):
            self.restore(start)
            return self._now.frame.copy(), self._info()
        frames, phase = self._start(start, number)
        actions = [int(action) for action in options.get("actions", ())]
        if len(actions) != len(frames) - 1:
            raise BadRequest(
                f"{len(actions)} actions are given for {len(frames)} frames of the start; "
                f"give {len(frames) - 1}, one between each two."
            )
        self._begin(number, float(options.get("phase", phase)), frames[0])
        for action, frame in zip(actions, frames[1:], strict=True):
            self._advance(self._checked(action), given=frame)
        self._state.undo.clear()
        return self._now.frame.copy(), self._info()

    def step(self, action: int) -> tuple[Frame, float, bool, bool, dict[str, Any]]:
        """The next frame after an action.

        Raises:
            BadRequest: there is no such action, or the game has not begun.
        """
        reward, ended = self._advance(self._checked(int(action)), given=None)
        return self._now.frame.copy(), reward, ended, False, self._info()

    def render(self) -> Frame:  # type: ignore[override]  # gymnasium leaves its type open
        """The present frame."""
        return self._now.frame.copy()

    @property
    def info(self) -> dict[str, Any]:
        """What ``step`` tells of the present frame beside its pixels."""
        return self._info()

    def say_cells(self, cells: NDArray[np.integer[Any]] | None) -> None:
        """Tell what each cell of the next frames shows, ``[rows, columns]``; None says nothing.

        With it the game's state lives with the caller, and the model draws it.

        Raises:
            BadRequest: the cells have another shape or numbers that there are not.
        """
        if cells is None:
            self._cells = np.zeros(self.shape.tokens, np.int64)
            return
        wanted = (self.shape.rows, self.shape.columns)
        if cells.shape != wanted or cells.min() < 0 or cells.max() > 31:
            raise BadRequest(
                f"cells are {list(cells.shape)}; must be {list(wanted)} of numbers 0 to 31."
            )
        self._cells = cells.reshape(-1).astype(np.int64)

    def snapshot(self) -> bytes:
        """Everything that the game goes on from; equal games have equal snapshots."""
        moment = self._now
        return pack_snapshot(
            self.world.card,
            moment_fields=fields_of(moment),
            arrays={
                "frame": moment.frame,
                "clean": moment.drift.clean.frame if moment.drift else moment.frame,
                "kinds": moment.kinds,
                "motion": moment.motion,
                "cells": self._cells,
                **self._slots.pack(sorted(moment.slots)),
                **self._map.pack(),
            },
        )

    def restore(self, state: bytes) -> None:
        """Go on from a snapshot.

        Raises:
            BadRequest: it is cut off, damaged, of a later version or of another bundle.
        """
        fields, arrays = unpack_snapshot(self.world.card, state, like=self._slots.keys)
        slots = {
            int(slot): Kept(time=int(time), place=(float(down), float(right)))
            for slot, time, down, right in fields["slots"]
        }
        for index, slot in enumerate(sorted(slots)):
            self._slots.put(slot, arrays["keys"][index], arrays["values"][index])
        self._cells = arrays["cells"]
        self._map.unpack(arrays["map_cells"], arrays["map_times"], arrays["map_pixels"])
        down, right = fields["place"]
        moment = Moment(
            seed=int(fields["seed"]), tick=int(fields["tick"]), phase=float(fields["phase"]),
            place=(float(down), float(right)), slots=slots, frame=arrays["frame"],
            kinds=arrays["kinds"], motion=arrays["motion"], ended=bool(fields["ended"]),
            drift=read_drift(fields, arrays["clean"]), anchored=bool(fields["anchored"]),
        )  # fmt: skip
        self._state = _State(moment=moment)

    def branch(self) -> WorldModelEnv:
        """A second game in the same state; what happens in one leaves the other alone."""
        other = WorldModelEnv(self.world, ablation=self.ablation, anchoring=self.anchoring)
        other.restore(self.snapshot())
        return other

    def rewind(self, frames: int = 1) -> Frame:
        """Take back the last frames, at most 64, and return the one that is then present.

        Raises:
            BadRequest: there are not so many.
        """
        if not 1 <= frames <= len(self._state.undo):
            raise BadRequest(f"frames is {frames}; {len(self._state.undo)} can be taken back here.")
        for _ in range(frames):
            undone = self._state.undo.pop()
            self._slots.put(undone.slot, undone.keys, undone.values)
            self._map.undo(undone.seen)
            self._state.moment = undone.moment
        return self._now.frame.copy()

    @property
    def _now(self) -> Moment:
        if self._state.moment is None:
            raise BadRequest("the game has not begun; call reset first.")
        return self._state.moment

    def _checked(self, action: int) -> int:
        most = len(self.shape.action_names) - 1
        if not 0 <= action <= most:
            raise BadRequest(f"action is {action}; this world has 0 to {most}.")
        return action

    def _start(self, start: object, seed: int) -> tuple[Frame, float]:
        if start is None:
            index = seed % len(self.world.starts)
            return self.world.starts[index][None], float(self.world.start_phases[index])
        frames = np.asarray(start, np.uint8)
        frames = frames[None] if frames.ndim == 3 else frames
        tokens_of(frames, self.shape)
        if not len(frames):
            raise BadRequest("the start has no frame; give at least one.")
        return frames, 0.0

    def _begin(self, seed: int, phase: float, first: Frame) -> None:
        self._cells = np.zeros(self.shape.tokens, np.int64)
        self._map = WorldMap(self.shape)
        none = len(self.shape.action_names)
        still = np.zeros((none, len(self.shape.motions)), np.float32)
        before = Moment(
            seed=seed, tick=-1, phase=phase - self.shape.day, place=(0.0, 0.0), slots={},
            frame=first, kinds=self._cells, motion=still,
        )  # fmt: skip
        self._state = _State(moment=before)
        self._make(none, (0.0, 0.0), given=first)

    def _advance(self, action: int, *, given: Frame | None) -> tuple[float, bool]:
        now = self._now
        told = self._cells.any()  # what the client says is true, whatever it looks like
        if self.anchoring and given is None and not told and now.drift and now.drift.lost:
            return self._lead_back(now, now.drift.clean)
        down, right = self.shape.motions[int(now.motion[action].argmax())]
        return self._make(action, (now.place[0] + down, now.place[1] + right), given=given)

    def _lead_back(self, drifted: Moment, clean: Clean) -> tuple[float, bool]:
        """Show the last clean frame again, and forget what was dreamt after it."""
        assert self.world.textures is not None, "what has drifted was measured"
        forgotten = forget_drifted(self._map, self.world.textures, since=clean.time)
        slots = {slot: kept for slot, kept in drifted.slots.items() if kept.time <= clean.time}
        self._state.moment = replace(drifted, slots=slots)
        result = self._make(len(self.shape.action_names), clean.place, given=clean.frame)
        undone = self._state.undo[-1]
        undone.moment, undone.seen = drifted, {**undone.seen, **forgotten}
        self._now.anchored = True
        return result

    def _make(
        self, action: int, place: tuple[float, float], *, given: Frame | None
    ) -> tuple[float, bool]:
        """Make the next frame, or take the one given, and remember it."""
        now, shape = self._now, self.shape
        told = action if self.ablation.actions else len(shape.action_names)
        tick, phase = now.tick + 1, (now.phase + shape.day) % 1 if shape.day else 0.0
        drawn = gaussian((shape.tokens, 192 + 2 * KINDS), seed=now.seed, stream=tick)
        noise, recalled = drawn[:, :192], self._recalled(place)
        present = Kept(time=tick, place=place)
        places, bias = seen_from(
            now.slots, present, shape, keyframes=self.ablation.keyframes,
            anchors=self.ablation.anchors and shape.anchored,
        )  # fmt: skip
        pixels, kinds, keys, values, motion, outcome = self.world.graph.run(
            {
                "noise": noise,
                "luck": luck_of(drawn[:, 192:], known=recalled[:, 192:] > 0, share=shape.luck),
                "recalled": recalled,
                "given": noise if given is None else tokens_of(given, shape),
                "use_given": np.array([given is not None], np.float32),
                "action": np.array([told], np.int64),
                "phase": on_clock(phase, shape.day),
                "cells": self._cells,
                "places": places,
                "bias": bias,
                "past_k": self._slots.keys,
                "past_v": self._slots.values,
            }
        )
        frame = frame_of(pixels, shape) if given is None else given
        ended = bool(outcome[1] > 0)
        shown = cut_cells(frame, shape)
        drift = None
        if self.world.textures is not None:
            drift = measure(self.world.textures, shown, now.drift, present=present, frame=frame)
        slot, slots = admit(now.slots, present, shape)
        before = self._slots.put(slot, keys, values)
        seen = self._map.see(place, shown, tick)
        self._state.undo.append(
            Undone(moment=now, slot=slot, keys=before[0], values=before[1], seen=seen)
        )
        self._state.moment = Moment(
            seed=now.seed, tick=tick, phase=phase, place=place, slots=slots, frame=frame,
            kinds=kinds.astype(np.int64), motion=motion, ended=ended, drift=drift,
        )  # fmt: skip
        return float(outcome[0]), ended

    def _recalled(self, place: tuple[float, float]) -> Floats:
        """What the cells in view of a place looked like, as ``WorldMap.recall`` tells it."""
        now = self._now
        shown = cut_cells(now.frame, self.shape) if now.tick >= 0 else None
        since = 0 if self.ablation.recall and self.shape.recall else now.tick
        recalled = self._map.recall(place, shown, since=since)
        recalled[self._cells > 0] = 0  # a model trusts its memory more than what is said
        return recalled

    def _info(self) -> dict[str, Any]:
        now = self._now
        return {
            "frame_index": now.tick, "place": now.place, "phase": now.phase,
            "valid": now.drift.share if now.drift else None, "anchored": now.anchored,
            "cells": now.kinds.reshape(self.shape.rows, self.shape.columns),
        }  # fmt: skip


def make_vector(world: WorldModel, count: int) -> gymnasium.vector.SyncVectorEnv:
    """``count`` games of one world side by side, as Gymnasium's vector environment."""
    return gymnasium.vector.SyncVectorEnv([lambda: WorldModelEnv(world)] * count)
