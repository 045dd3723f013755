import json
import os
import socket
from pathlib import Path

import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import run
from toolkit.doctor import (
    check_bundle,
    check_disk,
    check_libraries,
    check_python,
    check_runtime_packages,
    check_server,
    check_threads,
    check_writing,
    examine,
)
from toolkit.runtime.model_card import read_card
from toolkit.runtime.session import core_count
from toolkit.state_folder import ServerFile, write_server


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def test_a_whole_machine_has_no_problems(bundle: Path, tmp_path: Path):
    findings = examine(tmp_path / "out", bundle=bundle, state=tmp_path / "state", port=0)
    assert [finding.subject for finding in findings] == [
        "python", "libraries", "onnxruntime", "providers", "model", "threads", "server", "output",
        "disk", "torch",
    ]  # fmt: skip
    assert [finding for finding in findings if finding.state == "problem"] == []
    assert list(tmp_path.iterdir()) == []


def test_every_problem_comes_with_advice(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("mine")
    problems = [
        check_python((3, 10)),
        check_libraries(("numpy", "no-such-library")),
        check_runtime_packages([]),
        check_runtime_packages(["onnxruntime", "onnxruntime-gpu"]),
        check_bundle(tmp_path / "gone"),
        check_writing(file / "out"),
        check_disk(tmp_path, least_mib=10**12),
    ]
    assert {finding.state for finding in problems} == {"problem"}
    assert all(finding.advice and finding.detail for finding in problems)
    assert problems[1].advice == "pip install no-such-library"


def test_a_changed_bundle_is_found(tmp_path: Path):
    folder = write_tiny_bundle(tmp_path / "changed")
    (folder / "tokenizer.json").write_text("{}")
    finding = check_bundle(folder)
    assert finding.state == "problem"
    assert "tokenizer.json has hash" in finding.detail


def test_a_graph_that_does_not_load_is_found(tmp_path: Path):
    """Its hash is right, so only loading it tells."""
    folder = write_tiny_bundle(tmp_path / "odd", denoiser=b"no graph")
    finding = check_bundle(folder)
    assert finding.state == "problem"
    assert "cannot load the graph" in finding.detail


def test_remembered_threads_are_shown(bundle: Path, tmp_path: Path):
    remembered = tmp_path / "threads.json"
    assert check_threads(bundle, remembered).state == "note"
    key = read_card(bundle).files["denoiser.onnx"][:16]
    remembered.write_text(json.dumps({f"{key}-{core_count()}-1.22.0": 3, "other-1-1": 9}))
    finding = check_threads(bundle, remembered)
    assert (finding.state, finding.detail) == ("ok", f"{core_count()} cores, 3 threads are fastest")
    remembered.write_text("[]")
    assert check_threads(bundle, remembered).state == "note"


def test_the_command_prints_one_object_and_its_code_tells(
    bundle: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    out = ["-o", str(tmp_path / "out"), "--state", str(tmp_path), "--port", "0", "--json"]
    assert run(["doctor", "--bundle", str(bundle), *out]) == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["healthy"] is True
    assert said.err == ""
    assert run(["doctor", "--bundle", str(tmp_path / "gone"), *out]) == 1
    assert json.loads(capfd.readouterr().out)["healthy"] is False


def test_the_text_names_each_problem_and_its_remedy(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["doctor", "--bundle", str(tmp_path / "gone"), "-o", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("FAIL  model: "))
    assert lines[at + 1].startswith("      -> pip install --force-reinstall playreel")


def test_a_taken_port_is_explained_with_its_owner(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        finding = check_server(tmp_path, port)
        assert finding.state == "problem"
        assert finding.detail.startswith(f"port {port} is taken by process {os.getpid()} (")
        assert finding.advice.startswith("playreel serve --port 0 takes a free port; or end")
        assert other.getsockname()[1] == port  # it still listens: nothing was ended


def test_a_server_of_ours_is_no_conflict(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as ours:
        port = ours.getsockname()[1]
        running = ServerFile(
            host="127.0.0.1", port=port, pid=os.getpid(), epoch="e", version="0.1.0"
        )
        write_server(tmp_path, running)
        finding = check_server(tmp_path, port)
    assert (finding.state, f"process {os.getpid()}" in finding.detail) == ("ok", True)


def test_a_server_that_died_leaves_a_free_port(tmp_path: Path):
    gone = ServerFile(host="127.0.0.1", port=1, pid=2**22 + 1, epoch="e", version="0.1.0")
    write_server(tmp_path, gone)
    assert check_server(tmp_path, 0).detail == "not running; port 0 is free"
