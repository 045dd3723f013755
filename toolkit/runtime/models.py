"""Bundles ready to run: every file whole by its hash, the graphs on a provider."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import ModelMismatch
from toolkit.messages import SpriteRequest
from toolkit.runtime.bundle_files import EXTERNAL_KEY, read_file, require_hash
from toolkit.runtime.denoiser import OnnxDenoiser
from toolkit.runtime.model_card import (
    DENOISER,
    GRAPHS,
    MISSING,
    STUDENT,
    TEXT_ENCODER,
    ModelCard,
    needed,
    read_card,
)
from toolkit.runtime.session import Provider, Session
from toolkit.runtime.threads import open_fastest

DEFAULT_BUNDLE = Path(__file__).parent.parent / "weights" / "clip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """A bundle ready to run."""

    card: ModelCard
    tokenizer: bytes
    text_encoder: Session
    denoiser: OnnxDenoiser
    student: OnnxDenoiser | None = None

    def network_of(self, request: SpriteRequest) -> tuple[OnnxDenoiser, float]:
        """The network that draws a request, and its guidance: a student has its own folded in."""
        described = self.card.student
        if described is not None and self.student is not None and described.serves(request):
            return self.student, 1.0
        return self.denoiser, request.guidance_scale

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
        BadRequest: ``threads`` is below 1.
        ModelNotFound: the folder, model.json or a file it needs is missing.
        ModelMismatch: a file has another hash than model.json promises, or does not load.
        ProviderUnavailable: the provider does not work here.
    """
    folder = bundle or DEFAULT_BUNDLE
    card = read_card(folder)
    contents = {name: read_verified(folder, name, card) for name in needed(card)}
    graph = contents[DENOISER]
    if threads is None:
        denoiser = open_fastest(card.files[DENOISER], graph, provider=provider)
    else:
        denoiser = Session(graph, provider=provider, threads=threads)
    sessions = {DENOISER: denoiser} | {
        name: Session(contents[name], provider=provider, threads=denoiser.threads)
        for name in contents.keys() & {TEXT_ENCODER, STUDENT}
    }
    for name, session in sessions.items():
        _require_inputs(folder / name, session, GRAPHS[name])
    student = sessions.get(STUDENT)
    return Models(
        card=card,
        tokenizer=contents["tokenizer.json"],
        text_encoder=sessions[TEXT_ENCODER],
        denoiser=OnnxDenoiser(denoiser, patch=card.patch),
        student=OnnxDenoiser(student, patch=card.patch) if student else None,
    )


def _require_inputs(path: Path, session: Session, wanted: tuple[str, ...]) -> None:
    if set(session.input_names) != set(wanted):
        raise ModelMismatch(
            f"{path} has the inputs {', '.join(session.input_names)}; "
            f"this version feeds {', '.join(wanted)}. Name another --bundle."
        )


def read_verified(folder: Path, name: str, card: ModelCard) -> bytes:
    """The bytes of one file that the card lists, after its hash was found right.

    Graphs are loaded from these bytes, never from the path, and one that names weights outside
    itself is refused: the hash would not cover them.

    Raises:
        ModelNotFound: the file is missing.
        ModelMismatch: it has another hash, or is a graph that keeps weights elsewhere.
    """
    path = folder / name
    content = read_file(path, missing=MISSING)
    require_hash(path, content, card.files[name], otherwise="reinstall playreel")
    if name in GRAPHS and EXTERNAL_KEY in content:
        raise ModelMismatch(
            f"{path} keeps weights in another file; export it again with all weights inside."
        )
    return content


def verify(folder: Path) -> ModelCard:
    """The bundle's card after every file it lists was found whole.

    Raises:
        ModelNotFound, ModelMismatch: as ``read_card`` and ``read_verified`` do.
    """
    card = read_card(folder)
    for name in card.files:
        read_verified(folder, name, card)
    return card
