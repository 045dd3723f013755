"""A request as the form says it, and the form as a request says it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from toolkit.messages import SpriteRequest, TurntableRequest, encode_request

MAX_SEED = 2**31 - 1
"""Blender's whole numbers have 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpriteForm:
    """What the user chose for a sprite."""

    prompt: str
    negative_prompt: str = ""
    num_frames: int = 8
    width: int = 64
    height: int = 64
    fps: float = 12.0
    seed: int = 0
    loop: bool = True
    actions: tuple[str, ...] = ()
    directions: int = 0


def sprite_body(form: SpriteForm) -> Mapping[str, Any]:
    """The request object to submit.

    Raises:
        BadRequest: a field is out of range; the message says which and what is allowed.
    """
    body: dict[str, Any] = json.loads(encode_request(SpriteRequest(**asdict(form))))
    return body


def turn_body(form: SpriteForm, views: int) -> Mapping[str, Any]:
    """The request object of a turntable of the form's prompt.

    Raises:
        BadRequest: a field is out of range; the message says which and what is allowed.
    """
    request = TurntableRequest(
        prompt=form.prompt, negative_prompt=form.negative_prompt, views=views, width=form.width,
        height=form.height, fps=form.fps, seed=form.seed,
    )  # fmt: skip
    body: dict[str, Any] = json.loads(encode_request(request))
    return body


def form_of(request: Mapping[str, Any]) -> SpriteForm:
    """The form that a request in the history came from, as far as this form can say it."""
    known: dict[str, Any] = {
        name: request[name] for name in SpriteForm.__slots__ if name in request
    }
    known["prompt"] = known.get("prompt", "")
    known["actions"] = tuple(known.get("actions", ()))
    known["seed"] = min(int(known.get("seed", 0)), MAX_SEED)
    return SpriteForm(**known)


def label_of(request: Mapping[str, Any]) -> str:
    """What a request is called: its prompt, or the name of its mesh; empty when it has neither."""
    prompt = request.get("prompt")
    if isinstance(prompt, str) and prompt:
        return prompt
    mesh = request.get("mesh")
    return PurePosixPath(mesh).stem if isinstance(mesh, str) else ""


def file_stem(text: str) -> str:
    """A name for files and things in the scene: the first words, plain letters only."""
    words = re.findall(r"[0-9A-Za-z]+", text)[:6]
    return "_".join(words).lower()[:40] or "sprite"
