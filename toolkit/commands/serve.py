"""``playreel serve``: the local server and its page."""

from __future__ import annotations

import asyncio
import logging
import sys
import webbrowser
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.world_option import WORLD, WORLD_NAMES
from toolkit.errors import BadRequest, PlayreelError
from toolkit.runtime.models import DEFAULT_BUNDLE
from toolkit.runtime.session import PROVIDERS, Provider
from toolkit.runtime.world_bundle import SHIPPED_WORLDS, read_world_card
from toolkit.state_folder import state_folder

if TYPE_CHECKING:
    from toolkit.server.settings import LaneSettings

GIB = 2**30
SHORTEST_TOKEN = 22
"""Characters; about 128 bits of base64."""
folder_path = click.Path(path_type=Path, file_okay=False)


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True,
              help="0 takes any free one.")  # fmt: skip
@click.option("--listen", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--token-file", type=click.Path(path_type=Path, dir_okay=False),
              help="File with a token of your own; needed for another address.")  # fmt: skip
@click.option("--state", type=folder_path, help="Folder of jobs, results and token.")
@click.option("--bundle", "bundles", type=folder_path, multiple=True,
              help="Bundle to offer, the first is the default; again for more.")  # fmt: skip
@click.option("--world", "worlds", type=WORLD, multiple=True,
              help=f"{WORLD_NAMES}, or a bundle folder; again for more.")  # fmt: skip
@click.option("--provider", type=click.Choice(list(PROVIDERS)), default="cpu", show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), help="Default: what is fastest here.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True,
              help="Where clips are made: here, or by the actors of a Ray cluster.")  # fmt: skip
@click.option(
    "--ray-address", default="", help="host:port of a cluster; default: one started here."
)
@click.option("--quota", type=click.FloatRange(0.01, 10_000), default=4.0, show_default=True,
              help="GiB of results to keep.")  # fmt: skip
@click.option("--memory", type=click.FloatRange(0.5, 1000), default=6.0, show_default=True,
              help="GiB that a worker may use.")  # fmt: skip
@click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")
@click.option("--verbose", is_flag=True, help="Log more, still without prompts.")
@json_flag
def serve_command(
    port: int,
    listen: str,
    token_file: Path | None,
    state: Path | None,
    bundles: tuple[Path, ...],
    worlds: tuple[Path, ...],
    provider: Provider,
    threads: int | None,
    engine: str,
    ray_address: str,
    quota: float,
    memory: float,
    open_page: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Serve the websocket for Godot, Blender and scripts, and the page, until Ctrl-C."""
    from toolkit.server.app import AppSettings, Running
    from toolkit.server.limits import Limits
    from toolkit.server.logs import JsonLines
    from toolkit.server.program import run_until_stopped
    from toolkit.server.settings import ServiceSettings

    service = ServiceSettings(
        state=state or state_folder(),
        bundles=bundles or (DEFAULT_BUNDLE,),
        worlds={
            read_world_card(folder).name: folder for folder in worlds or SHIPPED_WORLDS.values()
        },
        provider=provider,
        threads=threads,
        limits=Limits(result_quota=int(quota * GIB), worker_memory=int(memory * GIB)),
    )
    token = read_own_token(token_file) if token_file else ""
    if listen not in ("127.0.0.1", "::1"):
        note(f"warning: {listen} may be reachable by others; use it behind TLS only.")

    def started(server: Running) -> None:
        link = server.page_url()
        if as_json:
            say_json({"host": server.file.host, "port": server.file.port, "pid": server.file.pid})
        else:
            say(f"serving ws://{server.file.address}/, state in {service.state}")
            say(f"page (opens once): {link}")
        sys.stdout.flush()
        if open_page:
            webbrowser.open(link)

    log_to_stderr(JsonLines(), verbose=verbose)
    try:
        with opened_lanes(engine, ray_address, provider=provider, threads=threads) as lanes:
            behind = replace(service, lanes=lanes)
            settings = AppSettings(service=behind, host=listen, port=port, token=token)
            asyncio.run(run_until_stopped(settings, started))
    except* PlayreelError as group:
        raise group.exceptions[0] from None
    note("stopped; what was queued goes on at the next start.")


def opened_lanes(
    engine: str, ray_address: str, *, provider: Provider, threads: int | None
) -> AbstractContextManager[tuple[LaneSettings, ...]]:
    """The server's lanes, whose work is done here or on a Ray cluster.

    Raises:
        BadRequest: a cluster's address without the engine for it.
    """
    from toolkit.server.settings import MAIN, PREVIEW

    if engine == "ray":
        from toolkit.server.ray_engine import ray_lanes

        return ray_lanes(ray_address, provider=provider, threads=threads)
    if ray_address:
        raise BadRequest(f"ray_address is {ray_address} without --engine ray; add it.")
    return nullcontext((MAIN, PREVIEW))


def read_own_token(path: Path) -> str:
    """The token in a file of the user's.

    Raises:
        BadRequest: the file cannot be read, or its token is short or has odd characters.
    """
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"cannot read {path}: {error}.") from error
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable():
        raise BadRequest(
            f"the token in {path} has {len(token)} characters; "
            f"use at least {SHORTEST_TOKEN} random ASCII characters."
        )
    return token


def log_to_stderr(form: logging.Formatter, *, verbose: bool) -> None:
    """Send the server's log to stderr, a line of JSON each."""
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logger = logging.getLogger("playreel")
    logger.handlers = [handler]
    logger.setLevel("INFO" if verbose else "WARNING")
