"""``model.json``: what a clip bundle says about itself, checked before anything of it is opened."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from toolkit.errors import ModelMismatch
from toolkit.messages import SpriteRequest
from toolkit.runtime.bundle_files import SHA256, read_file

CONTRACT = {"format": 1, "kind": "clip", "text_tokens": 24, "control_size": 12}
"""What a bundle must say for this version to run it."""
PATCHES = (1, 2, 4, 8, 16)
"""Patch sides that divide every canvas, whose sides are multiples of 16."""
TEXT_ENCODER, DENOISER, STUDENT = "text_encoder.onnx", "denoiser.onnx", "student.onnx"
DENOISER_INPUTS = (
    "sample", "sigma", "text_embeds", "pooled", "control", "rope_cos", "rope_sin",
)  # fmt: skip
GRAPHS = {
    TEXT_ENCODER: ("input_ids", "attention_mask"),
    DENOISER: DENOISER_INPUTS,
    STUDENT: DENOISER_INPUTS,
}
"""Graph file to the inputs it must have."""
REQUIRED = (TEXT_ENCODER, DENOISER, "tokenizer.json")
"""Files of every bundle; ``STUDENT`` comes with those whose card tells of one."""
MISSING = "reinstall playreel or name another --bundle"
COLOR = re.compile(r"[0-9a-f]{6}")
PLAIN_NAME = re.compile(r"\w[\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """The few-step network of a bundle: one run a step, guidance folded in."""

    num_inference_steps: int
    guidance_scale: float

    def serves(self, request: SpriteRequest) -> bool:
        """Whether a request asks for just the steps, guidance and sampler that were distilled."""
        return (
            request.num_inference_steps == self.num_inference_steps
            and request.guidance_scale == self.guidance_scale
            and request.sampler == "euler"
            and not request.negative_prompt
        )

    def quickened(self, request: SpriteRequest) -> SpriteRequest:
        """The same request for the few-step network's steps and guidance."""
        return replace(
            request,
            num_inference_steps=self.num_inference_steps,
            guidance_scale=self.guidance_scale,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How every sprite of a learned style is finished."""

    pitch: int = 1
    """Side of the art's own pixels, 1 to 16."""
    palette: tuple[str, ...] = ()
    """Its colours as ``rrggbb``, at most 256; empty where it has more."""


PLAIN = Look()
"""Sprites stay as they are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a bundle says about itself."""

    name: str
    version: str
    licence: str
    hash: str
    """sha256 of ``model.json``, which holds the hash of every other file."""
    patch: int
    text_tokens: int
    control_size: int
    training: Mapping[str, Any]
    files: Mapping[str, str]
    """File name to sha256."""
    student: Student | None = None
    """The few-step network, where the bundle has one."""
    look: Look = PLAIN
    """Of a style of one's own; other bundles draw whatever grid and colours they like."""


def needed(card: ModelCard) -> tuple[str, ...]:
    """The files of a bundle that are loaded."""
    return REQUIRED if card.student is None else (*REQUIRED, STUDENT)


def read_card(folder: Path) -> ModelCard:
    """The checked ``model.json`` of a bundle.

    Raises:
        ModelNotFound: it is missing.
        ModelMismatch: it is damaged, or describes a bundle that this version cannot run.
    """
    path = folder / "model.json"
    raw = read_file(path, missing=MISSING)
    try:
        return _card(json.loads(raw), hashlib.sha256(raw).hexdigest())
    except (ValueError, RecursionError) as error:
        raise ModelMismatch(
            f"{path} describes no bundle of this version ({error}); reinstall playreel."
        ) from error


def _card(body: object, digest: str) -> ModelCard:
    """The card that a decoded model.json holds; ``ValueError`` says what is wrong with it."""
    fields = _object("the file", body)
    for name, wanted in CONTRACT.items():
        if fields.get(name) != wanted:
            raise ValueError(f"{name} is {fields.get(name)!r:.60}, must be {wanted!r}")
    patch = fields.get("patch")
    if not isinstance(patch, int) or isinstance(patch, bool) or patch not in PATCHES:
        raise ValueError(f"patch is {patch!r:.60}, must be one of {PATCHES}")
    texts = {name: fields.get(name) for name in ("name", "version", "licence")}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise ValueError(f"{name} is {text!r:.60}, must be text")
    student = _student(fields.get("student"))
    files = _hashes(_object("files", fields.get("files")))
    if student is not None and STUDENT not in files:
        raise ValueError(f"it tells of a student and files lists no {STUDENT}")
    return ModelCard(
        **cast(dict[str, str], texts),
        hash=digest,
        patch=patch,
        text_tokens=cast(int, fields["text_tokens"]),
        control_size=cast(int, fields["control_size"]),
        training=_object("training", fields.get("training", {})),
        files=files,
        student=student,
        look=_look(fields.get("look")),
    )


def _student(value: object) -> Student | None:
    """The few-step network that the card describes; most bundles have none."""
    if value is None:
        return None
    fields = _object("student", value)
    steps, scale = fields.get("num_inference_steps"), fields.get("guidance_scale")
    if not isinstance(steps, int) or isinstance(steps, bool) or not 1 <= steps <= 100:
        raise ValueError(f"num_inference_steps of student is {steps!r:.60}, must be 1 to 100")
    if not isinstance(scale, int | float) or isinstance(scale, bool) or not 1 <= scale <= 20:
        raise ValueError(f"guidance_scale of student is {scale!r:.60}, must be 1 to 20")
    return Student(num_inference_steps=steps, guidance_scale=float(scale))


def _look(value: object) -> Look:
    """The finish that the card describes; only styles have one."""
    if value is None:
        return PLAIN
    fields = _object("look", value)
    pitch, palette = fields.get("pitch"), fields.get("palette")
    if not isinstance(pitch, int) or isinstance(pitch, bool) or not 1 <= pitch <= 16:
        raise ValueError(f"pitch of look is {pitch!r:.60}, must be 1 to 16")
    colors = cast(list[object], palette) if isinstance(palette, list) else [None]
    if len(colors) > 256 or not all(isinstance(c, str) and COLOR.fullmatch(c) for c in colors):
        raise ValueError(f"palette of look is {palette!r:.60}, must be up to 256 of rrggbb")
    return Look(pitch=pitch, palette=tuple(cast(list[str], colors)))


def _object(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is {value!r:.60}, must be an object")
    return cast(dict[str, object], value)


def _hashes(files: Mapping[str, object]) -> dict[str, str]:
    """File name to sha256, of names that cannot leave the folder."""
    hashes: dict[str, str] = {}
    for name, entry in files.items():
        if not PLAIN_NAME.fullmatch(name):
            raise ValueError(f"it names {name!r:.60}, and only plain file names are allowed")
        digest = _object(name, entry).get("sha256")
        if not isinstance(digest, str) or not SHA256.fullmatch(digest):
            raise ValueError(f"sha256 of {name} is {digest!r:.80}, must be 64 hex digits")
        hashes[name] = digest
    if missing := [name for name in REQUIRED if name not in hashes]:
        raise ValueError(f"files lists no {missing[0]}")
    return hashes
