"""How a connection to a server is opened, and what to say when it cannot be."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any, cast

from websockets.asyncio.client import ClientConnection as AsyncConnection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection as Connection
from websockets.sync.client import connect as connect_sync
from websockets.typing import Subprotocol

from toolkit.errors import NotAllowed, PlayreelError, ServerUnreachable
from toolkit.server_address import START, Address
from toolkit.wire.fields import MOST_FRAME, SUBPROTOCOL

__all__ = [
    "CLOSED", "NOT_OPENED", "AsyncConnection", "Connection", "arguments", "open_async",
    "open_sync", "pauses", "refusal",
]  # fmt: skip
PATIENCE = 30.0
"""Seconds to try again after a connection was lost."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
NOT_OPENED = (OSError, InvalidHandshake, ConnectionClosed, EOFError)
"""What opening a connection may raise."""
CLOSED = ConnectionClosed
"""What a connection that has ended raises."""


def arguments(address: Address) -> dict[str, Any]:
    """How to open the websocket."""
    return {
        "subprotocols": [Subprotocol(SUBPROTOCOL)],
        "additional_headers": {"Authorization": f"Bearer {address.token}"},
        "compression": None,
        "max_size": MOST_FRAME,
        "open_timeout": 10,
        "proxy": None,
    }


def pauses() -> Generator[float]:
    """Seconds between attempts to connect: doubling, with some chance so that clients spread."""
    pause = FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(LONGEST_PAUSE, pause * 2)


def refusal(error: Exception, address: Address) -> PlayreelError:
    """What to say when a server cannot be reached or does not let us in."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        if status == 401:
            return NotAllowed(f"{address.url} refused the token; is it of another state folder?")
        if status in (400, 403):
            return NotAllowed(f"{address.url} does not speak {SUBPROTOCOL}; update Playreel.")
    return ServerUnreachable(f"no server answers at {address.url} ({error}); {START}.")


def open_sync(address: Address) -> Connection:
    """A connection that blocks; close it by leaving its ``with`` block."""
    return cast(Any, connect_sync)(address.url, **arguments(address))


def open_async(address: Address) -> connect_async:
    """A connection to be awaited, as an ``async with`` block takes it."""
    return connect_async(address.url, **arguments(address))
