from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from toolkit.clip import Clip
from toolkit.errors import ModelMismatch, ModelNotFound
from toolkit.evaluation.attributes import HEADS, NOT_ASKED
from toolkit.evaluation.judge_training import judge_loss, roughen
from toolkit.evaluation.judges import (
    CARD_FILE,
    FEATURES,
    WEIGHTS_FILE,
    Judge,
    judge_clips,
    load_judge,
    save_judge,
)

PAINTS = ((220, 40, 40), (40, 200, 40), (40, 60, 220))


def flat_clips(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Squares of three colours at random places, and which colour."""
    rng = np.random.default_rng(seed)
    color = rng.integers(0, 3, count)
    frames = np.zeros((count, 2, 64, 64, 4), np.uint8)
    for clip, paint in zip(frames, color, strict=True):
        y, x = rng.integers(8, 32, 2)
        clip[:, y : y + 20, x : x + 20] = (*PAINTS[paint], 255)
    return frames, color


def not_asked(count: int) -> dict[str, torch.Tensor]:
    return {head: torch.full((count,), NOT_ASKED) for head in HEADS}


def test_a_judge_learns_to_read_a_colour():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    judge = Judge(width=4)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=4e-3)
    frames, color = flat_clips(128, seed=1)
    pixels = torch.from_numpy(np.stack([Clip.to_float(clip) for clip in frames]))
    for step in range(60):
        chosen = torch.arange(32) + 32 * (step % 4)
        wanted = {**not_asked(32), "color": torch.from_numpy(color)[chosen]}
        optimizer.zero_grad()
        judge_loss(judge(pixels[chosen]), wanted).backward()
        optimizer.step()
    unseen, true = flat_clips(32, seed=2)
    assert (judge_clips(judge, unseen).guesses("color") == true).mean() > 0.9


def test_a_question_not_asked_moves_nothing():
    judge = Judge(width=4)
    wanted = {**not_asked(4), "color": torch.zeros(4, dtype=torch.long)}
    judge_loss(judge(torch.randn(4, 2, 4, 64, 64)), wanted).backward()
    assert judge.heads["color"].weight.grad.abs().sum() > 0
    assert judge.heads["action"].weight.grad.abs().sum() == 0


def test_a_verdict_does_not_depend_on_the_batch():
    frames, _ = flat_clips(7, seed=3)
    judge = Judge(width=4).eval()
    whole, parts = judge_clips(judge, frames), judge_clips(judge, frames, batch=3)
    assert whole.features.shape == (7, FEATURES)
    np.testing.assert_allclose(whole.features, parts.features, atol=1e-5)
    for head in HEADS:
        total = np.exp(parts.log_probabilities[head]).sum(1)
        np.testing.assert_allclose(total, 1, atol=1e-5)


def test_a_saved_judge_says_the_same(tmp_path: Path):
    frames, _ = flat_clips(6, seed=4)
    judge = Judge(width=4)
    judge(torch.randn(8, 2, 4, 64, 64))
    for value in judge.state_dict().values():
        if value.is_floating_point():
            value.copy_(value.half().float())
    save_judge(judge, tmp_path, {"accuracy": {"color": 0.5}})
    again, card = load_judge(tmp_path)
    assert card["accuracy"] == {"color": 0.5}
    np.testing.assert_array_equal(
        judge_clips(judge, frames).features, judge_clips(again, frames).features
    )


def test_the_judge_that_ships_stays_small(tmp_path: Path):
    save_judge(Judge(), tmp_path, {})
    assert (tmp_path / WEIGHTS_FILE).stat().st_size < 3_000_000


def test_a_missing_or_outdated_judge_is_named(tmp_path: Path):
    with pytest.raises(ModelNotFound, match="playreel evaluate judges"):
        load_judge(tmp_path)
    save_judge(Judge(width=4), tmp_path, {})
    save_file({"frame.1.weight": torch.zeros(4, 16, 3, 3)}, tmp_path / WEIGHTS_FILE)
    with pytest.raises(ModelMismatch, match="another shape"):
        load_judge(tmp_path)
    card = tmp_path / CARD_FILE
    card.write_text(card.read_text().replace('"knight"', '"cook"'))
    with pytest.raises(ModelMismatch, match="other attributes"):
        load_judge(tmp_path)


def test_roughening_is_seeded_and_keeps_the_shape():
    torch.manual_seed(0)
    clips = torch.rand(2, 3, 4, 64, 64)
    for seed in range(6):
        torch.manual_seed(seed)
        first = roughen(clips, np.random.default_rng(seed))
        torch.manual_seed(seed)
        assert torch.equal(first, roughen(clips, np.random.default_rng(seed)))
        assert first.shape == clips.shape
