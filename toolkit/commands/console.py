"""What commands say: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from toolkit.messages import Progress

json_flag = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on stdout instead of text."
)


def say(text: str) -> None:
    """One line for the reader, on stdout."""
    click.echo(text)


def note(text: str) -> None:
    """One line about what is going on, on stderr."""
    click.echo(text, err=True)


def say_json(result: Mapping[str, Any]) -> None:
    """One JSON object on stdout, for programs."""
    click.echo(json.dumps(result, indent=2))


@contextmanager
def others_on_stderr() -> Generator[None]:
    """What libraries print in this block goes to stderr: stdout carries one JSON object alone."""
    with redirect_stdout(sys.stderr):
        yield


@contextmanager
def step_bar() -> Generator[Callable[[Progress], None]]:
    """A function that draws each ``Progress`` as a bar on stderr, if that is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("starting", total=None)

        def show(progress: Progress) -> None:
            bars.update(
                task,
                description=progress.label or "drawing",
                completed=progress.step,
                total=progress.num_steps,
            )

        yield show


class Clock:
    """Seconds of each phase of a command."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def mark(self, phase: str) -> None:
        """Note that a phase ends now."""
        now = time.perf_counter()
        self.seconds[phase] = round(now - self._last, 3)
        self._last = now
