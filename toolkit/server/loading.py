"""Which models are in memory: listed, loaded before a job needs them, and given back."""

from __future__ import annotations

from collections.abc import Collection

from toolkit.errors import PlayreelError
from toolkit.server.catalog import Catalog
from toolkit.server.lanes import WorkLane
from toolkit.server.protocol import Peer, code_of
from toolkit.server.worker import Worker
from toolkit.wire.answers import ModelListed
from toolkit.wire.asks import ModelLoad, ModelUnload
from toolkit.wire.fields import SAFE_INTEGER, ModelInfo


class Loading:
    """The models of a catalog in the workers of the lanes; the first lane loads on request."""

    def __init__(
        self, catalog: Catalog, lanes: Collection[WorkLane], *, others: Collection[Worker]
    ) -> None:
        self._catalog, self._lanes = catalog, lanes
        self._workers = (*(lane.worker for lane in lanes), *others)

    def describe(self) -> tuple[ModelInfo, ...]:
        """Every model, and the memory of the processes that hold it."""
        found: dict[str, int] = {}
        for lane in self._lanes:
            for model in lane.loaded:
                found[model] = found.get(model, 0) + lane.worker.resident()
        return self._catalog.describe(found)

    def resident(self) -> int:
        """Bytes of memory of all workers."""
        return min(SAFE_INTEGER, sum(worker.resident() for worker in self._workers))

    def listed(self, re: str) -> ModelListed:
        """The answer to ``model.list``."""
        return ModelListed(re=re, models=self.describe(), resident=self.resident())

    async def change(self, ask: ModelLoad | ModelUnload, peer: Peer) -> None:
        """Load or unload a model, and tell the client how memory stands then."""
        try:
            if isinstance(ask, ModelLoad):
                await next(iter(self._lanes)).load(ask.model)
            else:
                for lane in self._lanes:
                    await lane.unload(ask.model)
        except PlayreelError as error:
            peer.refuse(ask.id, code_of(error), str(error))
        else:
            peer.outbox.answer(self.listed(ask.id))
