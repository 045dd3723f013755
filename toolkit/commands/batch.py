"""``playreel batch``: many assets from one manifest."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from toolkit.batch.manifest import read_manifest
from toolkit.batch.order import Order, Prepared, load_order, prepare, read_order
from toolkit.batch.outputs import planned_files
from toolkit.batch.results import HOWS, Result, Summary
from toolkit.batch.run import run_batch
from toolkit.batch.schema import manifest_schema
from toolkit.commands.batch_checks import (
    bench_command,
    clean_command,
    estimate_command,
    verify_command,
)
from toolkit.commands.batch_order import (
    any_path,
    manifest_argument,
    order_from,
    order_options,
    yes_flag,
)
from toolkit.commands.console import json_flag, note, others_on_stderr, say, say_json, step_bar
from toolkit.messages import Progress

HOW_WORDS = {"made": "made", "exported": "exported", "failed": "FAILED"}


class RunByDefault(click.Group):
    """A group whose first word may also be a manifest: ``playreel batch assets.yaml``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words, with ``run`` before those that name no command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group("batch", cls=RunByDefault)
def batch_group() -> None:
    """Make many assets from one manifest: declared, cached, reproducible, resumable.

    ``playreel batch MANIFEST`` runs it. Exit codes: 0 done, 1 some assets failed, 2 wrong
    manifest or no way to write, 3 no Ray cluster answers, 4 cancelled, 6 resource limit,
    7 the lockfile would change.
    """


@batch_group.command("run")
@order_options
@click.option("--locked", is_flag=True, help="Fail with 7 if the lockfile would change.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option(
    "--joined",
    type=click.IntRange(1, 64),
    help="Takes per network run; default: what is measured to be fastest.",
)
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--ray-address", help="host:port of a Ray cluster; default: one started here.")
@json_flag
@click.pass_context
def run_command(context: click.Context, dry_run: bool, as_json: bool, **flags: Any) -> None:
    """Make every asset of MANIFEST that is not made yet."""
    order = order_from(flags)
    if dry_run:
        say_plan(prepare(order, read_order(order), note), as_json=as_json)
    else:
        context.exit(run_order(order, as_json=as_json))


@batch_group.command("resume")
@click.argument("out", type=any_path)
@json_flag
@click.pass_context
def resume_command(context: click.Context, out: Path, as_json: bool) -> None:
    """Go on with the batch that was last run into OUT, with the same flags."""
    context.exit(run_order(load_order(out), as_json=as_json))


@batch_group.command("validate")
@manifest_argument
@yes_flag
@json_flag
def validate_command(manifest: Path, allow_large: bool, as_json: bool) -> None:
    """Check MANIFEST and all it includes; errors name file, line and column."""
    assets = read_manifest(manifest, allow_large=allow_large).assets
    files = sum(len(planned_files(asset)) for asset in assets)
    if as_json:
        say_json({"assets": [asset.name for asset in assets], "files": files})
    else:
        say(f"{manifest}: {len(assets)} assets, {files} files")


@batch_group.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of manifests, for editors."""
    say_json(manifest_schema())


for command in (estimate_command, verify_command, clean_command, bench_command):
    batch_group.add_command(command)


def run_order(order: Order, *, as_json: bool) -> int:
    """Run an order, tell how each asset ended, and return the exit code."""
    with step_bar() as show:

        def on_result(result: Result, done: int, total: int) -> None:
            show(Progress(step=done, num_steps=total, label=result.asset.name))
            if not as_json and result.how in HOW_WORDS:
                say(described(result))

        with others_on_stderr() if as_json else nullcontext():  # Ray prints when a worker dies
            summary = run_batch(order, report=note, on_result=on_result)
    if as_json:
        say_json(summary.to_json())
    note(closing(summary, Path(order.out)))
    return summary.exit_code


def described(result: Result) -> str:
    """How an asset ended, in a line."""
    record = result.record
    end = f"{len(record.files)} files" if record.status == "done" else record.reason
    kept = f" (kept: {record.reason})" if record.status == "done" and record.reason else ""
    return f"{HOW_WORDS[result.how]:<9} {result.asset.name}: {end}{kept}"


def closing(summary: Summary, out: Path) -> str:
    """The last line of a run."""
    counts = [f"{summary.count(how)} {how}" for how in HOWS if summary.count(how)]
    names = ", ".join(summary.differs)
    differs = f"; differs from the lockfile: {names}" if names else ""
    return f"{', '.join(counts)} in {summary.seconds:.1f} s{differs}; see {out / 'report.html'}"


def say_plan(prepared: Prepared, *, as_json: bool) -> None:
    """What a run would do, an asset a line."""
    plan = [
        {"asset": step.asset.name, "work": step.work, "files": planned_files(step.asset)}
        for step in prepared.steps
    ]
    if as_json:
        say_json({"steps": plan})
        return
    for step in plan:
        say(f"{step['work']:<9} {step['asset']}: {', '.join(shorten(step['files']))}")


def shorten(files: Sequence[str]) -> list[str]:
    """At most six names, and how many more there are."""
    more = [f"and {len(files) - 6} more"] if len(files) > 6 else []
    return [*files[:6], *more]
