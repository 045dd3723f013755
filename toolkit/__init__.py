"""Playreel: generated, animated game assets on the maker's own machine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.clip import Clip, FrameTag
    from toolkit.errors import PlayreelError
    from toolkit.messages import Progress, SpriteRequest, TurntableRequest

__version__ = "0.1.0"
__all__ = [
    "Clip", "FrameTag", "PlayreelError", "Progress", "SpriteRequest", "TurntableRequest",
    "__version__",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """A public name, whose module loads on its first use."""
    match name:
        case "Clip" | "FrameTag":
            module = "toolkit.clip"
        case "PlayreelError":
            module = "toolkit.errors"
        case "Progress" | "SpriteRequest" | "TurntableRequest":
            module = "toolkit.messages"
        case _:
            raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    return getattr(import_module(module), name)
