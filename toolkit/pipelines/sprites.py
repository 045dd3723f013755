"""SpriteRequest -> Clip: one run of the denoiser per action and direction, then the finish."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toolkit import __version__
from toolkit.clip import Clip, FrameTag
from toolkit.conditioning.control import control_vectors
from toolkit.conditioning.image import first_frame
from toolkit.conditioning.rotary import rotary_phases
from toolkit.conditioning.text import embed_prompts
from toolkit.diffusion.guidance import guided
from toolkit.diffusion.noise import gaussian
from toolkit.diffusion.sampler import KnownFrames, Walk, sample
from toolkit.diffusion.schedule import flow_sigmas
from toolkit.messages import Progress, SpriteRequest, encode_request
from toolkit.pipelines.takes import Take, plan
from toolkit.postprocess.finish import FinishOptions, finish
from toolkit.postprocess.steady import steady
from toolkit.runtime.denoiser import Told
from toolkit.runtime.model_card import Look
from toolkit.runtime.models import Models

OnProgress = Callable[[Progress, NDArray[np.uint8]], None]
"""Called after every step with the progress and the frames as they look so far."""


def generate_sprites(
    request: SpriteRequest,
    models: Models,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clip:
    """The finished clip, one tag per action and direction, with the metadata to make it again.

    Raises:
        BadRequest: the image of the request cannot be read.
        JobCancelled: ``cancelled()`` became true between two steps.
    """
    known = known_first_frame(request)
    takes = plan(request)
    shot: list[NDArray[np.uint8]] = []
    for take in takes:
        told = tell(take, request, models)
        pixels = denoise(take, told, request, models, known, on_progress, cancelled)
        shot.append(settled(pixels, known))
    clip = Clip(
        frames=np.concatenate(shot),
        fps=request.fps,
        tags=tags(takes, request.num_frames),
        metadata=provenance(request, models),
    )
    return finish(clip, finishing(request, models.card.look))


def finishing(request: SpriteRequest, look: Look) -> FinishOptions:
    """How the clip is finished: the colours asked for, else those of the bundle's style.

    A given image brings colours of its own, and keeps them.
    """
    given = bool(request.image)
    return FinishOptions(
        palette=request.palette or (() if given else look.palette),
        max_colors=request.max_colors,
        kept_frames=1 if given else 0,
        pitch=look.pitch,
    )


def tell(take: Take, request: SpriteRequest, models: Models) -> Told:
    """Words, controls and rotary phases of a take."""
    text_embeds, pooled = embed_prompts(
        [take.prompt, request.negative_prompt],
        tokenizer=models.tokenizer,
        encode=models.encode_text,
    )
    patch = models.card.patch
    rope_cos, rope_sin = rotary_phases(
        request.num_frames, request.height // patch, request.width // patch, loop=take.loop
    )
    return Told(
        text_embeds=text_embeds,
        pooled=pooled,
        control=control_vectors(request.num_frames, loop=take.loop),
        rope_cos=rope_cos,
        rope_sin=rope_sin,
    )


def denoise(
    take: Take,
    told: Told,
    request: SpriteRequest,
    models: Models,
    known: KnownFrames | None,
    on_progress: OnProgress | None,
    cancelled: Callable[[], bool] | None,
) -> NDArray[np.float32]:
    """Clean pixels f32 ``[F, 4, H, W]`` of one take; all takes start from the same noise."""
    shape = (request.num_frames, 4, request.height, request.width)

    def report(step: int, num_steps: int, clean: NDArray[np.float32]) -> None:
        if on_progress is not None:
            progress = Progress(step=step, num_steps=num_steps, label=take.name)
            on_progress(progress, Clip.from_float(clean))

    network, guidance_scale = models.network_of(request)
    walk = Walk(
        denoiser=guided(
            lambda x, sigma, branches: network.predict(x, sigma, branches, told), guidance_scale
        ),
        sigmas=flow_sigmas(request.num_inference_steps),
        known=known,
        on_step=report,
        cancelled=cancelled,
    )
    return sample(
        request.sampler,
        walk,
        gaussian(shape, seed=request.seed),
        noise=lambda step: gaussian(shape, seed=request.seed, stream=step + 1),
    )


def settled(pixels: NDArray[np.float32], known: KnownFrames | None) -> NDArray[np.uint8]:
    """Frames uint8 ``[F, H, W, 4]`` of a take whose pixels no longer shimmer; known ones stay."""
    drawn = Clip.from_float(pixels)
    frames = steady(drawn)
    if known is not None:
        frames[known.mask] = drawn[known.mask]
    return frames


def known_first_frame(request: SpriteRequest) -> KnownFrames | None:
    """The image of the request as a frame that stays, or ``None`` without one."""
    if not request.image:
        return None
    frame = first_frame(request.image, width=request.width, height=request.height)
    clean = np.zeros((request.num_frames, 4, request.height, request.width), np.float32)
    clean[0] = Clip.to_float(frame[None])[0]
    return KnownFrames(mask=np.arange(request.num_frames) == 0, clean=clean)


def tags(takes: list[Take], num_frames: int) -> tuple[FrameTag, ...]:
    """A tag a take, in order."""
    return tuple(
        FrameTag(
            name=take.name, start=index * num_frames, stop=(index + 1) * num_frames, loop=take.loop
        )
        for index, take in enumerate(takes)
    )


def provenance(request: SpriteRequest, models: Models) -> dict[str, str]:
    """What every file made from the clip carries, enough to make it again."""
    return {
        "prompt": request.prompt,
        "seed": str(request.seed),
        "sampler": request.sampler,
        "request": encode_request(request),
        "bundle": models.card.hash,
        "version": __version__,
    }
