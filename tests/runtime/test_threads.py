import json
from pathlib import Path

import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.runtime.session import core_count
from toolkit.runtime.threads import cache_folder, choose_threads


@pytest.fixture
def graph(tmp_path: Path) -> bytes:
    return (write_tiny_bundle(tmp_path / "bundle") / "denoiser.onnx").read_bytes()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return cache_folder() / "threads.json"


@pytest.mark.skipif(core_count() == 1, reason="one core leaves nothing to choose")
def test_the_first_choice_is_remembered(cache: Path, graph: bytes):
    assert choose_threads("hash", graph, provider="cpu") in (1, core_count())
    (key,) = json.loads(cache.read_text())
    cache.write_text(json.dumps({key: 7}))
    assert choose_threads("hash", graph, provider="cpu") == 7


@pytest.mark.skipif(core_count() == 1, reason="one core leaves nothing to choose")
@pytest.mark.parametrize("damaged", ["{", "[1]", '{"key": "many"}', '{"key": null}'])
def test_a_damaged_memory_is_tried_again(cache: Path, graph: bytes, damaged: str):
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(damaged)
    assert choose_threads("hash", graph, provider="cpu") in (1, core_count())
    assert len(json.loads(cache.read_text())) == 1
