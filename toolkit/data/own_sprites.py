"""A folder of a user's own sprites -> captioned 64x64 stills and clips to learn a style from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.clip import Clip
from toolkit.conditioning.motion import closes
from toolkit.data.own_captions import caption_of, tag_caption, tag_loops
from toolkit.data.sources.strips import Pixels, crop_together, fit, fit_scale
from toolkit.errors import BadRequest
from toolkit.input_files import read_image
from toolkit.saved_clip import read_clip

PICTURES = (".png", ".apng", ".gif", ".webp")
SIDECARS = (".json", ".aseprite.json", ".aseprite_hash.json")
"""What may lie beside a sheet and say where its frames are (Aseprite's JSON)."""
FEWEST, MOST = 20, 200
FAINT = 16
"""Alpha below this shows nothing."""
USUAL = 0.9
"""All sprites share the scale at which this share of them fits; larger ones shrink alone."""
SHOWN_PROBLEMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSprite:
    """One still or animation of the folder."""

    name: str
    """The file's name, with the tag behind a colon."""
    frames: Pixels
    """uint8 ``[T, 64, 64, 4]``, straight alpha."""
    caption: str
    loop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """A sprite as the file holds it: frames of one size, cut to what they show."""

    name: str
    frames: list[Pixels]
    caption: str
    loop: bool


def read_own_sprites(folder: Path) -> list[OwnSprite]:
    """The folder's 20 to 200 sprites in the order of their file names.

    PNG stills, GIF, WebP and APNG animations, and sheets with Aseprite's JSON beside them, one
    sprite a tag. Captions come from file names, or from a text file of the same name.

    Raises:
        BadRequest: no such folder, too few or too many sprites, or files that cannot be used; the
            message names the files and says what to do.
    """
    if not folder.is_dir():
        raise BadRequest(f"{folder} is no folder; give one with {FEWEST} to {MOST} sprites.")
    drawings: list[_Drawing] = []
    problems: list[str] = []
    for path in picture_files(folder):
        try:
            drawings += _read(path)
        except BadRequest as error:
            problems.append(str(error))
    if problems:
        raise BadRequest(_together(problems))
    if not FEWEST <= len(drawings) <= MOST:
        more = "add some" if len(drawings) < FEWEST else "keep those that show the style best"
        raise BadRequest(
            f"{folder} holds {len(drawings)} sprites; a style is learned from {FEWEST} to {MOST}: "
            f"{more}."
        )
    return _at_one_scale(drawings)


def picture_files(folder: Path) -> list[Path]:
    """The folder's pictures, also in folders inside it, one a name: an animation before a still.

    A sheet goes before an animation of the same name, which is most likely made from it.
    """
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PICTURES and path.is_file() and not path.name.startswith(".")
    ]
    best: dict[Path, Path] = {}
    for path in found:
        key = path.with_suffix("")
        if key not in best or _rank(path) < _rank(best[key]):
            best[key] = path
    return list(best.values())


def sidecar_of(path: Path) -> Path | None:
    """The JSON beside a sheet that says where its frames are."""
    beside = [path.with_name(path.stem + suffix) for suffix in SIDECARS]
    return next((other for other in beside if other.is_file()), None)


def _rank(path: Path) -> int:
    if path.suffix.lower() == ".png":
        return 0 if sidecar_of(path) else 2
    return 1


def _read(path: Path) -> list[_Drawing]:
    caption = caption_of(path)
    sidecar = sidecar_of(path)
    if path.suffix.lower() == ".png" and sidecar is not None:
        return _tagged(path, read_clip(sidecar), caption)
    still = read_image(path)
    with Image.open(path) as image:
        animated = getattr(image, "n_frames", 1) > 1
    if animated:
        return _tagged(path, read_clip(path), caption)
    frame = np.asarray(Image.open(BytesIO(still)))
    return [_drawing(path.name, [frame], caption, loop=True, path=path)]


def _tagged(path: Path, clip: Clip, caption: str) -> list[_Drawing]:
    """A drawing for each tag of the clip."""
    drawings: list[_Drawing] = []
    for tag in clip.tags_or_whole:
        whole = tag.name == "default"
        said = caption if whole else tag_caption(caption, tag.name)
        drawings.append(
            _drawing(
                path.name if whole else f"{path.name}:{tag.name}",
                list(clip.frames[tag.start : tag.stop]),
                said,
                loop=tag.loop and (closes(said) if whole else tag_loops(tag.name)),
                path=path,
            )
        )
    return drawings


def _drawing(
    name: str, frames: Sequence[Pixels], caption: str, *, loop: bool, path: Path
) -> _Drawing:
    alpha = np.stack([frame[..., 3] for frame in frames])
    if alpha.max() < FAINT:
        raise BadRequest(f"{path} shows nothing: every pixel is transparent; take it out.")
    if alpha.min() == 255:
        raise BadRequest(
            f"{path} has no transparent pixel; cut the sprite out of its background, save as PNG."
        )
    return _Drawing(
        name=name, frames=crop_together(frames, FAINT), caption=caption, loop=loop
    )  # fmt: skip


def _at_one_scale(drawings: Sequence[_Drawing]) -> list[OwnSprite]:
    """All sprites in 64x64 frames; one scale for nearly all, so that their pixels stay alike."""
    scales = np.array([fit_scale(drawing.frames, margin=0) for drawing in drawings])
    usual = float(np.quantile(scales, 1 - USUAL, method="lower"))
    sprites: list[OwnSprite] = []
    for drawing, own in zip(drawings, scales.tolist(), strict=True):
        frames: NDArray[np.uint8] = fit(drawing.frames, margin=0, scale=min(usual, own))
        sprites.append(
            OwnSprite(
                name=drawing.name, frames=frames, caption=drawing.caption, loop=drawing.loop
            )
        )  # fmt: skip
    return sprites


def _together(problems: Sequence[str]) -> str:
    """One message for all files that cannot be used."""
    shown = problems[:SHOWN_PROBLEMS]
    if len(problems) > len(shown):
        shown = [*shown, f"{len(problems) - len(shown)} more files cannot be used."]
    return "\n".join(shown)
