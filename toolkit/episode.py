"""Episode: a clip of a game and the actions that made it, and its one file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.damaged_zip import DAMAGED_ZIP
from toolkit.errors import BadRequest

SUFFIX = ".npz"
FORMAT = 1
TRACK = "track_"
"""Prefix of the arrays that hold tracks, so that none can take the name of another part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What was seen and what was done, in order: frame 0, action 0, frame 1, action 1, ..."""

    clip: Clip
    """``T`` frames; frame 0 is what was seen before the first action."""
    actions: NDArray[np.int64]
    """int64 ``[T - 1]``; ``actions[i]`` leads from frame ``i`` to frame ``i + 1``."""
    action_names: tuple[str, ...]
    """Names of the actions by number."""
    rewards: NDArray[np.float32]
    """f32 ``[T - 1]``; what each action earned."""
    terminated: bool = False
    """Whether the game ended with the last frame, and not only the recording."""
    tracks: Mapping[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])
    """What else is known of each frame: arrays ``[T, ...]`` by name, numbers or booleans.

    Playreel's games write ``motion`` f32 ``[T, 2]`` (cells down and right that the camera moved
    since the frame before), ``phase`` f32 ``[T]`` (time of day in turns) and ``semantic`` uint8
    ``[T, rows, columns]`` (what each cell shows; 0 means not said).
    """

    def __post_init__(self) -> None:
        frames = self.clip.num_frames
        if self.actions.dtype != np.int64 or self.actions.shape != (frames - 1,):
            raise BadRequest(
                f"actions are {self.actions.dtype} {list(self.actions.shape)} for {frames} frames; "
                f"must be int64 [{frames - 1}], one between each two frames."
            )
        if self.rewards.dtype != np.float32 or self.rewards.shape != (frames - 1,):
            raise BadRequest(
                f"rewards are {self.rewards.dtype} {list(self.rewards.shape)} for {frames} frames; "
                f"must be float32 [{frames - 1}]."
            )
        if not self.action_names or len(set(self.action_names)) != len(self.action_names):
            raise BadRequest(f"action_names are {self.action_names}; give each action its own.")
        for action in np.unique(self.actions).tolist():
            if not 0 <= action < len(self.action_names):
                raise BadRequest(
                    f"an action is {action}; this game has 0 to {len(self.action_names) - 1}."
                )
        for name, track in self.tracks.items():
            if track.ndim < 1 or len(track) != frames or track.dtype.kind not in "biuf":
                raise BadRequest(
                    f"track {name!r} is {track.dtype} {list(track.shape)}; "
                    f"must be numbers or booleans [{frames}, ...], one entry a frame."
                )

    @property
    def num_frames(self) -> int:
        """How many frames were seen: one more than actions."""
        return self.clip.num_frames


def encode_episode(episode: Episode) -> bytes:
    """The episode as one ``.npz`` file, which ``numpy.load`` reads too; equal in, equal out.

    Opaque frames are stored without alpha. Only ``fps`` and ``metadata`` of the clip are kept
    beside its frames: timing of single frames, tags and pivot have no meaning in a game.
    """
    frames = episode.clip.frames
    opaque = bool((frames[..., 3] == 255).all())
    card = {
        "format": FORMAT,
        "fps": float(episode.clip.fps),
        "action_names": episode.action_names,
        "terminated": episode.terminated,
        "metadata": dict(episode.clip.metadata),
    }
    arrays: dict[str, NDArray[Any]] = {
        "card": np.frombuffer(json.dumps(card, sort_keys=True).encode(), np.uint8),
        "frames": frames[..., :3] if opaque else frames,
        "actions": episode.actions,
        "rewards": episode.rewards,
        **{TRACK + name: track for name, track in sorted(episode.tracks.items())},
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def decode_episode(content: bytes, *, name: str = "the episode") -> Episode:
    """The episode that ``encode_episode`` wrote; ``name`` is what messages call it.

    Raises:
        BadRequest: the content is cut off, damaged, of a later version or no episode.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays: dict[str, NDArray[Any]] = {key: file[key] for key in file.files}
        card: dict[str, Any] = json.loads(arrays["card"].tobytes())
        version = card["format"]
        if version != FORMAT:
            raise BadRequest(
                f"{name} has format {version!r:.20}; this version reads {FORMAT}, update playreel."
            )
        return _episode(card, arrays)
    except (*DAMAGED_ZIP, ValueError, TypeError, AttributeError) as error:
        raise BadRequest(
            f"{name} is no whole episode file ({type(error).__name__}); "
            "it was cut off or damaged, record it again with playreel record."
        ) from error


def _episode(card: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Episode:
    frames = arrays["frames"]
    if frames.shape[-1] == 3:
        alpha = np.full((*frames.shape[:-1], 1), 255, np.uint8)
        frames = np.concatenate([frames, alpha], -1)
    return Episode(
        clip=Clip(frames=frames, fps=float(card["fps"]), metadata=dict(card["metadata"])),
        actions=arrays["actions"],
        action_names=tuple(str(name) for name in card["action_names"]),
        rewards=arrays["rewards"],
        terminated=bool(card["terminated"]),
        tracks={key[len(TRACK) :]: value for key, value in arrays.items() if key.startswith(TRACK)},
    )


def read_episode(path: Path) -> Episode:
    """The episode of a file.

    Raises:
        BadRequest: the file is missing, unreadable, cut off, damaged or no episode.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRequest(
            f"{path} cannot be read: {error.strerror or error}; name an episode file."
        ) from error
    return decode_episode(content, name=str(path))


def find_episodes(folder: Path) -> list[Path]:
    """The episode files of a folder, by name.

    Raises:
        BadRequest: there is none.
    """
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise BadRequest(f"{folder} holds no episode; make some with playreel record -o {folder}.")
    return paths
