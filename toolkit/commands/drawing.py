"""Where ``playreel generate`` and ``turntable`` draw: on a server that runs, or here."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from toolkit.client import Client
from toolkit.clip import Clip
from toolkit.commands.console import note, step_bar
from toolkit.commands.cost_lines import cost_there
from toolkit.commands.mesh_references import first_reference
from toolkit.errors import BadRequest, NotAllowed, PlayreelError, ServerUnreachable
from toolkit.messages import Progress, Request, TurntableRequest
from toolkit.remote_job import mesh_of
from toolkit.server_address import find_server
from toolkit.wire.answers import JobProgress


class Unfit(BadRequest):
    """What a server cannot draw and this program perhaps can."""


def open_server(
    state: Path | None, model: str, *, on_server: bool | None, own: bool, request: Request
) -> Client | None:
    """A connected client, or ``None`` to draw here.

    Without a word of the user's (``on_server`` is ``None``) a server is used if it runs, lets us
    in, has ``model``, a hash or empty, and can draw the request. Flags that choose a bundle,
    provider or threads (``own``) mean here.

    Raises:
        BadRequest: a server and such flags are asked for together, or a mesh is not for it.
        ServerUnreachable, NotAllowed: a server is asked for and there is none for us.
    """
    if own and on_server:
        raise BadRequest("--bundle, --provider and --threads are the server's own; leave them out.")
    if on_server is False or own:
        return None
    if on_server:
        return _required(Client.connect(state, client="cli").open(), request)
    address = find_server(state)
    if address is None:
        return None
    try:
        client = Client(address, client="cli").open()
        if not model or model in client.models():
            return _required(client, request)
    except (ServerUnreachable, NotAllowed, Unfit) as error:
        note(f"drawing here: {error}")
        return None
    client.close()
    return None


def _required(client: Client, request: Request) -> Client:
    """The client, if its server can draw the request; else it is closed."""
    try:
        if isinstance(request, TurntableRequest) and request.mesh:
            _require_fit(client, Path(request.mesh).name, mesh_of(request))
    except PlayreelError:
        client.close()
        raise
    return client


def _require_fit(client: Client, name: str, content: bytes) -> None:
    client.models()  # waits for its greeting
    server = client.talk.server
    assert server is not None, "it has greeted"
    most = int(server.limits.get("max_upload", 0))
    if "meshes" not in server.features:
        raise Unfit("the server draws no meshes; pip install 'playreel[mesh]' there.")
    if len(content) > most:
        raise Unfit(f"{name} has {len(content)} bytes; the server takes {most}: use --embedded.")
    if other := first_reference(name, content):
        raise Unfit(
            f"{name} refers to {other!r:.100} beside it, and a server gets one file; "
            "export it as .glb, or draw it with --embedded."
        )


def draw_on_server(client: Client, request: Request, model: str) -> Clip:
    """The clip that a server makes; its steps are shown, the client is closed in the end.

    What it will cost is said first; Ctrl-C cancels the job there.
    """
    cost = cost_there(client.address, request)
    if cost is not None:
        note(cost)
    with closing(client), step_bar() as show:

        def on_progress(news: JobProgress) -> None:
            show(Progress(step=news.step, num_steps=news.num_steps, label=news.label))

        return client.generate(request, model=model, on_progress=on_progress)
