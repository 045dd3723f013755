"""What a request would cost on this server, as the page shows it before anybody submits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolkit.messages import decode_request
from toolkit.pipelines.cost import cost_of
from toolkit.pipelines.speed import Speeds
from toolkit.runtime.model_card import read_card
from toolkit.server.catalog import Catalog
from toolkit.server.settings import ServiceSettings

FORMATS = 1
"""A result is kept as one PNG."""


def cost_body(text: str, catalog: Catalog, settings: ServiceSettings) -> dict[str, Any]:
    """The figures that are known for a request in JSON, by the default model.

    Raises:
        BadRequest: it is no request.
        Refused: the server has no model.
    """
    request = decode_request(text)
    folder = catalog.folders()[catalog.choose("")]
    cost = cost_of(
        request,
        read_card(Path(folder)),
        Speeds(),
        provider=settings.provider,
        threads=settings.threads,
        formats=FORMATS,
    )
    return {**cost.to_json(), "line": str(cost)}
