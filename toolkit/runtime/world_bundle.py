"""World bundles: one graph a frame, what model.json says of the game, and first frames."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest, ModelMismatch
from toolkit.runtime.bundle_files import EXTERNAL_KEY, SHA256, read_file, require_hash
from toolkit.runtime.session import Provider, Session
from toolkit.runtime.world_textures import Textures, unpack_textures

GRAPH, STARTS, TEXTURES = "world.onnx", "starts.npz", "textures.npz"
CELL = 8
"""Side of a token in pixels."""
WEIGHTS = Path(__file__).parent.parent / "weights"
SHIPPED_WORLDS = {"crafter": WEIGHTS / "world"}
"""Name to folder of the worlds that come with Playreel, the usual one first."""
DEFAULT_WORLD = SHIPPED_WORLDS["crafter"]
CONTRACT = {"format": 1, "kind": "world"}
INPUTS = (
    "noise", "luck", "given", "use_given", "recalled", "action", "phase", "cells", "places", "bias",
    "past_k", "past_v",
)  # fmt: skip
OUTPUTS = ("frame", "kinds", "new_k", "new_v", "motion", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldShape:
    """What a world model must know of its game."""

    game: str
    action_names: tuple[str, ...]
    fps: float
    rows: int
    """Rows of cells of a frame."""
    columns: int
    view_rows: int
    """Rows that show the world; the rows below are a display that does not scroll."""
    motions: tuple[tuple[float, float], ...]
    """Ways the camera can move in a frame, cells down and right; the motion head chooses one."""
    day: float = 0.0
    """Turns of the day that a frame lasts; 0 in games without one."""
    recents: int = 4
    """Newest frames that are remembered."""
    keyframes: int = 4
    """Older frames that are remembered because they show what no newer one does."""
    last_sigma: float = 0.4
    """Noise level of the second denoising step, whose keys and values are remembered."""
    kinds: bool = False
    """Whether the recordings said what each cell shows: then the model decides that first."""
    kind_names: tuple[str, ...] = ()
    """What the recordings call them, by number, the first for "not said"; empty: no names."""
    luck: float = 0.5
    """How much chance decides what a cell shows that was seen before; 0 is the likeliest kind."""
    anchored: bool = True
    """Whether remembered cells lie where in the world they are; else where on the screen."""
    recall: bool = True
    """Whether a cell is handed what it looked like whenever last seen; else in the last frame."""

    @property
    def tokens(self) -> int:
        """Cells of a frame."""
        return self.rows * self.columns

    @property
    def slots(self) -> int:
        """Frames that are remembered."""
        return self.recents + self.keyframes

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of a frame in pixels."""
        return self.rows * CELL, self.columns * CELL


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldCard:
    """What a world bundle says about itself."""

    name: str
    hash: str
    """sha256 of ``model.json``, which holds the hash of every other file."""
    shape: WorldShape
    training: Mapping[str, Any] = field(default_factory=dict[str, Any])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """File name to sha256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldModel:
    """A world bundle ready to run; sessions share it, it holds no state of theirs."""

    card: WorldCard
    graph: Session
    starts: NDArray[np.uint8]
    """First frames, uint8 ``[K, H, W, 3]``."""
    start_phases: NDArray[np.float32]
    """Time of day of each, in turns."""
    textures: Textures | None = None
    """What its cells look like; None in bundles without the file, whose drift is not measured."""


def world_folder(named: str) -> Path:
    """The folder of that name, else of the shipped world that is called so."""
    here = Path(named)
    return here if here.is_dir() else SHIPPED_WORLDS.get(named, here)


def load_world(
    bundle: Path | None = None, *, provider: Provider = "cpu", threads: int = 1
) -> WorldModel:
    """The world of a bundle; one thread leaves the other cores to the game around it.

    Raises:
        ModelNotFound: the folder or a file of it is missing.
        ModelMismatch: a file has another hash than promised, or is no world of this version.
        ProviderUnavailable: the provider does not work here.
    """
    folder = bundle or DEFAULT_WORLD
    card = read_world_card(folder)
    graph = Session(_verified(folder, GRAPH, card), provider=provider, threads=threads)
    if set(graph.input_names) != set(INPUTS):
        raise ModelMismatch(
            f"{folder / GRAPH} has the inputs {', '.join(graph.input_names)}; "
            f"this version feeds {', '.join(INPUTS)}."
        )
    try:
        with np.load(io.BytesIO(_verified(folder, STARTS, card)), allow_pickle=False) as file:
            starts, phases = file["frames"], file["phases"]
    except (ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
        raise ModelMismatch(f"{folder / STARTS} holds no first frames; export again.") from error
    return WorldModel(
        card=card, graph=graph, starts=starts, start_phases=phases,
        textures=_textures(folder, card),
    )  # fmt: skip


def _textures(folder: Path, card: WorldCard) -> Textures | None:
    if TEXTURES not in card.files:
        return None
    try:
        return unpack_textures(_verified(folder, TEXTURES, card))
    except ValueError as error:
        raise ModelMismatch(f"{folder / TEXTURES}: {error}; export it again.") from error


def read_world_card(folder: Path) -> WorldCard:
    """The checked ``model.json`` of a world bundle.

    Raises:
        ModelNotFound: it is missing.
        ModelMismatch: it is damaged, or describes no world that this version can run.
    """
    path = folder / "model.json"
    raw = read_file(path, missing="name a world bundle that playreel train world-bundle made")
    try:
        body = cast(dict[str, Any], json.loads(raw))
        for name, wanted in CONTRACT.items():
            if body.get(name) != wanted:
                raise ValueError(f"{name} is {body.get(name)!r:.60}, must be {wanted!r}")
        return WorldCard(
            name=str(body["name"]),
            hash=hashlib.sha256(raw).hexdigest(),
            shape=shape_of(body["shape"]),
            training=body.get("training", {}),
            files={
                name: _digest(body["files"][name]["sha256"])
                for name in (GRAPH, STARTS, TEXTURES)
                if name != TEXTURES or name in body["files"]
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelMismatch(f"{path} describes no world of this version ({error}).") from error


def write_world_card(
    folder: Path, *, name: str, shape: WorldShape, training: Mapping[str, Any]
) -> None:
    """Write ``model.json`` for the graph, first frames and textures that lie in the folder."""
    there = [file for file in (GRAPH, STARTS, TEXTURES) if (folder / file).is_file()]
    files = {
        file: {"sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest()} for file in there
    }
    body = {**CONTRACT, "name": name, "licence": "Apache-2.0", "shape": asdict(shape),
            "training": dict(training), "files": files}  # fmt: skip
    (folder / "model.json").write_text(json.dumps(body, indent=2) + "\n", "utf-8")


def shape_of(body: Mapping[str, Any]) -> WorldShape:
    """The shape that ``dataclasses.asdict`` wrote as JSON; ``ValueError`` says what is wrong."""
    values: dict[str, Any] = dict(body)
    values["action_names"] = tuple(str(name) for name in body["action_names"])
    values["kind_names"] = tuple(str(name) for name in body.get("kind_names", ()))
    values["motions"] = tuple((float(down), float(right)) for down, right in body["motions"])
    shape = WorldShape(**values)
    for name in ("rows", "columns", "view_rows", "recents", "keyframes"):
        if not isinstance(values.get(name, 1), int) or not 0 <= values.get(name, 1) <= 64:
            raise ValueError(f"{name} is {values[name]!r:.60}, must be 0 to 64")
    return shape


def _digest(value: str) -> str:
    if not SHA256.fullmatch(value):
        raise ValueError(f"sha256 is {value!r:.80}, must be 64 hex digits")
    return value


def _verified(folder: Path, name: str, card: WorldCard) -> bytes:
    path = folder / name
    content = read_file(path, missing="export the bundle again")
    require_hash(path, content, card.files[name], otherwise="export it again")
    if name == GRAPH and EXTERNAL_KEY in content:
        raise ModelMismatch(f"{path} keeps weights in another file; export it again.")
    return content


def tokens_of(frame: NDArray[np.uint8], shape: WorldShape) -> NDArray[np.float32]:
    """Cells f32 ``[..., P, 192]`` in [-1, 1] of frames uint8 ``[..., H, W, 3]``.

    Raises:
        BadRequest: the frame has another size.
    """
    return cut_cells(frame, shape).astype(np.float32) / 127.5 - 1


def cut_cells(frame: NDArray[np.uint8], shape: WorldShape) -> NDArray[np.uint8]:
    """Cells uint8 ``[..., P, 192]`` of frames uint8 ``[..., H, W, 3]``.

    Raises:
        BadRequest: the frame has another size.
    """
    height, width = shape.size
    if frame.shape[-3:] != (height, width, 3):
        raise BadRequest(
            f"the image is {list(frame.shape[-3:])}; this world takes [{height}, {width}, 3]."
        )
    lead = frame.shape[:-3]
    cut = frame.reshape(*lead, shape.rows, CELL, shape.columns, CELL, 3).swapaxes(-4, -3)
    return cut.reshape(*lead, shape.tokens, CELL * CELL * 3)


def frame_of(tokens: NDArray[np.float32], shape: WorldShape) -> NDArray[np.uint8]:
    """The inverse of ``tokens_of``, rounded to bytes."""
    lead = tokens.shape[:-2]
    cut = tokens.reshape(*lead, shape.rows, shape.columns, CELL, CELL, 3).swapaxes(-4, -3)
    pixels = np.rint((cut.clip(-1, 1) + 1) * 127.5).astype(np.uint8)
    return pixels.reshape(*lead, *shape.size, 3)


def on_clock(phase: float | NDArray[np.floating[Any]], day: float) -> NDArray[np.float32]:
    """Cosine and sine ``[..., 2]`` of times of day in turns; zeros in a game without days."""
    angle = 2 * np.pi * np.asarray(phase)
    face = np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32)
    return face if day else np.zeros_like(face)
