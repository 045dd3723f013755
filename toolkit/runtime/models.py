"""Bundles: what model.json promises, checked hash first, and the loaded graphs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import ModelMismatch, ModelNotFound
from toolkit.runtime.denoiser import OnnxDenoiser
from toolkit.runtime.session import Provider, Session
from toolkit.runtime.threads import choose_threads

DEFAULT_BUNDLE = Path(__file__).parent.parent / "weights" / "clip"
FORMAT = 1
GRAPHS = ("text_encoder.onnx", "denoiser.onnx")
REQUIRED = (*GRAPHS, "tokenizer.json")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """A bundle ready to run."""

    card: ModelCard
    tokenizer: bytes
    text_encoder: Session
    denoiser: OnnxDenoiser

    def encode_text(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """``text_embeds [B, 24, d]`` and ``pooled [B, d]`` from ids and mask ``[B, 24]``."""
        embeds, pooled = self.text_encoder.run(
            {"input_ids": input_ids, "attention_mask": attention_mask}
        )
        return embeds, pooled


def load_models(
    bundle: Path | None = None, *, provider: Provider = "cpu", threads: int | None = None
) -> Models:
    """The bundle's graphs on a provider; ``threads=None`` takes the fastest count, tuned once.

    Raises:
        ModelNotFound: the folder, model.json or a file it needs is missing.
        ModelMismatch: a file has another hash than model.json promises, or does not load.
        ProviderUnavailable: the provider does not work here.
    """
    folder = bundle or DEFAULT_BUNDLE
    card = read_card(folder)
    contents = {name: read_verified(folder, name, card) for name in REQUIRED}
    graph = contents["denoiser.onnx"]
    count = threads or choose_threads(card.files["denoiser.onnx"], graph, provider=provider)
    return Models(
        card=card,
        tokenizer=contents["tokenizer.json"],
        text_encoder=Session(contents["text_encoder.onnx"], provider=provider, threads=count),
        denoiser=OnnxDenoiser(Session(graph, provider=provider, threads=count), patch=card.patch),
    )


def read_card(folder: Path) -> ModelCard:
    """The checked ``model.json`` of a bundle."""
    path = folder / "model.json"
    if not path.is_file():
        raise ModelNotFound(f"{path} is missing; reinstall playreel or name another --bundle.")
    raw = path.read_bytes()
    try:
        body = json.loads(raw)
        if body["format"] != FORMAT:
            raise ModelMismatch(
                f"{path} has format {body['format']}; this version reads format {FORMAT}."
            )
        card = ModelCard(
            name=body["name"],
            version=body["version"],
            licence=body["licence"],
            hash=hashlib.sha256(raw).hexdigest(),
            patch=int(body["patch"]),
            text_tokens=int(body["text_tokens"]),
            control_size=int(body["control_size"]),
            training=body.get("training", {}),
            files={name: entry["sha256"] for name, entry in body["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelMismatch(
            f"{path} is not a bundle description ({error}); reinstall playreel."
        ) from error
    return card


def read_verified(folder: Path, name: str, card: ModelCard) -> bytes:
    """The bytes of one file, after its hash was found right.

    Graphs are loaded from these bytes, never from the path, so a graph cannot pull in external
    data from elsewhere on the disk.
    """
    path = folder / name
    if name not in card.files or not path.is_file():
        raise ModelNotFound(f"{path} is missing; reinstall playreel or name another --bundle.")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != card.files[name]:
        raise ModelMismatch(
            f"{path} has hash {found[:12]} instead of {card.files[name][:12]}; "
            "it is damaged or was changed, reinstall playreel."
        )
    return content


def verify(folder: Path) -> ModelCard:
    """The bundle's card after every file it lists was found whole."""
    card = read_card(folder)
    for name in {*card.files, *REQUIRED}:
        if Path(name).name != name:
            raise ModelMismatch(f"{folder / 'model.json'} names {name!r}; only plain file names.")
        read_verified(folder, name, card)
    return card
