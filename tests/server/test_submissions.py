"""Requests of clients, before they become jobs."""

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import BadRequest
from toolkit.messages import TurntableRequest, decode_request
from toolkit.server.blobs import Blobs
from toolkit.server.store import Store
from toolkit.server.submissions import (
    complete_request,
    extent,
    is_mesh,
    missing_library,
    read_request,
    upload_of,
)
from toolkit.wire.refused import Refused


@pytest.fixture
def uploads(tmp_path: Path) -> Blobs:
    store = Store(tmp_path / "jobs.sqlite")
    return Blobs(tmp_path / "uploads", store, "uploads", quota=2**20, kept=set)


def test_a_turntable_of_a_prompt_becomes_whole_even_when_its_numbers_are_floats(uploads: Blobs):
    body = {"type": "turntable", "prompt": "a chair", "views": 8.0, "seed": 3.0}
    request = decode_request(json.dumps(complete_request(body, uploads)))
    assert request == TurntableRequest(prompt="a chair", views=8, seed=3)
    assert extent(request) == (8, 64, 64)


def mesh_body(uploads: Blobs, content: bytes = b"mesh", name: str = "chair.glb") -> dict[str, Any]:
    return {"type": "turntable", "mesh": f"sha256:{uploads.put(content)}/{name}"}


def test_an_uploaded_mesh_becomes_whole_under_its_hash_and_name(uploads: Blobs):
    body = mesh_body(uploads)
    whole = complete_request({**body, "views": 8.0}, uploads)
    assert (whole["mesh"], whole["image"], whole["views"]) == (body["mesh"], "", 8)
    assert complete_request(whole, uploads) == whole
    request, upload = read_request(whole, uploads)
    assert request == TurntableRequest(mesh="chair.glb", views=8)
    assert uploads.read(upload) == b"mesh"
    assert upload_of(whole) == upload
    assert is_mesh(request)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mesh": "chair.glb"}, "'chair.glb', which was not sent; upload the file"),
        ({"mesh": "/etc/passwd"}, "without a folder"),
        ({"mesh": f"sha256:{'0' * 64}/chair.glb"}, "mesh 000000000000 was not uploaded"),
        ({"mesh": f"sha256:{'0' * 64}"}, "without a folder"),
        ({"name": "../chair.glb"}, "without a folder"),
        ({"name": "chair.blend"}, "its name ends in .glb, .gltf"),
        ({"mesh_bytes": "00"}, "unknown field 'mesh_bytes'"),
        ({"prompt": "a chair"}, "give one of them"),
        ({"image": "picture"}, "of a prompt only"),
    ],
)
def test_a_mesh_that_cannot_be_drawn_is_refused(
    changes: dict[str, str], sentence: str, uploads: Blobs
):
    body = mesh_body(uploads, name=changes.get("name", "chair.glb"))
    picture = {"image": f"sha256:{uploads.put(b'picture')}"} if "image" in changes else {}
    fields = {name: value for name, value in changes.items() if name not in ("name", "image")}
    with pytest.raises((BadRequest, Refused), match=sentence):
        complete_request({**body, **fields, **picture}, uploads)


def test_what_drawing_lacks_is_named():
    assert missing_library(("json", "playreel_nowhere")) == "playreel_nowhere"
    assert missing_library(("json", "math")) == ""
