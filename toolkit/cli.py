"""``playreel``: the program; it parses, calls, and turns every failure into one sentence."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from toolkit import __version__
from toolkit.commands.batch import batch_group
from toolkit.commands.bench import bench_group
from toolkit.commands.bridge import bridge_group
from toolkit.commands.clip_evaluation import (
    evaluate_clip_command,
    evaluate_judges_command,
    evaluate_sheet_command,
)
from toolkit.commands.console import note
from toolkit.commands.doctor import doctor_command
from toolkit.commands.export import export_command
from toolkit.commands.generate import generate_command
from toolkit.commands.island import evaluate_group, train_group
from toolkit.commands.mesh import mesh_command
from toolkit.commands.models import models_group
from toolkit.commands.packs import packs_command
from toolkit.commands.play import play_command
from toolkit.commands.record import record_command
from toolkit.commands.rollout import rollout_command
from toolkit.commands.serve import serve_command
from toolkit.commands.turntable import turntable_command
from toolkit.commands.turntable_evaluation import (
    evaluate_azimuths_command,
    evaluate_turntable_command,
)
from toolkit.commands.world_evaluation import evaluate_world_command
from toolkit.commands.world_training import train_world_command, world_bundle_command
from toolkit.errors import JobCancelled, PlayreelError, ResourceLimit

USAGE_ERROR = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="playreel")
def playreel() -> None:
    """Sentences in, animated transparent engine-ready sprites out, on your own machine.

    Exit codes: 0 done, 1 some items failed, 2 wrong input or no way to write, 3 no server or
    cluster answers, 4 cancelled, 5 the server refused the token or version, 6 resource limit,
    7 a lockfile would change.
    """


for command in (
    generate_command, turntable_command, batch_group, serve_command, record_command,
    rollout_command, play_command, export_command, mesh_command, models_group, doctor_command,
    train_group, evaluate_group, bench_group, bridge_group,
):  # fmt: skip
    playreel.add_command(command)
for command in (train_world_command, world_bundle_command):
    train_group.add_command(command)

train_group.add_command(packs_command)
for command in (
    evaluate_clip_command, evaluate_judges_command, evaluate_sheet_command, evaluate_world_command,
    evaluate_turntable_command, evaluate_azimuths_command,
):  # fmt: skip
    evaluate_group.add_command(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (default: the process's) and return its exit code."""
    try:
        result = playreel.main(arguments, prog_name="playreel", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE_ERROR
    except click.ClickException as error:
        note(f"error: {_with_help(error)}")
        return USAGE_ERROR
    except (click.Abort, KeyboardInterrupt):
        note("error: cancelled; nothing more was written.")
        return JobCancelled.exit_code
    except PlayreelError as error:
        note(f"error: {error}")
        return error.exit_code
    except MemoryError:
        note("error: the memory of this machine is used up; ask for fewer or smaller frames.")
        return ResourceLimit.exit_code
    return result if isinstance(result, int) else 0


def _with_help(error: click.ClickException) -> str:
    """The message of a usage error with the command whose help explains it."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.format_message().rstrip(".")
    return f"{message}; see {context.command_path} --help." if context else f"{message}."


def main() -> None:
    """Run the program and exit with its code."""
    sys.exit(run())
