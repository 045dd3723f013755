"""Mesh files that must be refused, each with the words that its refusal holds."""

import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

from tests.rendering.mesh_folder import glb, square_document, write_obj, write_square
from toolkit.rendering.mesh import MAX_FACES


def textured_document() -> dict[str, Any]:
    return {
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        "textures": [{"source": 0}],
    }


def stl_header(count: int, size: int) -> bytes:
    return (bytes(80) + struct.pack("<I", count)).ljust(size, b"\0")


def bad_files(folder: Path) -> dict[str, str]:
    """File name to the words its refusal must hold; the files are written."""
    animated: dict[str, Any] = {"animations": [{"channels": [], "samplers": []}] * 3}
    texture = textured_document()
    (folder / "text.glb").write_text("hello")
    (folder / "text.obj").write_text("hello")
    (folder / "text.stl").write_text("hello")
    (folder / "text.3mf").write_text("hello")
    (folder / "empty.ply").write_bytes(b"")
    (folder / "model.fbx").write_bytes(b"Kaydara")
    (folder / "points.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\n")
    (folder / "nan.obj").write_text("v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    (folder / "thin.obj").write_text("v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n")
    (folder / "corner.off").write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 7\n")
    (folder / "many.ply").write_text("ply\nformat ascii 1.0\nelement vertex 1\n"
                                     "element face 50000000\nend_header\n")  # fmt: skip
    (folder / "many.off").write_text("OFF\n# no comment\n3 50000000 0\n")
    with (folder / "many.stl").open("wb") as file:
        file.write(stl_header(10_000_000, 84))
        file.truncate(84 + 50 * 10_000_000)
    with (folder / "vast.obj").open("wb") as file:
        file.truncate(2**30 + 1)
    document, binary = square_document()
    document["accessors"][2]["count"] = 6_000_000
    document["nodes"] *= 8
    (folder / "copies.glb").write_bytes(glb(document, binary))
    cut = glb(*square_document())
    (folder / "cut.glb").write_bytes(cut[: len(cut) // 2])
    write_square(folder / "animated.glb", **animated)
    write_square(folder / "draco.glb", extensionsRequired=["KHR_draco_mesh_compression"])
    write_square(folder / "web.glb", images=[{"uri": "http://localhost/a.png"}], **texture)
    write_square(folder / "above.glb", images=[{"uri": "../secret.png"}], **texture)
    write_square(folder / "hidden.glb", images=[{"uri": "%2e%2e/secret.png"}], **texture)
    write_square(folder / "root.glb", images=[{"uri": "/etc/passwd"}], **texture)
    write_square(folder / "gone.glb", images=[{"uri": "gone.png"}], **texture)
    (folder / "huge.png").write_bytes(_png_header(20_000))
    (folder / "large.png").write_bytes(_png_header(10_000))
    write_square(folder / "large.glb", images=[{"uri": "large.png"}], **texture)
    write_square(folder / "huge.glb", images=[{"uri": "huge.png"}], **texture)
    (folder / "script.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    write_square(folder / "script.glb", images=[{"uri": "script.png"}], **texture)
    write_obj(folder, texture="missing.png")
    shutil.copy(folder / "square.obj", folder / "no_texture.obj")
    (folder / "no_mtl.obj").write_text("mtllib gone.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    return {
        "missing.glb": "cannot read", "text.glb": "damaged or no glTF 2",
        "text.obj": "text.obj", "text.stl": "text.stl", "text.3mf": "damaged",
        "empty.ply": "is empty", "model.fbx": "give .glb, .gltf", "points.obj": "no triangles",
        "nan.obj": "no number", "thin.obj": "without area", "corner.off": "corner",
        "many.ply": f"50000000 triangles; at most {MAX_FACES}", "many.off": "50000000 triangles",
        "many.stl": "10000000 triangles", "vast.obj": "at most 1 GiB",
        "copies.glb": "16000000 triangles", "cut.glb": "damaged",
        "animated.glb": "animated (3 actions)", "draco.glb": "KHR_draco_mesh_compression",
        "web.glb": "outside its own folder", "above.glb": "outside its own folder",
        "hidden.glb": "outside its own folder", "root.glb": "outside its own folder",
        "gone.glb": "put it beside the mesh", "huge.glb": "too large",
        "large.glb": "10000x10000 pixels; at most 8192", "script.glb": "save",
        "no_texture.obj": "missing.png", "no_mtl.obj": "gone.mtl",
    }  # fmt: skip


IDAT = struct.pack(">I4s", 8, b"IDAT") + bytes(12)


def _png_header(side: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + check + IDAT


NAMES = (
    "missing.glb", "text.glb", "text.obj", "text.stl", "text.3mf", "empty.ply", "model.fbx",
    "points.obj", "nan.obj", "thin.obj", "corner.off", "many.ply", "many.off", "many.stl",
    "vast.obj", "copies.glb", "cut.glb", "animated.glb", "draco.glb", "web.glb", "above.glb",
    "hidden.glb", "root.glb", "gone.glb", "huge.glb", "large.glb", "script.glb", "no_texture.obj",
    "no_mtl.obj",
)  # fmt: skip
