"""``playreel models``: which bundles there are and whether they are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, say, say_json
from toolkit.errors import ModelError
from toolkit.runtime.model_card import read_card
from toolkit.runtime.models import DEFAULT_BUNDLE, verify

bundles_argument = click.argument("bundles", nargs=-1, type=click.Path(path_type=Path))


@click.group("models")
def models_group() -> None:
    """List the model bundles and check that their files are whole."""


@models_group.command("list")
@bundles_argument
@json_flag
def list_command(bundles: tuple[Path, ...], as_json: bool) -> None:
    """Name, version, licence and hash of BUNDLES (default: the shipped one)."""
    listed = [describe(folder) for folder in bundles or (DEFAULT_BUNDLE,)]
    if as_json:
        say_json({"models": listed})
    else:
        for entry in listed:
            say("{name} {version}  {licence}  {hash:.12}  {bundle}".format(**entry))


@models_group.command("verify")
@bundles_argument
@json_flag
@click.pass_context
def verify_command(context: click.Context, bundles: tuple[Path, ...], as_json: bool) -> None:
    """Check every file of BUNDLES against its hash; exits with 1 if one is not whole."""
    checked = [check(folder) for folder in bundles or (DEFAULT_BUNDLE,)]
    if as_json:
        say_json({"models": checked})
    else:
        for entry in checked:
            say(f"{'ok  ' if entry['whole'] else 'FAIL'}  {entry['bundle']}: {entry['detail']}")
    context.exit(0 if all(entry["whole"] for entry in checked) else 1)


def describe(folder: Path) -> dict[str, Any]:
    """What a bundle says about itself, ready for JSON.

    Raises:
        ModelError: it is missing or says nothing readable.
    """
    card = read_card(folder)
    return {
        "bundle": str(folder),
        "name": card.name,
        "version": card.version,
        "licence": card.licence,
        "hash": card.hash,
        "training": dict(card.training),
    }


def check(folder: Path) -> dict[str, Any]:
    """Whether the bundle is whole, and its hash or what is wrong, ready for JSON."""
    try:
        detail, whole = verify(folder).hash, True
    except ModelError as error:
        detail, whole = str(error), False
    return {"bundle": str(folder), "whole": whole, "detail": detail}
