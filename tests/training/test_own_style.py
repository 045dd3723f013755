import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.tiny_bundle import write_tiny_bundle
from toolkit.data.own_sprites import OwnSprite
from toolkit.errors import BadRequest, ModelMismatch
from toolkit.model.export_onnx import export_bundle
from toolkit.runtime.models import verify
from toolkit.training.network import clip_weights
from toolkit.training.own_style import (
    FEWEST_STEPS,
    MOST_STEPS,
    StyleOptions,
    learn_style,
    recipe_for,
    split,
)
from toolkit.training.recipes import style
from toolkit.training.trainer import RunOptions


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(6)
    network = clip_weights("clip-tiny").ema
    for parameter in network.parameters():  # equal tensors would be stored once
        torch.nn.init.normal_(parameter, std=0.05)
    folder = tmp_path_factory.mktemp("start") / "bundle"
    training = {"steps": 7, "hours": 0.5, "data": ["procedural"]}
    export_bundle(network.tower, network.transformer, "clip-tiny", folder, training=training)
    return folder


def sprites(files: int, tags: int = 1) -> list[OwnSprite]:
    frames = np.zeros((1, 64, 64, 4), np.uint8)
    return [
        OwnSprite(name=f"{file:02}.png:{tag}", frames=frames, caption="a", loop=True)
        for file in range(files)
        for tag in range(tags)
    ]


def test_every_fifth_file_is_held_out_with_all_its_tags():
    learned, held_out = split(sprites(20, tags=2))
    assert {sprite.name[:2] for sprite in held_out} == {"04", "09", "14", "19"}
    assert (len(learned), len(held_out)) == (32, 8)


def test_sprites_of_few_files_cannot_be_measured():
    with pytest.raises(BadRequest, match="27 sprites come from 9 files; give at least 10"):
        split(sprites(9, tags=3))


def test_steps_follow_the_number_of_sprites_and_the_preset_the_bundle(bundle: Path):
    steps = [recipe_for(style(), bundle, count).steps for count in (16, 80, 200)]
    assert steps[0] == FEWEST_STEPS < steps[1] < steps[2] == MOST_STEPS
    assert recipe_for(style(), bundle, 16).preset == "clip-tiny"
    assert recipe_for(replace(style(), steps=5), bundle, 16).steps == 5


def test_a_bundle_that_cannot_be_trained_on_says_so(tmp_path: Path):
    with pytest.raises(ModelMismatch, match="has the preset None"):
        recipe_for(style(), write_tiny_bundle(tmp_path / "other"), 16)


def test_a_folder_becomes_a_bundle_with_a_report_of_before_and_after(bundle: Path, tmp_path: Path):
    folder = tmp_path / "blobs"
    folder.mkdir()
    for at in range(20):
        frame = np.zeros((16, 16, 4), np.uint8)
        frame[2:14, 2:14] = (200, 10 * at, 0, 255)
        frame[5:8, 4:7] = (0, 0, 99, 255)
        Image.fromarray(frame).save(folder / f"blob_{chr(97 + at)}.png")
    run, out = tmp_path / "run", tmp_path / "made" / "blobs"
    recipe = replace(style(), steps=30, pool_size=4, lr=3e-3, sample_prompts=("blob",))
    result = learn_style(
        recipe,
        StyleOptions(folder=folder, bundle=bundle, out=out),
        RunOptions(run=run, hours=1, compile=False, threads=1),
        report=lambda _: None,
    )
    assert result["after"]["loss_held_out"] < 0.9 * result["before"]["loss_held_out"]
    assert result["real"]["sharpness"] == 1
    assert json.loads((run / "style.json").read_text()) == result
    assert Image.open(run / "style.png").size == (4 * 64, 3 * 64)
    card = verify(out)
    assert card.look.pitch == 5
    assert len(card.look.palette) == 16 + 1
    assert result["after"]["off_palette"] < 1e-6 < result["before"]["off_palette"]
    training = card.training
    assert (training["steps"], training["data"]) == (7 + 30, ["procedural"])
    described = training["style"]
    assert isinstance(described, dict)
    assert (described["folder"], described["sprites"], described["steps"]) == ("blobs", 16, 30)
    assert described["held_out"] == ["blob_e.png", "blob_j.png", "blob_o.png", "blob_t.png"]
