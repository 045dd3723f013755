"""Where ``playreel generate`` draws: on a server that runs, or here."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from toolkit.client import Client
from toolkit.clip import Clip
from toolkit.commands.console import note, step_bar
from toolkit.errors import BadRequest, NotAllowed, ServerUnreachable
from toolkit.messages import Progress, Request
from toolkit.server_address import find_server
from toolkit.wire.answers import JobProgress


def open_server(
    state: Path | None, model: str, *, on_server: bool | None, own: bool
) -> Client | None:
    """A connected client, or ``None`` to draw here.

    Without a word of the user's (``on_server`` is ``None``) a server is used if it runs, lets us
    in and has ``model``, a hash or empty. Flags that choose a bundle, provider or threads
    (``own``) mean here.

    Raises:
        BadRequest: a server and such flags are asked for together.
        ServerUnreachable, NotAllowed: a server is asked for and there is none for us.
    """
    if own and on_server:
        raise BadRequest("--bundle, --provider and --threads are the server's own; leave them out.")
    if on_server is False or own:
        return None
    if on_server:
        return Client.connect(state, client="cli").open()
    address = find_server(state)
    if address is None:
        return None
    try:
        client = Client(address, client="cli").open()
        if not model or model in client.models():
            return client
    except (ServerUnreachable, NotAllowed) as error:
        note(f"drawing here: {error}")
        return None
    client.close()
    return None


def draw_on_server(client: Client, request: Request, model: str) -> Clip:
    """The clip that a server makes; its steps are shown, the client is closed in the end.

    Ctrl-C cancels the job there.
    """
    with closing(client), step_bar() as show:

        def on_progress(news: JobProgress) -> None:
            show(Progress(step=news.step, num_steps=news.num_steps, label=news.label))

        return client.generate(request, model=model, on_progress=on_progress)
