from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from toolkit.conditioning.control import control_vectors
from toolkit.data.datasets import Batch
from toolkit.diffusion.guidance import guided
from toolkit.diffusion.sampler import Walk, sample_euler
from toolkit.diffusion.schedule import flow_sigmas
from toolkit.errors import BadRequest
from toolkit.training.checkpoint import CHECKPOINT, RunState, save_checkpoint
from toolkit.training.distillation import (
    TEACHER,
    Distillation,
    become_student,
    hold,
    leading,
    load_teacher,
    noised,
    per_frame,
    save_teacher,
)
from toolkit.training.network import clip_weights
from toolkit.training.objective import Told
from toolkit.training.recipes import StudentPlan, tiny_student
from toolkit.training.trainer import RunOptions, train

PLAN = StudentPlan(num_inference_steps=4, teacher_steps=20)
CPU = torch.device("cpu")


def slope(x: Tensor, sigma: Tensor, words: Tensor) -> Tensor:
    """What the scripted network answers: a pull of each clip that words strengthen."""
    return x * (0.3 + 0.2 * words) + 0.1 * sigma[..., None, None, None]


class ScriptedReader:
    """Tells a network only whether a clip has words, in place of its ids."""

    device = CPU

    def clean(self, batch: Batch) -> Tensor:
        return torch.from_numpy(batch.frames)

    def told(self, batch: Batch, captions: list[str], control: Tensor) -> Told:
        words = torch.tensor([float(bool(text)) for text in captions])[:, None, None, None, None]
        nothing = torch.zeros(())
        return Told(
            states=nothing, ids=words, mask=nothing, control=control, rope_cos=nothing,
            rope_sin=nothing,
        )  # fmt: skip


def scripted(
    x: Tensor, sigma: Tensor, states: Tensor, words: Tensor, mask: Tensor, control: Tensor,
    rope_cos: Tensor, rope_sin: Tensor,
) -> Tensor:  # fmt: skip
    return slope(x.float(), sigma, words)


def batch(count: int) -> Batch:
    rng = np.random.default_rng(0)
    frames = rng.standard_normal((count, 3, 4, 2, 2)).astype(np.float32)
    return Batch(
        frames=frames,  # type: ignore[arg-type]  # the scripted reader takes pixels as they are
        captions=["a knight"] * count,
        control=np.repeat(control_vectors(3, loop=True)[None], count, 0),
        loop=True,
    )


def distillation(student: object = scripted) -> Distillation:
    return Distillation(PLAN, student, scripted, ScriptedReader())  # type: ignore[arg-type]


def test_the_teacher_walks_as_the_sampler_does():
    x = np.random.default_rng(1).standard_normal((3, 4, 2, 2)).astype(np.float32)

    def predict(x: np.ndarray, sigma: np.ndarray, branches: int) -> np.ndarray:
        words = torch.tensor([1.0, 0.0][:branches])[:, None, None, None, None]
        pixels = torch.from_numpy(x).repeat(branches, 1, 1, 1, 1)
        return slope(pixels, torch.from_numpy(sigma)[None], words).numpy()

    expected = sample_euler(Walk(denoiser=guided(predict, 2.5, every=1), sigmas=flow_sigmas(20)), x)
    ours, sigmas = torch.from_numpy(x)[None], torch.from_numpy(flow_sigmas(4)).float()
    given = torch.zeros(1, 3, dtype=torch.bool)
    for now, then in pairwise(sigmas):
        ours = distillation().walk(batch(1), ours, ours, given, now[None], then[None])
    torch.testing.assert_close(ours[0].numpy(), expected, atol=1e-5, rtol=1e-4)


def test_given_frames_stay_and_are_told_to_be_clean():
    clean, given = torch.ones(1, 3, 4, 2, 2), torch.tensor([[True, False, False]])
    end = distillation().walk(
        batch(1), torch.zeros_like(clean), clean, given, torch.tensor([1.0]), torch.tensor([0.75])
    )
    assert torch.equal(end[:, 0], clean[:, 0])
    assert not torch.equal(end[:, 1], clean[:, 1])
    assert per_frame(torch.tensor([0.5]), given).tolist() == [[0.0, 0.5, 0.5]]
    assert torch.equal(
        hold(torch.zeros_like(clean), clean, given)[:, 1:], torch.zeros(1, 2, 4, 2, 2)
    )


