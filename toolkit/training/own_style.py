"""Own style: a short run on a folder of sprites, measured before and after, as a bundle."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.clip import Clip
from toolkit.data.own_batches import OwnBatches
from toolkit.data.own_sprites import OwnSprite, read_own_sprites
from toolkit.errors import BadRequest, ModelMismatch
from toolkit.evaluation.metrics import without_nan
from toolkit.evaluation.style_report import SOLID, compare_style, write_style_sheet
from toolkit.model.export_onnx import export_bundle
from toolkit.model.presets import CLIP_PRESETS
from toolkit.postprocess.pixelate import pixel_grid
from toolkit.runtime.model_card import Look, read_card
from toolkit.runtime.models import verify
from toolkit.training.checkpoint import CHECKPOINT, load_checkpoint, load_clip_bundle, start_from
from toolkit.training.network import ClipNetwork, clip_weights
from toolkit.training.optimizers import build_optimizers
from toolkit.training.processes import Processes
from toolkit.training.recipes import Recipe, Stage
from toolkit.training.trainer import RunOptions, train

HELD_OUT_EVERY = 5
"""Every fifth file is kept out of training and measured on."""
FEWEST_FILES = 10
STEPS_A_SPRITE = 12
"""Steps of the run for each sprite learned from, so that few are not learned by heart."""
FEWEST_STEPS, MOST_STEPS = 300, 1500
MOST_COLORS = 256
"""A folder of more has no palette of its own."""
SHOWN = 8
"""Held-out captions drawn before and after."""
REPORT, SHEET = "style.json", "style.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleOptions:
    """What to learn a style from, and where it goes."""

    folder: Path
    """Folder of 20 to 200 sprites."""
    bundle: Path
    """Bundle folder to start from."""
    out: Path
    """Bundle folder to (re)place."""


def learn_style(
    recipe: Recipe, style: StyleOptions, options: RunOptions, *, report: Callable[[str], None]
) -> dict[str, Any]:
    """Train the bundle on the sprites, write the new bundle, and return the before and after.

    ``style.json`` and ``style.png`` beside the checkpoint say and show the same.

    Raises:
        BadRequest: the folder cannot be learned from, or several processes were started.
        ModelNotFound, ModelMismatch: there is no whole bundle to start from.
    """
    if Processes().count > 1:
        raise BadRequest("a style is learned by one process; start playreel without accelerate.")
    sprites = read_own_sprites(style.folder)
    learned, held_out = split(sprites)
    recipe = recipe_for(recipe, style.bundle, len(learned))
    report(
        f"{len(sprites)} sprites, {len(held_out)} of them held out; up to {recipe.steps} steps "
        f"or {60 * options.hours:.0f} minutes"
    )
    before = _network(recipe, style.bundle)
    state = train(
        recipe,
        replace(options, initial=None if options.resume else style.bundle),
        report=report,
        open_batches=lambda stage, seed: _batches(learned, recipe, stage, seed),
    )
    after = _trained(recipe, options.run)
    look = look_of(learned)
    body = compare_style(
        before, after, recipe.preset, learned=learned, held_out=held_out, look=look, count=SHOWN
    )
    described = {
        "folder": style.folder.name,
        "sprites": len(learned),
        "held_out": [sprite.name for sprite in held_out],
        "steps": state.step,
        "minutes": round(state.seconds / 60, 2),
    }
    _write_bundle(after, recipe, style, described, look, steps=state.steps_in_all)
    start = read_card(style.bundle).hash
    result: dict[str, Any] = without_nan({"style": described, "start": start, **body.scores})
    (options.run / REPORT).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    write_style_sheet(options.run / SHEET, body)
    return result


def split(sprites: list[OwnSprite]) -> tuple[list[OwnSprite], list[OwnSprite]]:
    """Sprites to learn from, and every fifth to measure on; tags of one file stay together.

    Raises:
        BadRequest: the sprites come from fewer than ten files.
    """
    files = list(dict.fromkeys(sprite.name.partition(":")[0] for sprite in sprites))
    if len(files) < FEWEST_FILES:
        raise BadRequest(
            f"{len(sprites)} sprites come from {len(files)} files; give at least {FEWEST_FILES} "
            "files, so that a fifth can be kept for measuring."
        )
    kept = set(files[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY])
    return (
        [sprite for sprite in sprites if sprite.name.partition(":")[0] not in kept],
        [sprite for sprite in sprites if sprite.name.partition(":")[0] in kept],
    )


def recipe_for(recipe: Recipe, bundle: Path, sprites: int) -> Recipe:
    """The recipe with the bundle's preset and as many steps as the sprites carry.

    Raises:
        ModelNotFound, ModelMismatch: the bundle is missing, damaged or of a preset we lack.
    """
    verify(bundle)
    preset = json.loads((bundle / "model.json").read_text("utf-8")).get("preset")
    if preset not in CLIP_PRESETS:
        raise ModelMismatch(
            f"{bundle} has the preset {preset!r}; a style is learned from a bundle of "
            f"{', '.join(CLIP_PRESETS)}."
        )
    steps = min(max(STEPS_A_SPRITE * sprites, FEWEST_STEPS), MOST_STEPS)
    return replace(recipe, preset=preset, steps=recipe.steps or steps)


def look_of(sprites: Sequence[OwnSprite]) -> Look:
    """The side of their own pixels that nine in ten sprites keep to, and their colours if few.

    A simple drawing may keep to a coarser grid by chance, so the finer ones decide.
    """
    pictures = [Clip(frames=sprite.frames, fps=12) for sprite in sprites]
    pitches = [pixel_grid(picture)[0] for picture in pictures]
    pitch = int(np.quantile(pitches, 0.1, method="lower"))
    seen = np.concatenate([clip.frames[clip.frames[..., 3] >= SOLID][:, :3] for clip in pictures])
    colors = [bytes(color).hex() for color in np.unique(seen, axis=0)]
    return Look(pitch=pitch, palette=tuple(colors) if len(colors) <= MOST_COLORS else ())


def _batches(learned: list[OwnSprite], recipe: Recipe, stage: Stage, seed: int) -> OwnBatches:
    return OwnBatches(
        learned,
        num_frames=stage.num_frames,
        own_share=stage.weights["own"],
        seed=seed,
        pool_size=recipe.pool_size,
    )


def _network(recipe: Recipe, bundle: Path) -> ClipNetwork:
    weights = clip_weights(recipe.preset)
    start_from(bundle, weights, load_clip_bundle)
    return weights.ema.eval()


def _trained(recipe: Recipe, run: Path) -> ClipNetwork:
    weights = clip_weights(recipe.preset)
    load_checkpoint(run / CHECKPOINT, weights, build_optimizers(weights.master, recipe))
    return weights.ema.eval()


def _write_bundle(
    network: ClipNetwork,
    recipe: Recipe,
    style: StyleOptions,
    described: dict[str, Any],
    look: Look,
    *,
    steps: int,
) -> None:
    """The network as a bundle whose card keeps what its start learned from, and the style."""
    started: dict[str, Any] = dict(read_card(style.bundle).training)
    style.out.parent.mkdir(parents=True, exist_ok=True)
    training = {**started, "steps": steps, "style": described}
    export_bundle(
        network.tower,
        network.transformer,
        recipe.preset,
        style.out,
        training=training,
        precision="int8",
        look=asdict(look),
    )
