"""glTF before it is loaded: what is in it, what it asks for, and what we cannot draw."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import BadRequest
from toolkit.rendering.companions import Companions, check_picture
from toolkit.rendering.mesh import check_faces

TRIANGLES, STRIP = 4, 5
MOST_NAME = 50
"""Characters of an action's name; Blender keeps 63."""
DRAWN = frozenset(
    {
        "KHR_materials_unlit", "KHR_materials_emissive_strength", "KHR_mesh_quantization",
        "KHR_materials_specular", "KHR_materials_ior", "KHR_materials_clearcoat",
        "KHR_materials_transmission", "KHR_materials_volume", "KHR_materials_sheen",
        "KHR_lights_punctual", "EXT_texture_webp",
    }
)  # fmt: skip
"""Required extensions that do not change a shape, or that trimesh reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gltf:
    """A checked glTF file whose materials are named by their number, ``"0"``, ``"1"``, ..."""

    document: Mapping[str, Any]
    content: bytes
    """The file to load."""


def read_gltf(content: bytes, name: str, companions: Companions, *, rest_pose: bool) -> Gltf:
    """The file, once it is sure that it can be drawn; nothing is decoded yet.

    Materials get their number as name, because trimesh keeps colours in 8 bits and forgets the
    extensions, which are then looked up in the document.

    Raises:
        BadRequest: not glTF 2, no or too many triangles, animated (unless ``rest_pose``), needs
            an extension we lack, or refers to a file that is missing or outside its folder.
    """
    try:
        document, binary = _split(content)
        _check_document(document, name, rest_pose=rest_pose)
        _check_files(document, name, companions, binary)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error) as error:
        raise BadRequest(f"{name} is damaged or no glTF 2: {error!r}; export it again.") from error
    for number, material in enumerate(document.get("materials", ())):
        material["name"] = str(number)
    return Gltf(document=document, content=_joined(document, binary))


def name_actions(gltf: Gltf) -> tuple[str, ...]:
    """The names of the actions, which are written into the document: all known, none twice."""
    names: list[str] = []
    for number, action in enumerate(gltf.document.get("animations", ())):
        name = str(action.get("name") or f"action_{number + 1}")[:MOST_NAME]
        action["name"] = f"{name}_{number + 1}" if name in names else name
        names.append(action["name"])
    return tuple(names)


def with_document(gltf: Gltf, *, at_rest: bool) -> bytes:
    """The file again as its document says now, with or without the actions."""
    keep = {
        key: value for key, value in gltf.document.items() if not (at_rest and key == "animations")
    }
    return _joined(keep, _split(gltf.content)[1])


def files_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the files beside it that a document refers to, as it writes them."""
    entries = (*document.get("buffers", ()), *document.get("images", ()))
    return tuple(
        entry["uri"] for entry in entries if "uri" in entry and "base64," not in entry["uri"]
    )


def _split(content: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The document, and the binary chunks of a .glb (``None`` for a .gltf)."""
    if not content.startswith(b"glTF"):
        return _object(content), None
    _, version, _ = struct.unpack_from("<4sII", content)
    if version != 2:
        raise ValueError(f"version {version}")
    size, kind = struct.unpack_from("<I4s", content, 12)
    if kind != b"JSON" or 20 + size > len(content):
        raise ValueError("no JSON chunk")
    return _object(content[20 : 20 + size]), content[20 + size :]


def _object(text: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(text)
    if not str(body["asset"]["version"]).startswith("2"):
        raise ValueError("no glTF 2 asset")
    return body


def _joined(document: Mapping[str, Any], binary: bytes | None) -> bytes:
    text = json.dumps(document).encode()
    if binary is None:
        return text
    text += b" " * (-len(text) % 4)
    size = 20 + len(text) + len(binary)
    return struct.pack("<4sIII4s", b"glTF", 2, size, len(text), b"JSON") + text + binary


def _check_document(document: Mapping[str, Any], name: str, *, rest_pose: bool) -> None:
    for extension in document.get("extensionsRequired", ()):
        if extension not in DRAWN:
            raise BadRequest(
                f"{name} needs the extension {extension}, which cannot be read; "
                "export it without compression or special textures."
            )
    if document.get("animations") and not rest_pose:
        raise BadRequest(
            f"{name} is animated ({len(document['animations'])} actions); draw it with "
            "--backend bpy, or its rest pose with --rest-pose."
        )
    check_faces(_count_faces(document), name)


def _count_faces(document: Mapping[str, Any]) -> int:
    """Triangles of the scene, each instance counted."""
    nodes: list[Any] = document.get("nodes", [])
    accessors, total = document.get("accessors", []), 0
    uses = [0] * len(document.get("meshes", ()))
    for node in nodes:
        if "mesh" in node:
            uses[node["mesh"]] += 1
    for mesh, count in zip(document.get("meshes", ()), uses, strict=True):
        for part in mesh["primitives"]:
            source = part["indices"] if "indices" in part else part["attributes"]["POSITION"]
            corners = int(accessors[source]["count"])
            mode = part.get("mode", TRIANGLES)
            faces = {TRIANGLES: corners // 3, STRIP: max(corners - 2, 0)}.get(mode, 0)
            total += faces * count
    return total


def _check_files(
    document: Mapping[str, Any], name: str, companions: Companions, binary: bytes | None
) -> None:
    for buffer in document.get("buffers", ()):
        if "uri" in buffer and "base64," not in buffer["uri"]:
            companions.get(buffer["uri"])
    for number, image in enumerate(document.get("images", ())):
        label = f"{name}, texture {image.get('name') or image.get('uri', '')[:60] or number}"
        content = _image_bytes(document, image, companions, binary)
        if content is not None:
            check_picture(content, label)


def _image_bytes(
    document: Mapping[str, Any], image: Mapping[str, Any], companions: Companions,
    binary: bytes | None,
) -> bytes | None:  # fmt: skip
    """The encoded picture; ``None`` when it lies in a buffer of another file."""
    if "uri" in image:
        inline, _, data = image["uri"].partition("base64,")
        return (
            base64.b64decode(data)
            if data and inline.startswith("data:")
            else companions.get(image["uri"])
        )
    view = document["bufferViews"][image["bufferView"]]
    if binary is None or view["buffer"] != 0 or "uri" in document["buffers"][0]:
        return None
    start = 8 + int(view.get("byteOffset", 0))
    return binary[start : start + int(view["byteLength"])]
