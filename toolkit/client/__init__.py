"""A running server from Python: the same ``generate``, and jobs that outlive connections.

::

    with Client.connect() as client:
        job = client.submit(SpriteRequest(prompt="a red knight walking right"))
        clip = job.result()

``AsyncClient`` has the same methods to be awaited.
"""

from __future__ import annotations

from toolkit.client.awaited import AsyncClient
from toolkit.client.blocking import Client
from toolkit.client.opening import arguments

__all__ = ["AsyncClient", "Client", "arguments"]
