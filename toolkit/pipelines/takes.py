"""What a request has to draw: its actions and directions, one take each; loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.conditioning.motion import closes, names_view
from toolkit.conditioning.phrases import LOOPING_ACTIONS, with_action
from toolkit.messages import DIRECTIONS, SpriteRequest

DIRECTION_SETS: dict[int, tuple[str, ...]] = {
    0: ("",),
    1: ("right",),
    2: ("right", "left"),
    4: ("down", "left", "right", "up"),
    8: DIRECTIONS,
}
"""Views of a request's ``directions``; the empty one leaves the prompt as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One clip of the sheet: what to say and how it is called."""

    name: str
    prompt: str
    loop: bool


def plan(request: SpriteRequest) -> list[Take]:
    """The takes of a request: every action in every direction, or just the prompt."""
    takes: list[Take] = []
    for action in request.actions or ("",):
        for direction in views(request):
            prompt = with_action(request.prompt, action=action, direction=direction)
            loops = action in LOOPING_ACTIONS if action else closes(request.prompt)
            name = "_".join(part for part in (action, direction) if part) or "default"
            takes.append(Take(name=name, prompt=prompt, loop=request.loop and loops))
    return takes


def views(request: SpriteRequest) -> tuple[str, ...]:
    """The directions to draw; of a single one the prompt's own words decide, if it has any."""
    if request.directions == 1 and names_view(request.prompt):
        return ("",)
    return DIRECTION_SETS[request.directions]
