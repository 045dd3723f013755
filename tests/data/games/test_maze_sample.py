"""The sample of ViZDoom: a world that plays, and a README that says what its report says."""

import json
from pathlib import Path

from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import load_world

SAMPLE = Path(__file__).parents[3] / "samples" / "vizdoom"


def test_the_sample_plays():
    env = WorldModelEnv(load_world(SAMPLE / "world"))
    first, _ = env.reset(seed=1)
    after, *_ = env.step(env.shape.action_names.index("left"))
    assert env.shape.game == "vizdoom"
    assert after.shape == first.shape
    assert (after != first).any()


def test_the_readme_says_what_the_report_says():
    play = json.loads((SAMPLE / "world" / "evaluation.json").read_text())["play"]
    text = (SAMPLE / "README.md").read_text("utf-8")
    rows = [play[name] for name in ("model", "no_memory", "action_ignored", "copy_last_frame")]
    pictures = (", ".join(f"{row[f'psnr_{at}']:.1f}" for at in (1, 4, 16, 64)) for row in rows)
    cameras = (f"{row['camera_1']:.0%}, {row['camera_16']:.0%}".replace("%", "", 1) for row in rows)
    cells = [" | ".join(pictures), " | ".join(cameras).replace("%", " %")]
    assert all(f"| {row} |" in text for row in cells)
