"""Request types and their JSON form; standard library only, because bridges ship a copy."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, cast

from toolkit.errors import BadRequest

MAX_FRAMES = 64
MAX_SIDE = 256
MAX_PROMPT = 1000
MAX_IMAGE_BYTES = 64 * 2**20
SamplerName = Literal["euler", "unipc", "lcm"]
SAMPLERS: tuple[SamplerName, ...] = ("euler", "unipc", "lcm")
ACTIONS = ("idle", "walk", "run", "jump", "attack", "cast", "hurt", "die")
DIRECTIONS = (
    "down", "down_right", "right", "up_right", "up", "up_left", "left", "down_left",
)  # fmt: skip


INTEGERS = ("num_frames", "width", "height", "seed", "num_inference_steps", "directions",
            "max_colors")  # fmt: skip
NUMBERS = ("fps", "guidance_scale")
TEXTS = ("prompt", "negative_prompt", "sampler")
NAME_LISTS = ("actions", "palette")


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
        _check_types(self)
        if not self.prompt.strip():
            raise BadRequest(
                'prompt is empty; say what to draw, for example "a red knight walking".'
            )
        for name in ("prompt", "negative_prompt"):
            _check_text(name, getattr(self, name))
        _in_range("num_frames", self.num_frames, 1, MAX_FRAMES)
        for name, side in (("width", self.width), ("height", self.height)):
            if side % 16 or not 16 <= side <= MAX_SIDE:
                raise BadRequest(
                    f"{name} is {side}; must be a multiple of 16 from 16 to {MAX_SIDE}."
                )
        _in_range("fps", self.fps, 1, 60)
        _in_range("seed", self.seed, 0, 2**63 - 1)
        _in_range("num_inference_steps", self.num_inference_steps, 1, 100)
        _in_range("guidance_scale", self.guidance_scale, 1, 20)
        if self.sampler not in SAMPLERS:
            raise BadRequest(f"sampler is {self.sampler!r}; choose from {', '.join(SAMPLERS)}.")
        for action in self.actions:
            if action not in ACTIONS:
                raise BadRequest(f"action is {action!r}; choose from {', '.join(ACTIONS)}.")
            if self.actions.count(action) > 1:
                raise BadRequest(f"action {action!r} comes twice; name each action once.")
        if self.directions not in (0, 1, 2, 4, 8):
            raise BadRequest(f"directions is {self.directions}; must be 1, 2, 4 or 8.")
        if len(self.image) > MAX_IMAGE_BYTES:
            raise BadRequest(f"image has {len(self.image)} bytes; at most {MAX_IMAGE_BYTES}.")
        if len(self.palette) > 256:
            raise BadRequest(f"palette has {len(self.palette)} colours; at most 256.")
        for color in self.palette:
            if len(color) != 6 or any(digit not in "0123456789abcdefABCDEF" for digit in color):
                raise BadRequest(
                    f"palette colour is {color!r}; write six hex digits, as in ff8800."
                )
        if self.max_colors != 0:
            _in_range("max_colors", self.max_colors, 2, 256)


def _check_types(request: SpriteRequest) -> None:
    """Refuse what JSON or a careless caller may put into a field: ``True`` is no number."""
    for names, kinds, word in (
        (INTEGERS, (int,), "a whole number"),
        (NUMBERS, (int, float), "a number"),
        (TEXTS, (str,), "text"),
        (NAME_LISTS, (tuple,), "a tuple of texts"),
        (("image",), (bytes,), "bytes"),
    ):
        for name in names:
            value = getattr(request, name)
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise BadRequest(f"{name} is {value!r:.60}; must be {word}.")
    for name in NAME_LISTS:
        for entry in getattr(request, name):
            if not isinstance(entry, str):
                raise BadRequest(f"{name} holds {entry!r:.60}; must be a tuple of texts.")
    if not isinstance(request.loop, bool):  # type: ignore[reportUnnecessaryIsInstance]
        raise BadRequest(f"loop is {request.loop!r:.60}; must be true or false.")


def _check_text(name: str, text: str) -> None:
    if len(text) > MAX_PROMPT:
        raise BadRequest(f"{name} has {len(text)} characters; at most {MAX_PROMPT}.")
    if "\0" in text or text.encode("utf-8", "replace").decode() != text:
        raise BadRequest(f"{name} holds a NUL or half a character; take it out.")


def _in_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadRequest(f"{name} is {value}; must be {low} to {high}.")


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
    for name in NUMBERS:
        body[name] = float(body[name])
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def decode_request(text: str) -> Request:
    """The request that ``encode_request`` wrote.

    Raises:
        BadRequest: the text is not such JSON, has an unknown field or a value out of range.
    """
    body = _read_object(text)
    if body.pop("type", None) != "sprites":
        raise BadRequest('request has no known type; write {"type": "sprites", "prompt": ...}.')
    known = {entry.name for entry in fields(SpriteRequest)}
    if unknown := sorted(set(body) - known):
        raise BadRequest(f"unknown field {unknown[0]!r}; fields are {', '.join(sorted(known))}.")
    image = body.get("image", "")
    try:
        body["image"] = bytes.fromhex(image)
    except (TypeError, ValueError) as error:
        raise BadRequest(f"image is {image!r:.60}; must be the bytes of a PNG in hex.") from error
    for name in NAME_LISTS:
        if isinstance(body.get(name, ()), list):
            body[name] = tuple(body[name])
    body.setdefault("prompt", "")
    return SpriteRequest(**body)


def _read_object(text: str) -> dict[str, Any]:
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"request is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise BadRequest('request has no known type; write {"type": "sprites", "prompt": ...}.')
    return cast(dict[str, Any], body)
