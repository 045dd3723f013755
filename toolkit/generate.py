"""The front door: any request in, its clip out."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.clip import Clip
from toolkit.messages import Request, SpriteRequest, TurntableRequest
from toolkit.pipelines.sprites import OnProgress, generate_sprites
from toolkit.pipelines.turntable import generate_turntable, join_passes
from toolkit.runtime.models import Models


def generate(
    request: Request,
    models: Models,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Clip:
    """The clip that a request asks for; reads no settings, no environment, no globals.

    A turntable of several passes is one clip too, the passes one after the other: see
    ``pipelines.turntable``, whose ``split_passes`` takes them apart.

    Raises:
        BadRequest: something given with the request, such as its image, cannot be used.
        JobCancelled: ``cancelled()`` became true between two steps.
    """
    match request:
        case SpriteRequest():
            return generate_sprites(request, models, on_progress=on_progress, cancelled=cancelled)
        case TurntableRequest():
            passes = generate_turntable(
                request, models, on_progress=on_progress, cancelled=cancelled
            )
            return join_passes(passes)
