"""What the cells of a world look like, and how many cells of a frame look so: the drift meter."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toolkit.damaged_zip import DAMAGED_ZIP
from toolkit.runtime.session import PRODUCT_GRAPH, Session


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Textures:
    """Cells of a world's recordings, near one of which every cell of the game is.

    A cell of a frame is *valid* when one of them is within ``reach``.
    """

    cells: NDArray[np.uint8]
    """uint8 ``[N, 192]``."""
    reach: float
    """Root of the mean squared difference, in steps of 255."""
    values: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    """The cells as the distances take them."""
    squares: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    product: Session = field(init=False, repr=False, compare=False)
    """Multiplies matrices on one thread, as every frame of a world is made."""

    def __post_init__(self) -> None:
        values = self.cells.astype(np.float32).T.copy()
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "squares", (values**2).sum(0))
        object.__setattr__(self, "product", Session(PRODUCT_GRAPH, provider="cpu", threads=1))

    def valid(self, shown: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Which cells uint8 ``[P, 192]`` look like the world, bool ``[P]``."""
        return self.distances(shown) <= self.reach

    def distances(self, shown: NDArray[np.uint8]) -> NDArray[np.float32]:
        """From each cell of ``shown [P, 192]`` to the nearest texture: f32 ``[P]``."""
        one = shown.astype(np.float32)
        (shared,) = self.product.run({"a": one, "b": self.values})
        least = (self.squares - 2 * shared).min(1) + (one**2).sum(1)
        return np.sqrt(np.maximum(least, 0) / one.shape[1])


def pack_textures(textures: Textures) -> bytes:
    """The textures as one file; equal in, equal out."""
    file = io.BytesIO()
    np.savez_compressed(
        file, allow_pickle=False, cells=textures.cells, reach=np.array(textures.reach)
    )
    return file.getvalue()


def unpack_textures(content: bytes) -> Textures:
    """The textures that ``pack_textures`` wrote; ``ValueError`` says what is wrong."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            cells, reach = file["cells"], float(file["reach"])
    except (*DAMAGED_ZIP, TypeError) as error:
        raise ValueError(f"it is damaged ({type(error).__name__})") from error
    if cells.dtype != np.uint8 or cells.ndim != 2 or cells.shape[1] != 192 or not len(cells):
        raise ValueError(f"its cells are {cells.dtype} {list(cells.shape)}")
    return Textures(cells=cells, reach=reach)
