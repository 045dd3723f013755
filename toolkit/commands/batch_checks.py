"""``playreel batch estimate``, ``verify`` and ``clean``: a batch looked at, not run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.batch.benching import Plan, bench_batch
from toolkit.batch.cleaning import clean
from toolkit.batch.estimate import Estimate, estimate
from toolkit.batch.order import Order, prepare, read_order
from toolkit.batch.verifying import sample_of, verify_assets
from toolkit.commands.batch_order import model_options, order_from, order_options
from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.pipelines.speed import Speeds
from toolkit.runtime.models import Models, load_models


@click.command("estimate")
@order_options
@json_flag
def estimate_command(as_json: bool, **flags: Any) -> None:
    """Say what running MANIFEST would cost here: frames, tokens, seconds, memory, disk."""
    order = order_from(flags)
    prepared = prepare(order, read_order(order), note)
    found = estimate(prepared, lambda: load_order_models(order), Speeds())
    if as_json:
        say_json(found.to_json())
        return
    for line in estimate_lines(found):
        say(line)


@click.command("verify")
@order_options
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="How many assets to make again; 0 is all.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the choice of assets.")
@json_flag
@click.pass_context
def verify_command(
    context: click.Context, sample: int, seed: int, as_json: bool, **flags: Any
) -> None:
    """Make some assets of MANIFEST again and compare every byte; exits with 1 if one differs."""
    order = order_from(flags)
    prepared = prepare(order, read_order(order), note)
    names = sample_of(prepared, sample, seed)
    same = True
    verdicts: list[dict[str, Any]] = []
    for verdict in verify_assets(prepared, names, lambda: load_order_models(order)):
        same &= verdict.same
        verdicts.append({"asset": verdict.asset, "same": verdict.same, "detail": verdict.detail})
        if not as_json:
            say(f"{'ok  ' if verdict.same else 'FAIL'}  {verdict.asset}: {verdict.detail}")
    if as_json:
        say_json({"assets": verdicts})
    context.exit(0 if same else 1)


@click.command("clean")
@order_options
@click.option("--all", "everything", is_flag=True, help="Remove all that the batch made.")
@json_flag
def clean_command(everything: bool, as_json: bool, **flags: Any) -> None:
    """Remove files and cache entries that MANIFEST no longer asks for.

    Files that somebody changed since they were made are kept.
    """
    order = order_from(flags)
    prepared = prepare(order, read_order(order), note)
    cleaned = clean(prepared, everything=everything)
    if as_json:
        say_json({"files": cleaned.files, "kept": cleaned.kept, "cache_entries": cleaned.entries})
        return
    for name in cleaned.files:
        say(f"removed {name}")
    for name in cleaned.kept:
        say(f"kept {name}: it was changed since")
    note(f"{len(cleaned.files)} files and {cleaned.entries} cache entries removed")


@click.command("bench")
@model_options
@click.option(
    "--unchanged",
    type=click.IntRange(1, 10_000),
    default=1000,
    show_default=True,
    help="Assets of the run that has nothing to do.",
)
@click.option(
    "--on-ray",
    type=click.IntRange(0, 10_000),
    default=200,
    show_default=True,
    help="Assets of the comparison with Ray; 0 leaves it out.",
)
@json_flag
def bench_command(unchanged: int, on_ray: int, as_json: bool, **flags: Any) -> None:
    """Time MANIFEST cold, joined and cached, a run with nothing to do, and Ray beside local."""
    order = order_from({**flags, "out": ""})
    plan = Plan(unchanged=unchanged, on_ray=on_ray)
    figures = bench_batch(Path(order.manifest), order, plan=plan, report=note)
    if as_json:
        say_json(figures)
        return
    for name, value in figures.items():
        say(f"{name.replace('_', ' ')}: {value}")


def load_order_models(order: Order) -> Models:
    """The models of an order, on its provider and threads."""
    return load_models(order.bundle_folder, provider=order.provider, threads=order.threads)


def estimate_lines(found: Estimate) -> list[str]:
    """The figures for people, a line each."""
    peak = "unknown here" if found.peak_mib is None else f"{found.peak_mib:.0f} MiB"
    return [
        f"assets     {found.assets}: {found.generate} to generate, {found.export_only} to export, "
        f"{found.unchanged} unchanged",
        f"frames     {found.work.frames} in {found.work.takes} takes",
        f"tokens     {found.work.tokens}",
        f"work       {found.work.evaluations} network evaluations, "
        f"{found.operations / 1e12:.3f} TFLOP",
        f"time       {found.seconds:.1f} s, with all retries {found.seconds_with_retries:.1f} s",
        f"memory     {peak}",
        f"disk       at most {found.disk_mib:.1f} MiB",
    ]
