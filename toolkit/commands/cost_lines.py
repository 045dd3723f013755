"""What a request will cost, in a line, before it is drawn: here or on a server."""

from __future__ import annotations

import json
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from toolkit.messages import Request, TurntableRequest, encode_request
from toolkit.pipelines.cost import cost_of, measure_once
from toolkit.pipelines.speed import Speeds
from toolkit.pipelines.work import asked_of_network
from toolkit.runtime.models import DEFAULT_BUNDLE, Models
from toolkit.runtime.session import Provider
from toolkit.server_address import Address

PATIENCE = 5.0
"""Seconds; nobody waits longer for a forecast."""


def cost_here(
    request: Request,
    models: Models,
    bundle: Path | None,
    provider: Provider | None,
    threads: int | None,
    *,
    formats: int,
) -> str:
    """What the request will cost in this process; its shape is measured if it never was."""
    where: Any = {"provider": provider or "cpu", "threads": threads}
    speeds, asked = Speeds(), asked_of_network(request)
    assert asked is not None, "a mesh needs no model"
    measure_once(asked, models, speeds, bundle=bundle or DEFAULT_BUNDLE, **where)
    return str(cost_of(request, models.card, speeds, formats=formats, **where))


def cost_there(address: Address, request: Request) -> str | None:
    """The line that the server's page shows for the request; ``None`` of meshes and without one.

    A first frame costs nothing more and is not sent.
    """
    if isinstance(request, TurntableRequest) and request.mesh:
        return None
    query = urlencode({"request": encode_request(replace(request, image=b""))})
    url = f"{address.url.replace('ws', 'http', 1)}cost?{query}"
    asked = HttpRequest(url, headers={"Authorization": f"Bearer {address.token}"})
    try:
        with urlopen(asked, timeout=PATIENCE) as answer:
            return str(json.loads(answer.read())["line"])
    except (OSError, HTTPException, ValueError, KeyError):  # the job itself says what is wrong
        return None
