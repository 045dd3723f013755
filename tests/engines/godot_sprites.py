"""Sprites in a Godot project: good, damaged and oddly named ones, and what they must show."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exporters.spritesheet import play_order
from toolkit.clip import Clip, FrameTag
from toolkit.packed_clip import pack_clip
from toolkit.wire.codec import to_json

ODD_NAMES = ("red knight", "Ritter Ö", "🗡", "x" * 200)


def hero() -> Clip:
    """Six frames of 16x16 with faint pixels, unequal times, and tags that play every way."""
    random = np.random.default_rng(0)
    frames = random.integers(0, 256, (6, 16, 16, 4), np.uint8)
    return Clip(
        frames=frames,
        fps=10,
        durations=(0.1, 0.2, 0.05, 0.1, 0.3, 0.1),
        tags=(
            FrameTag(name="walk", start=0, stop=4),
            FrameTag(name="back", start=1, stop=4, loop=False, direction="reverse"),
            FrameTag(name="sway", start=2, stop=6, direction="pingpong"),
            FrameTag(name="bow", start=2, stop=5, loop=False, direction="pingpong"),
            FrameTag(name='odd "é" / 🔥', start=5, stop=6),
        ),
        pivot=(0.5, 0.9),
        metadata={"prompt": 'a 🔥 "knight"\n & é', "seed": "3"},
    )


def plain(count: int = 2) -> Clip:
    """A few frames of one colour each."""
    frames = np.zeros((count, 8, 8, 4), np.uint8)
    frames[..., 3] = 255
    frames[..., 0] = np.arange(count)[:, None, None] * 40
    return Clip(frames=frames, fps=8)


def expected(clip: Clip) -> list[dict[str, Any]]:
    """What each animation must show: per tag its frames' number, seconds and pixels."""
    return [
        {
            "name": tag.name,
            "loop": tag.loop,
            "frames": [
                {
                    "frame": index,
                    "seconds": clip.frame_seconds[index],
                    "pixels": clip.frames[index].tobytes().hex(),
                }
                for index in play_order(tag)
            ],
        }
        for tag in clip.tags_or_whole
    ]


def info_of(clip: Clip) -> dict[str, Any]:
    """The clip's ``ResultInfo`` as the server tells it."""
    return {**to_json(pack_clip(clip).info), "result": "0" * 64}


def sidecar(clip: Clip, image: str, /, **other: Any) -> dict[str, Any]:
    """The content of a ``.playreel`` file."""
    layout = to_json(pack_clip(clip).info)
    return {"playreel": 1, "image": image, **layout, "metadata": dict(clip.metadata), **other}


def write_sprite(folder: Path, name: str, clip: Clip, *, png: bytes = b"", **other: Any) -> Path:
    """``NAME.png`` and ``NAME.playreel``; ``png`` and ``other`` take the place of what is right."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(png or pack_clip(clip).png)
    path = folder / f"{name}.playreel"
    path.write_text(json.dumps(sidecar(clip, f"{name}.png", **other)), "utf-8")
    return path


def ask_for_more(path: Path) -> None:
    """Import settings that a checkout may hold: a library and a texture for each frame too."""
    path.with_name(path.name + ".import").write_text(
        '[remap]\n\nimporter="playreel.sheet"\ntype="SpriteFrames"\n\n[deps]\n\n'
        f'source_file="res://sprites/{path.name}"\n\n[params]\n\n'
        "animation_library=true\natlas_textures=true\n"
    )


def solid(width: int, height: int) -> bytes:
    """A PNG of one colour."""
    pixels: NDArray[np.uint8] = np.full((height, width, 4), 255, np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def write_bad(folder: Path) -> list[dict[str, str]]:
    """Files that must be refused: the path in the project, and words of the right complaint."""
    clip = plain()
    png = pack_clip(clip).png
    cases: dict[str, tuple[str, dict[str, Any]]] = {
        "truncated": ("is cut short", {"png": png[:-30]}),
        "no_picture": ("is no PNG", {"png": b"GIF89a"}),
        "wrong_size": ("is 8x8 pixels", {"png": solid(8, 8)}),
        "newer": ("is of version 2", {"playreel": 2}),
        "outside": ("has to lie beside it", {"image": "../sprites/hero.png"}),
        "absolute": ("has to lie beside it", {"image": "/etc/passwd"}),
        "windows": ("has to lie beside it", {"image": "..\\hero.png"}),
        "nameless": ("names no picture", {"image": ""}),
        "missing": ("is missing", {"image": "nowhere.png"}),
        "too_large": ("Godot loads at most 16384", {"width": 9000, "columns": 2}),
        "no_frames": ("has 0 frames", {"num_frames": 0}),
        "no_columns": ("in 0 columns", {"columns": 0}),
        "half": ("is damaged", {"width": 1.5}),
        "texts": ("is damaged", {"width": "8"}),
        "stopped": ("frames a second", {"fps": 0}),
        "few_times": ("1 durations for 2 frames", {"durations": [0.1]}),
        "no_time": ("lasts 0", {"durations": [0.1, 0]}),
        "tag_beyond": ("over frames 0 to 9", {"tags": [tag(stop=9)]}),
        "tag_empty": ("over frames 1 to 1", {"tags": [tag(start=1, stop=1)]}),
        "tag_sideways": ("sideways", {"tags": [tag(direction="sideways")]}),
    }
    for name, (_, other) in cases.items():
        write_sprite(folder, name, clip, **other)
    (folder / "no_json.playreel").write_text("{")
    (folder / "a_list.playreel").write_text("[]")
    wanted = {name: words for name, (words, _) in cases.items()}
    wanted |= {"no_json": "is no JSON object", "a_list": "is no JSON object"}
    return [
        {"path": f"res://bad/{name}.playreel", "words": words} for name, words in wanted.items()
    ]


def tag(**other: Any) -> dict[str, Any]:
    """A tag over both frames, but for ``other``."""
    whole = {"name": "t", "start": 0, "stop": 2, "loop": True, "direction": "forward"}
    return {**whole, **other}


def middles(clip: Clip, names: Mapping[str, str]) -> dict[str, list[float]]:
    """Seconds from each animation's start in the middle of each frame that it shows.

    ``names`` are those of tags that Godot writes otherwise.
    """
    found: dict[str, list[float]] = {}
    for tag in clip.tags_or_whole:
        seconds = np.array([clip.frame_seconds[index] for index in play_order(tag)])
        found[names.get(tag.name, tag.name)] = list(np.cumsum(seconds) - seconds / 2)
    return found
