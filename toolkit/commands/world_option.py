"""A world on the command line: the name of a shipped one, or a bundle folder."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from toolkit.runtime.world_bundle import SHIPPED_WORLDS, world_folder

WORLD_NAMES = " or ".join(SHIPPED_WORLDS)


class WorldOption(click.ParamType[Path]):
    """Turns what was typed into a folder."""

    name = "world"

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The folder; whoever opens it says what is wrong with it."""
        return world_folder(str(value))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The shipped worlds that begin so, or the shell's own folders."""
        names = [name for name in SHIPPED_WORLDS if name.startswith(incomplete)]
        return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="dir")]


WORLD = WorldOption()