def test_one_step_by_the_target_ends_where_the_teacher_did():
    start, goal = torch.randn(2, 2, 3, 4, 2, 2)
    now, then = torch.tensor([1.0, 0.25]), torch.tensor([0.75, 0.0])
    target = leading(start, goal, now, then)
    ratio = (then / now)[:, None, None, None, None]
    torch.testing.assert_close(target + (start - target) * ratio, goal)
    torch.testing.assert_close(target[1], goal[1])


def test_a_student_that_leads_where_the_teacher_goes_has_no_loss():
    class Perfect:
        def __call__(self, *_: Tensor) -> Tensor:
            return self.answer

        answer: Tensor

    perfect = Perfect()
    made = distillation(perfect)
    generator = torch.Generator()
    clips = batch(5)
    clean = torch.from_numpy(clips.frames)
    generator.manual_seed(4)  # the same draws as the objective makes
    at = torch.randint(4, (5,), generator=generator)
    given = torch.zeros(5, 3, dtype=torch.bool)
    given[:, 0] = torch.rand(5, generator=generator) < 0.3
    noise = torch.randn(clean.shape, generator=generator)
    now, then = made.sigmas[at], made.sigmas[at + 1]
    start = hold(noised(clean, noise, now), clean, given)
    perfect.answer = leading(start, made.walk(clips, start, clean, given, now, then), now, then)
    assert float(made(clips, generator.manual_seed(4))) == pytest.approx(0, abs=1e-9)
    perfect.answer = perfect.answer + 1
    assert float(made(clips, generator.manual_seed(4))) > 0.5


def test_steps_that_do_not_divide_are_refused():
    plan = replace(PLAN, teacher_steps=10)
    with pytest.raises(BadRequest, match="10 teacher steps for 4 student steps"):
        Distillation(plan, scripted, scripted, SimpleNamespace())  # type: ignore[arg-type]


def test_a_student_starts_as_its_teacher(tmp_path: Path):
    torch.manual_seed(2)
    weights = clip_weights("clip-tiny")
    for parameter in weights.ema.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    save_teacher(tmp_path, weights)
    become_student(weights)
    teacher = load_teacher(tmp_path, "clip-tiny", CPU, torch.bfloat16)
    for ours, theirs in zip(weights.compute.parameters(), teacher.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert not any(parameter.requires_grad for parameter in teacher.parameters())


def test_a_students_run_goes_on_with_its_own_teacher(tmp_path: Path):
    trained, run = tmp_path / "trained.pt", tmp_path / "run"
    save_checkpoint(trained, clip_weights("clip-tiny"), [], RunState(step=3))
    options = RunOptions(run=run, hours=1, max_steps=1, compile=False, threads=1)
    train(tiny_student(), replace(options, initial=trained), report=lambda _: None)
    kept = (run / TEACHER).read_bytes()
    assert (run / "samples_000001.png").is_file()
    resumed = replace(options, resume=True, max_steps=2)
    assert train(tiny_student(), resumed, report=lambda _: None).step == 2
    assert (run / TEACHER).read_bytes() == kept
    taught = torch.load(run / TEACHER, weights_only=True)
    learned = torch.load(run / CHECKPOINT, weights_only=True)["master"]
    moved = {name for name in taught if not torch.equal(learned[name], taught[name])}
    assert "transformer.unembed.weight" in moved
    assert not any(name.startswith("tower.") for name in moved)


def test_a_student_without_a_teacher_says_what_to_do(tmp_path: Path):
    with pytest.raises(BadRequest, match="start a student with --init and trained weights"):
        load_teacher(tmp_path, "clip-tiny", CPU, torch.bfloat16)
