"""Requests of clients, before they become jobs."""

import json
from pathlib import Path

import pytest

from toolkit.errors import BadRequest
from toolkit.messages import TurntableRequest, decode_request
from toolkit.server.blobs import Blobs
from toolkit.server.store import Store
from toolkit.server.submissions import complete_request, extent


@pytest.fixture
def uploads(tmp_path: Path) -> Blobs:
    store = Store(tmp_path / "jobs.sqlite")
    return Blobs(tmp_path / "uploads", store, "uploads", quota=2**20, kept=set)


def test_a_turntable_of_a_prompt_becomes_whole_even_when_its_numbers_are_floats(uploads: Blobs):
    body = {"type": "turntable", "prompt": "a chair", "views": 8.0, "seed": 3.0}
    request = decode_request(json.dumps(complete_request(body, uploads)))
    assert request == TurntableRequest(prompt="a chair", views=8, seed=3)
    assert extent(request) == (8, 64, 64)


def test_a_mesh_is_refused_since_a_client_may_not_name_files_of_the_server(uploads: Blobs):
    body = {"type": "turntable", "mesh": "chair.glb"}
    with pytest.raises(BadRequest, match="draws prompts only: use playreel turntable"):
        complete_request(body, uploads)
