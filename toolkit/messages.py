"""Request types and their JSON form; standard library only, because bridges ship a copy."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, cast

from toolkit import turntable_request
from toolkit.errors import BadRequest
from toolkit.field_checks import (
    MAX_IMAGE_BYTES,
    MAX_PROMPT,
    check_color,
    check_image,
    check_kinds,
    check_text,
    in_range,
)
from toolkit.turntable_request import TurntableRequest

__all__ = [
    "ACTIONS", "DIRECTIONS", "MAX_FRAMES", "MAX_IMAGE_BYTES", "MAX_PROMPT", "MAX_SIDE", "SAMPLERS",
    "Progress", "Request", "SamplerName", "SpriteRequest", "TurntableRequest", "decode_request",
    "encode_request",
]  # fmt: skip
MAX_FRAMES = 64
MAX_SIDE = 256
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
FIELDS = {
    "integers": INTEGERS, "numbers": NUMBERS, "texts": TEXTS, "flags": ("loop",),
    "name_lists": NAME_LISTS, "images": ("image",),
}  # fmt: skip


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
    max_colors: int = 32
    """0 keeps every colour; else 2 to 256 for all frames; those of ``image`` stay in any case."""

    def __post_init__(self) -> None:
        check_kinds(self, FIELDS)
        if not self.prompt.strip():
            raise BadRequest(
                'prompt is empty; say what to draw, for example "a red knight walking".'
            )
        for name in ("prompt", "negative_prompt"):
            check_text(name, getattr(self, name))
        in_range("num_frames", self.num_frames, 1, MAX_FRAMES)
        for name, side in (("width", self.width), ("height", self.height)):
            if side % 16 or not 16 <= side <= MAX_SIDE:
                raise BadRequest(
                    f"{name} is {side}; must be a multiple of 16 from 16 to {MAX_SIDE}."
                )
        in_range("fps", self.fps, 1, 60)
        in_range("seed", self.seed, 0, 2**63 - 1)
        in_range("num_inference_steps", self.num_inference_steps, 1, 100)
        in_range("guidance_scale", self.guidance_scale, 1, 20)
        if self.sampler not in SAMPLERS:
            raise BadRequest(f"sampler is {self.sampler!r}; choose from {', '.join(SAMPLERS)}.")
        for action in self.actions:
            if action not in ACTIONS:
                raise BadRequest(f"action is {action!r}; choose from {', '.join(ACTIONS)}.")
            if self.actions.count(action) > 1:
                raise BadRequest(f"action {action!r} comes twice; name each action once.")
        if self.directions not in (0, 1, 2, 4, 8):
            raise BadRequest(f"directions is {self.directions}; must be 1, 2, 4 or 8.")
        check_image(self.image)
        if len(self.palette) > 256:
            raise BadRequest(f"palette has {len(self.palette)} colours; at most 256.")
        for color in self.palette:
            check_color("palette colour", color)
        if self.max_colors != 0:
            in_range("max_colors", self.max_colors, 2, 256)


Request = SpriteRequest | TurntableRequest
"""Every task the server accepts."""
TYPES: dict[str, type[SpriteRequest] | type[TurntableRequest]] = {
    "sprites": SpriteRequest,
    "turntable": TurntableRequest,
}
FLOATS = (*NUMBERS, *turntable_request.FIELDS["numbers"])
"""Fields whose whole numbers are written as 12.0 too, so that equal requests have equal JSON."""
LISTS = (*NAME_LISTS, "passes", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One finished denoising step of a job."""

    step: int
    """1 to ``num_steps``."""
    num_steps: int
    label: str = ""
    """What is being made, for example ``walk_right``."""


def encode_request(request: Request) -> str:
    """The request as canonical JSON: sorted keys, no spaces, image bytes as hex.

    Of a mesh only its file name is written: folders are nobody else's business, and what the file
    holds is sent beside the request.
    """
    kind = next(kind for kind, of in TYPES.items() if isinstance(request, of))
    body: dict[str, Any] = {"type": kind, **asdict(request)}
    body["image"] = request.image.hex()
    body.pop("mesh_bytes", None)
    for name in FLOATS:
        if name in body:
            body[name] = float(body[name])
    if isinstance(request, TurntableRequest):
        body["mesh"] = request.mesh.replace("\\", "/").rpartition("/")[2]
        body["path"] = [[float(part) for part in stop] for stop in request.path]
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def decode_request(text: str) -> Request:
    """The request that ``encode_request`` wrote; a mesh comes back as its file name only.

    Raises:
        BadRequest: the text is not such JSON, has an unknown field or a value out of range.
    """
    body = _read_object(text)
    kind = TYPES.get(str(body.pop("type", None)))
    if kind is None:
        raise BadRequest(
            f'request has no known type; write {{"type": "sprites", "prompt": ...}}, '
            f"or another of {', '.join(TYPES)}."
        )
    known = {entry.name for entry in fields(kind)} - {"mesh_bytes"}
    if unknown := sorted(set(body) - known):
        raise BadRequest(f"unknown field {unknown[0]!r}; fields are {', '.join(sorted(known))}.")
    image = body.get("image", "")
    try:
        body["image"] = bytes.fromhex(image)
    except (TypeError, ValueError) as error:
        raise BadRequest(f"image is {image!r:.60}; must be the bytes of a PNG in hex.") from error
    for name in LISTS:
        if name in body:
            body[name] = _as_tuple(body[name])
    if set(str(body.get("mesh", ""))) & set("/\\:"):
        raise BadRequest(f"mesh is {body['mesh']!r:.60}; send its file name, without a folder.")
    if kind is SpriteRequest:
        body.setdefault("prompt", "")
    return kind(**body)


def _as_tuple(value: Any) -> Any:
    """JSON lists, also inside of lists, as tuples; anything else as it is."""
    if not isinstance(value, list):
        return value
    return tuple(_as_tuple(entry) for entry in cast(list[Any], value))


def _read_object(text: str) -> dict[str, Any]:
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"request is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise BadRequest('request has no known type; write {"type": "sprites", "prompt": ...}.')
    return cast(dict[str, Any], body)
