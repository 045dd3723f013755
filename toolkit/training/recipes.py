"""One function per published checkpoint, returning the whole configuration of its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of a run with one clip length."""

    name: str
    share: float
    """Share of the run's hours."""
    num_frames: int
    batch: int
    weights: Mapping[str, float]
    """Draw weight per source: procedural, clips, stills, turntables, props."""
    beside: tuple[Stage, ...] = ()
    """Stages whose batches take turns with this one's; their shares are of the steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentPlan:
    """What a few-step network is distilled from (Meng et al., 2210.03142, in one stage)."""

    num_inference_steps: int = 4
    teacher_steps: int = 12
    """Of the teacher's whole walk; a multiple of the student's."""
    guidance_scale: float = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides a training run besides its data."""

    preset: str
    stages: tuple[Stage, ...]
    seed: int = 0
    lr: float = 1e-3
    """Peak rate of AdamW and, RMS-matched, of Muon."""
    steps: int | None = None
    """Ends the run after so many steps even when hours are left; the rate falls towards it."""
    warmup_steps: int = 100
    decay_share: float = 0.25
    """Last share of the hours in which the rate falls linearly to zero."""
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema: float = 0.998
    text_dropout: float = 0.1
    control_dropout: float = 0.1
    pool_size: int = 2048
    """Procedural clips held in memory."""
    checkpoint_seconds: float = 480.0
    shards: int | None = None
    """Parts of a batch, each drawn from a seed of its own and computed for itself; None: one a
    process. Runs with equal parts learn the same, however many processes share them."""
    deciding_share: float = 0.0
    """Share of clips noised to where it is decided what they show: sigmas around 0.9."""
    words_kept: bool = False
    """Whether the text tower stays as it is, so that a student distilled before still fits it."""
    student: StudentPlan | None = None
    """Distil a few-step network from the weights that the run starts from."""
    sample_prompts: tuple[str, ...] = field(
        default=(
            "a red knight walking right",
            "a purple wizard casting a spell, facing left",
            "a green slime",
            "a blue bat flying",
            "a yellow coin spinning",
            "an orange flame burning",
            "a cyan robot attacking, facing left",
            "a skeleton archer in black jumping, facing right",
            "a small white ghost",
            "a pink gem spinning",
            "an orc barbarian with a green shield running, facing the viewer",
            "grinning face",
        )
    )


def clip() -> Recipe:
    """The shipped clip model: stills, then eight frames, procedural grid before the real mix."""
    return Recipe(
        preset="clip-s",
        stages=(
            Stage(
                name="stills", share=0.02, num_frames=1, batch=128,
                weights={"procedural": 0.7, "stills": 0.25, "clips": 0.05},
            ),
            Stage(
                name="grid", share=0.55, num_frames=8, batch=32,
                weights={"procedural": 0.85, "clips": 0.13, "turntables": 0.02},
            ),
            Stage(
                name="mix", share=0.43, num_frames=8, batch=32,
                weights={"procedural": 0.65, "clips": 0.28, "turntables": 0.07},
            ),
        ),
    )  # fmt: skip


def clip_on() -> Recipe:
    """A further run of ``clip`` from trained weights, half of whose clips are turns.

    Every other step cleans as many single frames: a look and its words cost eight times less to
    learn there than in a clip.
    """
    single = {
        "procedural": 0.55, "props": 0.28, "stills": 0.06, "turntables": 0.06, "clips": 0.05,
    }  # fmt: skip
    weights = {"procedural": 0.42, "props": 0.4, "turntables": 0.1, "clips": 0.08}
    return replace(clip(), stages=(_clips_beside_stills(weights, single),))


def _clips_beside_stills(weights: Mapping[str, float], single: Mapping[str, float]) -> Stage:
    """Clips by ``weights``, and in every other step as many frames, ``single`` ones."""
    stills, _, mix = clip().stages
    beside = replace(stills, share=0.5, batch=256, weights=single)
    return replace(mix, share=1.0, beside=(beside,), weights=weights)


def clip_keep_words() -> Recipe:
    """A further run whose text tower stays: the student of the same words need not be made anew."""
    return replace(clip_on(), words_kept=True)


def clip_figures() -> Recipe:
    """A further run on figures told in whole sentences, after captions came to name more.

    The words stay; a lower rate that falls for half of the run, because it is a short one.
    """
    single = {
        "procedural": 0.75, "props": 0.1, "stills": 0.06, "turntables": 0.04, "clips": 0.05,
    }  # fmt: skip
    weights = {"procedural": 0.72, "props": 0.14, "turntables": 0.04, "clips": 0.1}
    return replace(
        clip(),
        stages=(_clips_beside_stills(weights, single),),
        lr=7e-4,
        ema=0.99,
        decay_share=0.5,
        words_kept=True,
    )


def clip_words() -> Recipe:
    """A further run on what a prompt says, at the noise where sampling decides it."""
    return replace(clip_figures(), deciding_share=0.5, words_kept=False)


def student() -> Recipe:
    """The four-step network, distilled from trained weights on figures, clips and turns."""
    _, _, mix = clip().stages
    weights = {"procedural": 0.6, "clips": 0.16, "props": 0.18, "turntables": 0.06}
    return replace(
        clip(),
        stages=(replace(mix, share=1.0, batch=8, weights=weights),),
        lr=3e-4,
        decay_share=0.4,
        words_kept=True,
        student=StudentPlan(),
    )


def style() -> Recipe:
    """A short run on a user's own sprites, from trained weights: small batches, a low rate."""
    return Recipe(
        preset="clip-s",
        stages=(
            Stage(name="style", share=1.0, num_frames=8, batch=16, weights={"own": 0.7}),
        ),
        lr=2e-4,
        warmup_steps=20,
        decay_share=0.3,
        weight_decay=0.0,
        ema=0.99,
        control_dropout=0.0,
        pool_size=256,
        checkpoint_seconds=300.0,
    )  # fmt: skip


def tiny() -> Recipe:
    """A run of seconds for the tests: the generator only."""
    return Recipe(
        preset="clip-tiny",
        stages=(Stage(name="grid", share=1.0, num_frames=2, batch=2, weights={"procedural": 1.0}),),
        pool_size=4,
        warmup_steps=2,
        checkpoint_seconds=1e9,
        sample_prompts=("a red knight walking right",),
    )


def tiny_student() -> Recipe:
    """A run of seconds for the tests that distils two steps from four."""
    plan = StudentPlan(num_inference_steps=2, teacher_steps=4)
    return replace(tiny(), words_kept=True, student=plan)


RECIPES = {
    "clip": clip, "clip-on": clip_on, "clip-keep-words": clip_keep_words,
    "clip-figures": clip_figures, "clip-words": clip_words, "student": student,
    "style": style, "tiny": tiny, "tiny-student": tiny_student,
}  # fmt: skip
