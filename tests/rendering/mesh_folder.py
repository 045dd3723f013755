"""Mesh files, good and bad, written for tests."""

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from PIL import Image

RED = (200, 30, 30, 255)


def picture(side: int = 4, color: tuple[int, ...] = RED) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (side, side), color).save(buffer, "PNG")
    return buffer.getvalue()


def tower() -> trimesh.Trimesh:
    """A box 1 wide, 2 deep and 3 high (z up), standing on the ground."""
    box = trimesh.creation.box((1, 2, 3))
    box.apply_translation((0, 0, 1.5))
    return box


def glb(document: dict[str, Any], binary: bytes) -> bytes:
    """A .glb of this document and buffer."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    return (
        struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(binary))
        + struct.pack("<I4s", len(text), b"JSON") + text
        + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    )  # fmt: skip


def square_document(**changes: Any) -> tuple[dict[str, Any], bytes]:
    """The glTF of a square from -1 to 1 that faces +z, with texture coordinates."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
    uvs = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
    faces = np.array([0, 1, 2, 0, 2, 3], np.uint16)
    parts = [corners.tobytes(), uvs.tobytes(), faces.tobytes()]
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    document: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "square"}],
        "meshes": [{"primitives": [
            {"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0},
        ]}],
        "materials": [{}],
        "buffers": [{"byteLength": starts[-1]}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": start, "byteLength": len(part)}
            for start, part in zip(starts, parts, strict=False)
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3",
             "min": [-1, -1, 0], "max": [1, 1, 0]},
            {"bufferView": 1, "componentType": 5126, "count": 4, "type": "VEC2"},
            {"bufferView": 2, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
    }  # fmt: skip
    return {**document, **changes}, b"".join(parts)


def write_square(path: Path, **changes: Any) -> Path:
    document, binary = square_document(**changes)
    path.write_bytes(glb(document, binary))
    return path


def write_obj(folder: Path, *, texture: str = "skin.png", mtl: str = "square.mtl") -> Path:
    """A textured square as OBJ with its MTL, and the texture when it has a plain name."""
    (folder / "square.obj").write_text(
        f"mtllib {mtl}\nv -1 -1 0\nv 1 -1 0\nv 1 1 0\nv -1 1 0\n"
        "vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nusemtl skin\nf 1/1 2/2 3/3\nf 1/1 3/3 4/4\n"
    )
    (folder / "square.mtl").write_text(f"newmtl skin\nKd 1 1 1\nmap_Kd {texture}\n")
    return folder / "square.obj"
