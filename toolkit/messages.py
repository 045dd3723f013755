"""Request types and their JSON form; standard library only, because bridges ship a copy."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from toolkit.errors import BadRequest

MAX_FRAMES = 64
MAX_SIDE = 256
MAX_PROMPT = 1000
SamplerName = Literal["euler", "unipc", "lcm"]
SAMPLERS: tuple[SamplerName, ...] = ("euler", "unipc", "lcm")
ACTIONS = ("idle", "walk", "run", "jump", "attack", "cast", "hurt", "die")
DIRECTIONS = (
    "down", "down_right", "right", "up_right", "up", "up_left", "left", "down_left",
)  # fmt: skip


def _in_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadRequest(f"{name} is {value}; must be {low} to {high}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpriteRequest:
    """A prompt to become one animated sprite sheet; checks itself on construction."""

    prompt: str
    negative_prompt: str = ""
    num_frames: int = 8
    """Frames per action and direction, 1 to 64."""
    width: int = 64
    """Pixels, a multiple of 16 from 16 to 256."""
    height: int = 64
    fps: float = 12.0
    seed: int = 0
    num_inference_steps: int = 20
    guidance_scale: float = 2.5
    sampler: SamplerName = "euler"
    loop: bool = True
    actions: tuple[str, ...] = ()
    """Of ``ACTIONS``; empty means the prompt says it."""
    directions: int = 0
    """0 leaves it to the prompt; else 1, 2, 4 or 8 views."""
    image: bytes = b""
    """PNG of the first frame, or empty."""
    palette: tuple[str, ...] = ()
    """Colours as ``rrggbb``; empty keeps every colour the model makes."""
    max_colors: int = 0
    """0 keeps every colour; else 2 to 256 colours, fixed across all frames."""

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise BadRequest('prompt is empty; say what to draw, for example "a red knight walking".')
        if len(self.prompt) > MAX_PROMPT:
            raise BadRequest(f"prompt has {len(self.prompt)} characters; at most {MAX_PROMPT}.")
        _in_range("num_frames", self.num_frames, 1, MAX_FRAMES)
        for name, side in (("width", self.width), ("height", self.height)):
            if side % 16 or not 16 <= side <= MAX_SIDE:
                raise BadRequest(f"{name} is {side}; must be a multiple of 16 from 16 to {MAX_SIDE}.")
        _in_range("fps", self.fps, 1, 60)
        _in_range("seed", self.seed, 0, 2**63 - 1)
        _in_range("num_inference_steps", self.num_inference_steps, 1, 100)
        _in_range("guidance_scale", self.guidance_scale, 1, 20)
        if self.sampler not in SAMPLERS:
            raise BadRequest(f"sampler is {self.sampler!r}; choose from {', '.join(SAMPLERS)}.")
        for action in self.actions:
            if action not in ACTIONS:
                raise BadRequest(f"action is {action!r}; choose from {', '.join(ACTIONS)}.")
        if self.directions not in (0, 1, 2, 4, 8):
            raise BadRequest(f"directions is {self.directions}; must be 1, 2, 4 or 8.")
        for color in self.palette:
            if len(color) != 6 or any(digit not in "0123456789abcdefABCDEF" for digit in color):
                raise BadRequest(f"palette colour is {color!r}; write six hex digits, as in ff8800.")
        if self.max_colors != 0:
            _in_range("max_colors", self.max_colors, 2, 256)


Request = SpriteRequest
"""Every task the server accepts; further tasks join as a union."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One finished denoising step of a job."""

    step: int
    """1 to ``num_steps``."""
    num_steps: int
    label: str = ""
    """What is being made, for example ``walk_right``."""


def encode_request(request: Request) -> str:
    """The request as canonical JSON: sorted keys, no spaces, image bytes as hex."""
    body: dict[str, Any] = {"type": "sprites", **asdict(request)}
    body["image"] = request.image.hex()
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def decode_request(text: str) -> Request:
    """The request that ``encode_request`` wrote.

    Raises:
        BadRequest: the text is not such JSON, has an unknown field or a value out of range.
    """
    try:
        body: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRequest(f"request is not JSON: {error.msg} at character {error.pos}.") from error
    if not isinstance(body, dict) or body.pop("type", None) != "sprites":  # type: ignore[reportUnknownMemberType]
        raise BadRequest('request has no known type; write {"type": "sprites", "prompt": ...}.')
    known = {entry.name for entry in fields(SpriteRequest)}
    values: dict[str, Any] = body  # type: ignore[reportUnknownVariableType]
    if unknown := sorted(set(values) - known):
        raise BadRequest(f"unknown field {unknown[0]!r}; fields are {', '.join(sorted(known))}.")
    try:
        values["image"] = bytes.fromhex(values.get("image", ""))
        for name in ("actions", "palette"):
            values[name] = tuple(values.get(name, ()))
        return SpriteRequest(**values)
    except (TypeError, ValueError) as error:
        raise BadRequest(f"a request field has the wrong type: {error}.") from error
