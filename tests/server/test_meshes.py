"""Meshes that clients send, drawn by the real engine in a worker."""

import asyncio
import json
import struct
import zipfile
from collections.abc import Generator
from contextlib import AbstractContextManager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.rendering.mesh_folder import picture, square_document, tower, write_square
from tests.server.threaded import threaded
from tests.tiny_bundle import write_tiny_bundle
from toolkit.client import AsyncClient, Client
from toolkit.errors import BadRequest, JobCancelled, PlayreelError, ResourceLimit
from toolkit.messages import TurntableRequest
from toolkit.pipelines.turntable import generate_turntable, join_passes
from toolkit.server.app import AppSettings, Running
from toolkit.server.limits import Limits
from toolkit.server.settings import ServiceSettings
from toolkit.wire.asks import JobRetry

QUICK: dict[str, Any] = {"views": 4, "width": 32, "height": 32}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture(scope="module")
def meshes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same tower in every format, and things that are no meshes."""
    folder = tmp_path_factory.mktemp("meshes")
    for suffix in ("glb", "obj", "ply", "stl", "off", "3mf"):
        tower().export(folder / f"tower.{suffix}")
    scene = trimesh.Scene(tower())
    files = trimesh.exchange.gltf.export_gltf(scene, embed_buffers=True)
    (folder / "tower.gltf").write_bytes(files["model.gltf"])
    (folder / "text.glb").write_text("hello")
    write_square(folder / "skin.glb", images=[{"uri": "skin.png"}], textures=[{"source": 0}])
    (folder / "skin.png").write_bytes(picture())
    (folder / "box.obj").write_text("mtllib box.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    (folder / "box.mtl").write_text("newmtl red\nKd 1 0 0\n")
    return folder


def served(state: Path, bundle: Path, **changes: Any) -> AbstractContextManager[Running]:
    """A server with the real engine, in a thread of its own."""
    service = replace(ServiceSettings(state=state, bundles=(bundle,), threads=1), **changes)
    return threaded(AppSettings(service=service, port=0))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, bundle: Path) -> Generator[Client]:
    state = tmp_path_factory.mktemp("state")
    with served(state, bundle, limits=Limits(max_upload=2**20)), Client.connect(state) as found:
        yield found


def drawn_here(request: TurntableRequest) -> Any:
    return join_passes(generate_turntable(request, None))


def test_a_mesh_is_drawn_as_it_is_here(client: Client, meshes: Path):
    request = TurntableRequest(mesh=str(meshes / "tower.glb"), passes=("rgba", "depth"), **QUICK)
    steps: list[int] = []
    clip = client.generate(request, on_progress=lambda news: steps.append(news.num_steps))
    here = drawn_here(request)
    np.testing.assert_array_equal(clip.frames, here.frames)
    assert (clip.tags, clip.pivot, clip.fps) == (here.tags, here.pivot, here.fps)
    assert clip.metadata == here.metadata
    assert (clip.frames[:4, ..., 3] > 0).any()
    assert set(steps) == {4}


@pytest.mark.parametrize("suffix", ["gltf", "obj", "ply", "stl", "off", "3mf"])
def test_every_format_can_be_sent(suffix: str, client: Client, meshes: Path):
    request = TurntableRequest(mesh=str(meshes / f"tower.{suffix}"), up="z", **QUICK)
    np.testing.assert_array_equal(client.generate(request).frames, drawn_here(request).frames)


def test_bytes_without_a_file_are_sent_too(client: Client, meshes: Path):
    content = (meshes / "tower.glb").read_bytes()
    request = TurntableRequest(mesh="never written.glb", mesh_bytes=content, **QUICK)
    record = client.submit(request).record()
    assert record.request["mesh"].endswith("/never written.glb")
    assert (record.model, record.state) == ("", "done")
    client.ask(JobRetry(job="again", retry_of=record.job))
    client.wait_for(lambda: client.talk.ended("again"))
    assert client.talk.outcome("again").result == record.result


def test_previews_come_while_it_is_drawn(client: Client, meshes: Path):
    job = client.submit(TurntableRequest(mesh=str(meshes / "tower.stl"), views=64))
    previews = [news for news in job.events() if hasattr(news, "metadata")]
    assert previews
    assert all(news.metadata["label"] == "tower" for news in previews)


def test_the_async_face_sends_meshes(tmp_path: Path, bundle: Path, meshes: Path):
    request = TurntableRequest(mesh=str(meshes / "tower.off"), **QUICK)

    async def draw() -> Any:
        async with AsyncClient.connect(tmp_path) as client:
            return await (await client.submit(request)).result()

    with served(tmp_path, bundle):
        np.testing.assert_array_equal(asyncio.run(draw()).frames, drawn_here(request).frames)


def accessor_bomb() -> bytes:
    """A square whose corners, says the file, are two thousand million zeros."""
    document, binary = square_document()
    del document["accessors"][0]["bufferView"]
    document["accessors"][0]["count"] = 2 * 10**9
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    size = 28 + len(text) + len(binary)
    head = struct.pack("<4sIII4s", b"glTF", 2, size, len(text), b"JSON")
    return head + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary


def zip_bomb() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/3dmodel.model", bytes(1000))
    return buffer.getvalue().replace(struct.pack("<I", 1000), struct.pack("<I", 2**32 - 2))


BAD: dict[str, tuple[bytes, type[PlayreelError], str]] = {
    "text.glb": (b"hello", BadRequest, "damaged or no glTF 2"),
    "bomb.3mf": (zip_bomb(), BadRequest, "unpacks to 4294967294 bytes"),
    "many.ply": (b"ply\nelement face 90000000\n", BadRequest, "90000000 triangles; at most"),
    "zeros.glb": (accessor_bomb(), ResourceLimit, "memory is used up"),
    "large.stl": (bytes(2**20 + 1), ResourceLimit, "has 1048577 bytes; at most 1048576"),
    "box.obj": (b"mtllib box.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", BadRequest,
                "refers to 'box.mtl', and only one file was sent; export it as .glb"),
    "away.gltf": (json.dumps({**square_document()[0], "buffers": [
        {"byteLength": 100, "uri": "http://example.org/a.bin"}]}).encode(), BadRequest,
                  "refers to 'http://example.org/a.bin', and only one file"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_drawn_is_one_sentence_and_the_server_lives(
    name: str, client: Client, meshes: Path
):
    content, kind, words = BAD[name]
    with pytest.raises(kind) as refusal:
        client.generate(TurntableRequest(mesh=name, mesh_bytes=content, **QUICK))
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert client.generate(TurntableRequest(mesh=str(meshes / "tower.ply"), **QUICK)).num_frames


def test_a_mesh_is_cancelled_while_it_is_drawn(client: Client, meshes: Path):
    path = str(meshes / "tower.glb")
    job = client.submit(TurntableRequest(mesh=path, views=256, width=512, height=512, samples=4))
    for news in job.events():
        if getattr(news, "num_steps", 0):
            job.cancel()
    with pytest.raises(JobCancelled):
        job.result()
    assert client.generate(TurntableRequest(mesh=path, **QUICK)).num_frames == 4


def test_a_server_without_the_libraries_says_so(tmp_path: Path, bundle: Path, meshes: Path):
    changes = {"mesh_libraries": ("playreel_nowhere",)}
    with served(tmp_path, bundle, **changes), Client.connect(tmp_path) as client:
        with pytest.raises(BadRequest, match="needs playreel_nowhere, which this server lacks"):
            client.generate(TurntableRequest(mesh=str(meshes / "tower.glb"), **QUICK))
        assert client.talk.server is not None
        assert "meshes" not in client.talk.server.features


def test_a_file_that_is_not_there_is_not_sent(client: Client, tmp_path: Path):
    (tmp_path / "empty.stl").touch()
    for name, words in (("gone.glb", "cannot read"), ("empty.stl", "is empty")):
        with pytest.raises(BadRequest, match=words):
            client.submit(TurntableRequest(mesh=str(tmp_path / name)))
