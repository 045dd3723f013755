"""A sentence from all around: the clip model, told the camera's azimuth at every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip, FrameTag
from toolkit.conditioning.control import control_vectors
from toolkit.messages import SpriteRequest, TurntableRequest
from toolkit.pipelines.sprites import (
    OnProgress,
    Take,
    denoise,
    known_first_frame,
    provenance,
    tell,
)
from toolkit.pipelines.turntable import TURN, metadata_of, tags_of, views_of
from toolkit.postprocess.finish import FinishOptions, finish
from toolkit.runtime.models import Models

PHRASE = "{prompt} rotating, 3d turntable"
"""How the captions of training's turntables end."""


def draw_turntable(
    request: TurntableRequest,
    models: Models,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clip:
    """The turn of what the prompt describes; with an image, that is the first view.

    The network always draws counter-clockwise from the first view, as it learned to; other orders
    are made of its frames.

    Raises:
        BadRequest: the image of the request cannot be read.
        JobCancelled: ``cancelled()`` became true between two steps.
    """
    views = views_of(request)
    azimuths = np.array([view.azimuth for view in views])
    order, turn = learned_turn(azimuths)
    sprite = as_sprite(request)
    take = Take(name=TURN, prompt=sprite.prompt, loop=True)
    control = control_vectors(
        len(views),
        loop=True,
        style="render",
        azimuths=turn,
    )
    told = replace(tell(take, sprite, models), control=control)
    known = known_first_frame(sprite)
    pixels = denoise(take, told, sprite, models, known, on_progress, cancelled)
    metadata = {**provenance(sprite, models), **metadata_of(request, views, {})}
    turned = Clip(
        frames=Clip.from_float(pixels),
        fps=request.fps,
        tags=(FrameTag(name=TURN, start=0, stop=len(views)),),
        metadata={**metadata, "prompt": request.prompt},
    )
    finished = finish(turned, FinishOptions(pixel_art=False))
    return replace(finished, frames=finished.frames[np.argsort(order)], tags=tags_of(request))


def learned_turn(
    azimuths: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The order of the views int64 ``[F]`` in which training's orbits turn, and their radians.

    ``azimuths`` f64 ``[F]`` are the cameras' in degrees. Training counts the subject's turn, which
    is counter-clockwise, so that the camera's azimuth falls while the radians f32 ``[F]`` rise.
    """
    order = np.argsort((azimuths[0] - azimuths) % 360.0, kind="stable")
    return order, np.radians(-azimuths[order] % 360.0).astype(np.float32)


def as_sprite(request: TurntableRequest) -> SpriteRequest:
    """The sprite request that gives the same size, steps and seed to the network."""
    width, height = request.size
    return SpriteRequest(
        prompt=PHRASE.format(prompt=request.prompt.rstrip(" .,")),
        negative_prompt=request.negative_prompt,
        num_frames=request.num_views,
        width=width,
        height=height,
        fps=request.fps,
        seed=request.seed,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
        sampler=request.sampler,  # type: ignore[reportArgumentType]  # the request has checked it
        image=request.image,
    )
