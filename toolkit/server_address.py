"""Where a server is, found through the user's state folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import ServerUnreachable
from toolkit.state_folder import read_server, read_token, state_folder

START = "start one with: playreel serve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is and what lets us in."""

    url: str
    token: str = field(repr=False)


def find_server(state: Path | None = None) -> Address | None:
    """The server that the state folder names, or ``None``; whether it answers is another thing."""
    folder = state or state_folder()
    known = read_server(folder)
    token = read_token(folder)
    if known is None or not token:
        return None
    return Address(url=f"ws://{known.address}/", token=token)


def require_server(state: Path | None) -> Address:
    """The server that the state folder names.

    Raises:
        ServerUnreachable: it names none.
    """
    found = find_server(state)
    if found is None:
        raise ServerUnreachable(f"no server is known in {state or state_folder()}; {START}.")
    return found
