"""The flags that all commands about a batch share, and the order they make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from toolkit.batch.order import Order
from toolkit.runtime.session import PROVIDERS

Command = TypeVar("Command", bound=Callable[..., Any])
any_path = click.Path(path_type=Path)
manifest_argument = click.argument("manifest", type=any_path)
yes_flag = click.option("--yes", "allow_large", is_flag=True, help="Allow more than 10,000 assets.")


MODEL_OPTIONS = (
    click.option("--threads", type=click.IntRange(1, 256), help="Default: the fastest here."),
    click.option(
        "--provider", type=click.Choice(list(PROVIDERS)), default="cpu", show_default=True
    ),
    click.option("--bundle", type=any_path, help="Bundle folder; default: the shipped one."),
)
"""What makes the clips; the last is shown first."""


def model_options(command: Command) -> Command:
    """The manifest and the flags that say what makes its clips."""
    for option in (*MODEL_OPTIONS, manifest_argument):
        command = option(command)
    return command


def order_options(command: Command) -> Command:
    """The flags that make an ``Order``; all commands about one take the same."""
    for option in (
        yes_flag,
        click.option("--lock", type=any_path, help="Lockfile; default: playreel.lock beside it."),
        click.option("--cache", help="Folder or URL of the cache; default: in the output folder."),
        *MODEL_OPTIONS,
        click.option(
            "-o",
            "--out",
            type=any_path,
            default=Path("out"),
            show_default=True,
            help="Folder for the files.",
        ),
        manifest_argument,
    ):
        command = option(command)
    return command


def order_from(flags: dict[str, Any]) -> Order:
    """The order of these flags; paths become text."""
    given = {name: value for name, value in flags.items() if value is not None}
    given.update({name: str(value) for name, value in given.items() if isinstance(value, Path)})
    return Order(**given)
