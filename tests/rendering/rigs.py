"""Small animated files: a skinned figure that walks, and a box whose node moves."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from tests.rendering.mesh_folder import glb

SPEED, BEND = 3.0, 60.0
"""Units that the walk goes in its second, and degrees that its upper half leans at its middle."""


class Builder:
    """A glTF document that grows accessor by accessor."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(self, values: Any, kind: str) -> int:
        """The number of a new accessor."""
        array = np.asarray(values)
        types = {"f4": 5126, "u2": 5123, "u1": 5121}
        start = sum(map(len, self.parts))
        data = array.tobytes()
        self.parts.append(data + bytes(-len(data) % 4))
        self.views.append({"buffer": 0, "byteOffset": start, "byteLength": len(data)})
        flat = array.reshape(len(array), -1)
        self.accessors.append(
            {"bufferView": len(self.views) - 1, "componentType": types[array.dtype.str[1:]],
             "count": len(array), "type": kind, "min": flat.min(0).tolist(),
             "max": flat.max(0).tolist()}
        )  # fmt: skip
        return len(self.accessors) - 1

    def write(self, path: Path, **document: Any) -> Path:
        """The file."""
        binary = b"".join(self.parts)
        body = {
            "asset": {"version": "2.0"}, "scene": 0, **document, "accessors": self.accessors,
            "bufferViews": self.views, "buffers": [{"byteLength": len(binary)}],
        }  # fmt: skip
        path.write_bytes(glb(body, binary))
        return path


def box(low: tuple[float, ...], high: tuple[float, ...]) -> tuple[Any, Any]:
    """Corners f4 ``[8, 3]`` and triangles of a box."""
    corners = np.array(
        [[(low, high)[index >> axis & 1][axis] for axis in range(3)] for index in range(8)], "f4"
    )
    faces = [(0, 2, 1), (1, 2, 3), (4, 5, 6), (5, 7, 6), (0, 1, 4), (1, 5, 4), (2, 6, 3),
             (3, 6, 7), (0, 4, 2), (2, 4, 6), (1, 3, 5), (3, 7, 5)]  # fmt: skip
    return corners, np.array(faces, "u2")


def two_boxes() -> tuple[Any, Any]:
    """A foot 1 wide, 1 high, 0.6 deep, and a head a little smaller upon it: 16 corners."""
    foot, faces = box((-0.5, 0, -0.3), (0.5, 1, 0.3))
    head, _ = box((-0.4, 0.9, -0.2), (0.4, 2, 0.2))
    return np.concatenate([foot, head]), np.concatenate([faces, faces + 8]).astype("u2")


def leaning(share: float) -> Any:
    """The two boxes with the head leant about the waist's z axis by a share of ``BEND``."""
    corners, _ = two_boxes()
    angle = math.radians(BEND * share)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    posed = corners.astype(float)
    posed[8:, :2] = (posed[8:, :2] - (0, 1)) @ turn.T + (0, 1)
    return posed


def write_figure(path: Path) -> Path:
    """A skinned figure: ``walk`` goes to +x and leans, ``bow`` leans and stays so."""
    made = Builder()
    corners, faces = two_boxes()
    joints = np.zeros((16, 4), "u1")
    joints[8:, 0] = 1
    weights = np.tile(np.array([1, 0, 0, 0], "f4"), (16, 1))
    inverse = np.tile(np.eye(4, dtype="f4"), (2, 1, 1))
    inverse[1, 3, 1] = -1  # columns first
    part = {
        "attributes": {"POSITION": made.add(corners, "VEC3"), "JOINTS_0": made.add(joints, "VEC4"),
                       "WEIGHTS_0": made.add(weights, "VEC4")},
        "indices": made.add(faces.ravel(), "SCALAR"), "material": 0,
    }  # fmt: skip
    skin = {"joints": [1, 2], "inverseBindMatrices": made.add(inverse.reshape(2, 16), "MAT4")}
    return made.write(
        path,
        scenes=[{"nodes": [0, 1]}],
        nodes=[{"mesh": 0, "skin": 0, "name": "body"}, {"name": "root", "children": [2]},
               {"name": "head", "translation": [0, 1, 0]}],
        meshes=[{"primitives": [part]}],
        skins=[skin],
        materials=[{"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1],
                                             "metallicFactor": 0}}],
        animations=[_walk(made), _bow(made)],
    )  # fmt: skip


def _walk(made: Builder) -> dict[str, Any]:
    times = made.add(np.array([0, 0.5, 1], "f4"), "SCALAR")
    way = made.add(np.array([[0, 0, 0], [SPEED / 2, 0, 0], [SPEED, 0, 0]], "f4"), "VEC3")
    lean = made.add(np.array([_lean(0), _lean(1), _lean(0)], "f4"), "VEC4")
    return {
        "name": "walk",
        "samplers": [{"input": times, "output": way}, {"input": times, "output": lean}],
        "channels": [
            {"sampler": 0, "target": {"node": 1, "path": "translation"}},
            {"sampler": 1, "target": {"node": 2, "path": "rotation"}},
        ],
    }


def _bow(made: Builder) -> dict[str, Any]:
    times = made.add(np.array([0, 2], "f4"), "SCALAR")
    lean = made.add(np.array([_lean(0), _lean(1)], "f4"), "VEC4")
    return {
        "name": "bow",
        "samplers": [{"input": times, "output": lean}],
        "channels": [{"sampler": 0, "target": {"node": 2, "path": "rotation"}}],
    }


def _lean(share: float) -> list[float]:
    half = math.radians(BEND * share) / 2
    return [0.0, 0.0, math.sin(half), math.cos(half)]


def write_mover(path: Path) -> Path:
    """A box without bones whose node goes to +x and rises by 1 in half a second, for ever."""
    made = Builder()
    corners, faces = box((-0.5, 0, -0.5), (0.5, 1, 0.5))
    part = {"attributes": {"POSITION": made.add(corners, "VEC3")},
            "indices": made.add(faces.ravel(), "SCALAR")}  # fmt: skip
    times = made.add(np.array([0, 0.5], "f4"), "SCALAR")
    way = made.add(np.array([[0, 0, 0], [4, 1, 0]], "f4"), "VEC3")
    move = {"samplers": [{"input": times, "output": way}],
            "channels": [{"sampler": 0, "target": {"node": 0, "path": "translation"}}]}  # fmt: skip
    return made.write(
        path, scenes=[{"nodes": [0]}], nodes=[{"mesh": 0, "name": "box"}],
        meshes=[{"primitives": [part]}], animations=[move],
    )  # fmt: skip
