"""Prompt -> text_embeds: word pieces through the bundle's text encoder."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from toolkit.errors import ModelMismatch

EncodeText = Callable[
    [NDArray[np.int64], NDArray[np.int64]], tuple[NDArray[np.float32], NDArray[np.float32]]
]
"""``text_embeds [B, L, d]`` and ``pooled [B, d]`` from ids and mask ``[B, L]``."""


def embed_prompts(
    prompts: list[str], *, tokenizer: bytes, encode: EncodeText
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``text_embeds f32 [B, 24, d]`` and ``pooled f32 [B, d]``; the empty prompt is ``""``.

    ``tokenizer`` is the bundle's ``tokenizer.json``, which also says how long prompts may be:
    words past the 24th piece are not read.

    Raises:
        ModelMismatch: ``tokenizer`` is not such a file, or does not pad to one length.
    """
    encodings = _open(tokenizer).encode_batch(prompts)
    if len({len(encoding.ids) for encoding in encodings}) != 1:
        raise ModelMismatch("tokenizer.json pads prompts to several lengths; reinstall the bundle.")
    ids = np.array([encoding.ids for encoding in encodings], np.int64)
    mask = np.array([encoding.attention_mask for encoding in encodings], np.int64)
    return encode(ids, mask)


def _open(tokenizer: bytes) -> Tokenizer:
    try:
        return Tokenizer.from_str(tokenizer.decode())
    except Exception as error:  # tokenizers raises nothing narrower
        raise ModelMismatch(
            f"tokenizer.json cannot be read ({error}); reinstall the bundle."
        ) from error
