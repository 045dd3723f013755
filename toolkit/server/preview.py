"""Frames that are still being made, as a small picture."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from toolkit.messages import Progress
from toolkit.packed_clip import columns_for, tile
from toolkit.server.engine import Frames

MOST_BYTES = 44 * 1024
"""So that one frame of the protocol carries it, to any client."""
MOST_PIXELS = 2**18
QUALITY = 70


def encode_preview(job: str, progress: Progress, frames: Frames) -> tuple[dict[str, Any], bytes]:
    """Metadata for the binary frame and a WebP sheet, thinned by whole pixels until it is small.

    ``frames`` is uint8 ``[T, H, W, 4]``.
    """
    thin = 1
    while True:
        small = frames[:, ::thin, ::thin]
        if small[..., 0].size <= MOST_PIXELS:
            columns = columns_for(small.shape[0], small.shape[2], small.shape[1])
            content = _webp(small, columns)
            if len(content) <= MOST_BYTES:
                break
        thin += 1
    metadata: dict[str, Any] = {
        "job": job, "step": progress.step, "num_steps": progress.num_steps,
        "label": progress.label, "media": "image/webp", "width": small.shape[2],
        "height": small.shape[1], "num_frames": len(small), "columns": columns,
    }  # fmt: skip
    return metadata, content


def _webp(frames: Frames, columns: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(tile(frames, columns)).save(buffer, "WEBP", quality=QUALITY, method=0)
    return buffer.getvalue()
