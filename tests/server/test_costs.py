"""What a request would cost, asked of a whole server; and what its worker remembers."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.server.live import FIELDS, REQUEST, fetch, server
from tests.tiny_bundle import write_tiny_bundle
from toolkit.messages import SpriteRequest
from toolkit.pipelines.speed import Speeds, speed_key
from toolkit.runtime.model_card import read_card
from toolkit.server.bundle_engine import BundleEngine


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "tiny")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def cost(state: Path, bundle: Path, *texts: str) -> list[tuple[int, str]]:
    """Status and body for each request in text."""

    async def ask() -> list[tuple[int, str]]:
        async with server(state, bundle) as up:
            replies = [await fetch(up, f"/cost?request={quote(text)}") for text in texts]
            return [(status, body.decode()) for status, _, body in replies]

    return asyncio.run(ask())


def test_a_request_has_a_cost_before_it_is_submitted(tmp_path: Path, bundle: Path):
    body: dict[str, Any] = {**REQUEST, "prompt": "a knight & a coin", "image": ""}
    [(status, text)] = cost(tmp_path / "state", bundle, json.dumps(body))
    assert status == 200
    line = "2 frames, 2 tokens, 4 network evaluations, at most 0.0 MiB on disk"
    assert json.loads(text) == {
        "frames": 2, "tokens": 2, "evaluations": 4, "disk_mib": 0.002, "line": line,
    }  # fmt: skip


def test_what_is_no_request_has_none(tmp_path: Path, bundle: Path):
    bad = json.dumps({**REQUEST, "num_frames": 0})
    replies = cost(tmp_path / "state", bundle, bad, "{", "")
    assert [status for status, _ in replies] == [400, 400, 400]
    assert replies[0][1].startswith("num_frames is 0; must be 1 to 64")


def test_a_worker_remembers_what_a_clip_took(tmp_path: Path, bundle: Path):
    card = read_card(bundle)
    engine = BundleEngine({card.hash: bundle}, worlds={}, provider="cpu", threads=1)
    engine.load(card.hash)
    fields: dict[str, Any] = FIELDS
    request = SpriteRequest(**fields)
    engine.generate(card.hash, request, lambda progress, frames: None, lambda: False)
    speed = Speeds().get(speed_key(request, bundle=card.hash, provider="cpu", threads=1) + "-seen")
    assert speed is not None
    assert speed.guided_seconds == 2 * speed.single_seconds > 0
