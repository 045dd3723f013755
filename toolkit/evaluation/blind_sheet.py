"""A sheet of pairs to judge by eye: ours, and the real clip that training holds nearest to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from toolkit.evaluation.baselines import nearest_captions
from toolkit.evaluation.generation import ClipMaker, bundle_maker, generate_cached
from toolkit.evaluation.made import EvaluationOptions, drawn_by, requests_of
from toolkit.evaluation.prompts import evaluation_cases, training_cases
from toolkit.runtime.model_card import read_card
from toolkit.runtime.threads import cache_folder

SHEET, KEY = "blind.png", "blind_key.json"
STRIP, COLUMNS = (0, 2, 4, 6), 2
"""Frames of a clip that are shown, and pairs beside each other."""
GAP, LINE = 16, 16
GROUND, INK = (92, 100, 110), (255, 255, 255)


def write_blind_sheet(
    bundle: Path,
    out: Path,
    *,
    prompts: int = 64,
    cache: Path | None = None,
    make: ClipMaker | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write ``blind.png`` and, apart, ``blind_key.json``, which says on which side ours are.

    The prompts are the first of those that ``evaluate_clip`` asks, so that its ``cache`` serves.

    Raises:
        ModelNotFound, ModelMismatch: the bundle is missing or damaged.
    """
    options = EvaluationOptions(prompts=prompts)
    cases = evaluation_cases(prompts, seed=options.seed)
    ours = generate_cached(
        make or bundle_maker(bundle), requests_of(cases, options),
        model=drawn_by(read_card(bundle)), cache=cache or cache_folder() / "evaluation",
        report=report,
    )  # fmt: skip
    train = training_cases(options.train_clips, seed=options.seed)
    asked = [case.prompt for case in cases]
    nearest = nearest_captions(asked, [case.prompt for case in train])
    real = np.stack([train[index].frames for index in nearest])
    ours_left = np.random.default_rng(options.seed).random(prompts) < 0.5
    out.mkdir(parents=True, exist_ok=True)
    draw_pairs(asked, ours, real, ours_left).save(out / SHEET)
    key = {
        "bundle": read_card(bundle).hash,
        "seed": options.seed,
        "pairs": [
            {"prompt": prompt, "ours": "left" if left else "right", "real": train[index].prompt}
            for prompt, left, index in zip(asked, ours_left, nearest, strict=True)
        ],
    }
    (out / KEY).write_text(json.dumps(key, indent=1) + "\n", "utf-8")
    return [out / SHEET, out / KEY]


def draw_pairs(
    prompts: list[str],
    ours: NDArray[np.uint8],
    real: NDArray[np.uint8],
    ours_left: NDArray[np.bool_],
) -> Image.Image:
    """The sheet: under each prompt two strips of frames, of clips uint8 ``[N, 8, H, W, 4]``."""
    _, _, height, width, _ = ours.shape
    strip = len(STRIP) * width
    cell = (2 * strip + 3 * GAP, height + 2 * LINE)
    rows = -(-len(prompts) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * cell[0], rows * cell[1]), GROUND)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for number, prompt in enumerate(prompts):
        row, column = divmod(number, COLUMNS)
        left, top = column * cell[0] + GAP, row * cell[1]
        pen.text((left, top), f"{number + 1}. {prompt}", INK, font)
        pair = (ours[number], real[number])
        for side, clip in enumerate(pair if ours_left[number] else pair[::-1]):
            picture = Image.fromarray(np.concatenate(list(clip[list(STRIP)]), axis=1))
            sheet.paste(picture, (left + side * (strip + GAP), top + LINE), picture)
    return sheet
