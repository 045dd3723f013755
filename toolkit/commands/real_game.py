"""The real game that a world simulates, where it is installed."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.commands.island import island, train_extra
from toolkit.episode import Episode
from toolkit.errors import BadRequest
from toolkit.pipelines.action_script import Act
from toolkit.runtime.world_bundle import WorldShape


def play_real(shape: WorldShape, acts: Sequence[Act], seed: int) -> Episode:
    """The acts in the real game of a world; it ends early when the game is over.

    Raises:
        PlayreelError: a library of the train extra is not installed.
        BadRequest: the game is none that Playreel can play, or has other actions.
    """
    recorder, games = island("data.games.recorder"), island("data.games.game")
    height, width = shape.size
    options = recorder.RecordOptions(width=width, height=height)
    known = shape.game in recorder.GAMES
    source = shape.game if known else f"{recorder.GYMNASIUM}{shape.game}"
    try:
        with train_extra():
            game, _ = recorder.open_game(source, options)
    except BadRequest as error:
        raise BadRequest(
            f"--beside-real cannot play {shape.game!r} ({error}) Leave the flag out."
        ) from error
    if game.action_names != shape.action_names:
        raise BadRequest(
            f"{shape.game} has the actions {', '.join(game.action_names)}, this world "
            f"{', '.join(shape.action_names)}; leave out --beside-real."
        )
    player = games.ScriptPlayer([act.action for act in acts])
    return games.play_once(game, player, steps=len(acts), seed=seed)
