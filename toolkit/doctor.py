"""What works on this machine: one finding a subject, with what to do about each problem."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from toolkit import __version__
from toolkit.errors import ModelError, OutputError, ProviderUnavailable
from toolkit.port_owner import is_alive, is_taken, owner_of
from toolkit.runtime.model_card import read_card
from toolkit.runtime.models import DEFAULT_BUNDLE, load_models, verify
from toolkit.runtime.session import core_count, working_providers
from toolkit.runtime.threads import cache_folder
from toolkit.state_folder import read_server, state_folder
from toolkit.writable import require_writable

State = Literal["ok", "note", "problem"]
OLDEST_PYTHON = (3, 11)
LIBRARIES = ("numpy", "pillow", "scipy", "tokenizers", "rectpack", "click", "rich")
RUNTIMES = ("onnxruntime", "onnxruntime-gpu")
"""Packages of ONNX Runtime; they share a folder, so only one may be installed."""
LEAST_FREE_MIB = 100
DEFAULT_PORT = 8787
"""Of ``playreel serve``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one subject."""

    subject: str
    state: State
    """``note`` is worth knowing and stops nothing."""
    detail: str
    advice: str = ""
    """What to do; empty when there is nothing to do."""

    def to_dict(self) -> dict[str, str]:
        """The fields by name, ready for JSON."""
        return asdict(self)


def examine(
    out: Path, *, bundle: Path | None = None, state: Path | None = None, port: int = DEFAULT_PORT
) -> list[Finding]:
    """Findings about Python, libraries, model, threads, server, the folder ``out`` and torch.

    Nothing is written and nothing is fetched; the model is loaded once, on the processor.
    """
    folder = bundle or DEFAULT_BUNDLE
    return [
        check_python(sys.version_info[:2]),
        check_libraries(),
        check_runtime_packages([name for name in RUNTIMES if installed(name)]),
        check_providers(),
        check_bundle(folder),
        check_threads(folder, cache_folder() / "threads.json"),
        check_server(state or state_folder(), port),
        check_writing(out),
        check_disk(out),
        check_torch(),
    ]


def installed(name: str) -> str:
    """The version of an installed distribution, or empty."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def check_python(running: tuple[int, int]) -> Finding:
    """Whether this Python, ``(major, minor)``, is new enough."""
    detail = f"{running[0]}.{running[1]} on {platform.system()} {platform.machine()}"
    if running >= OLDEST_PYTHON:
        return Finding(subject="python", state="ok", detail=detail)
    wanted = ".".join(str(part) for part in OLDEST_PYTHON)
    return Finding(
        subject="python", state="problem", detail=detail,
        advice=f"install Python {wanted} or newer and make the environment again.",
    )  # fmt: skip


def check_libraries(names: tuple[str, ...] = LIBRARIES) -> Finding:
    """Versions of Playreel and of what it needs."""
    versions = {name: installed(name) for name in names}
    missing = [name for name, number in versions.items() if not number]
    found = [f"{name} {number}" for name, number in versions.items() if number]
    detail = ", ".join([f"playreel {__version__}", *found])
    if not missing:
        return Finding(subject="libraries", state="ok", detail=detail)
    return Finding(
        subject="libraries", state="problem", detail=f"{', '.join(missing)} missing",
        advice=f"pip install {' '.join(missing)}",
    )  # fmt: skip


def check_runtime_packages(found: list[str]) -> Finding:
    """Whether exactly one build of ONNX Runtime is installed."""
    if len(found) == 1:
        detail = f"{found[0]} {installed(found[0])}".strip()
        return Finding(subject="onnxruntime", state="ok", detail=detail)
    detail, advice = "not installed", "pip install onnxruntime"
    if found:
        detail = f"{' and '.join(found)} are both installed and overwrite each other"
        advice = f"pip uninstall -y {' '.join(found)} && pip install {found[-1]}"
    return Finding(subject="onnxruntime", state="problem", detail=detail, advice=advice)


def check_providers() -> Finding:
    """The providers that really open a session here."""
    try:
        working = working_providers()
    except ImportError as error:
        return Finding(
            subject="providers", state="problem", detail=f"ONNX Runtime does not load: {error}",
            advice="reinstall it: pip install --force-reinstall onnxruntime-gpu (or onnxruntime).",
        )  # fmt: skip
    if "cpu" in working:
        return Finding(subject="providers", state="ok", detail=", ".join(working))
    return Finding(
        subject="providers", state="problem", detail="no provider opens a session",
        advice="reinstall it: pip install --force-reinstall onnxruntime-gpu (or onnxruntime).",
    )  # fmt: skip


def check_bundle(folder: Path) -> Finding:
    """Whether every file of the bundle has its hash and both graphs load."""
    try:
        card = verify(folder)
        load_models(folder, provider="cpu", threads=1)
    except (ModelError, ProviderUnavailable, ImportError) as error:
        return Finding(
            subject="model", state="problem", detail=str(error),
            advice="pip install --force-reinstall playreel, or give a whole --bundle.",
        )  # fmt: skip
    detail = f"{card.name} {card.version}, {card.hash[:12]}, verified and loaded"
    return Finding(subject="model", state="ok", detail=detail)


def check_threads(folder: Path, remembered: Path) -> Finding:
    """The thread count that was found fastest for this bundle here."""
    cores = core_count()
    try:
        key = read_card(folder).files["denoiser.onnx"][:16]
        counts: dict[str, int] = json.loads(remembered.read_text("utf-8"))
        found = [count for name, count in counts.items() if name.startswith(f"{key}-{cores}-")]
    except (ModelError, OSError, ValueError, KeyError, AttributeError):
        found = []
    detail = f"{cores} cores, "
    detail += f"{found[-1]} threads are fastest" if found else "threads not tried yet"
    return Finding(subject="threads", state="ok" if found else "note", detail=detail)


def check_server(state: Path, port: int) -> Finding:
    """Whether a server runs, or could run on the port; nothing is ended and nothing is sent."""
    known = read_server(state)
    if known is not None and is_alive(known.pid) and is_taken(known.port):
        detail = f"runs on port {known.port}, process {known.pid}, version {known.version}"
        return Finding(subject="server", state="ok", detail=detail)
    if not is_taken(port):
        detail = f"not running; port {port} is free"
        return Finding(subject="server", state="ok", detail=detail)
    owner = owner_of(port)
    who = f"process {owner[0]} ({owner[1]})" if owner else "another program"
    ending = f"end process {owner[0]} yourself" if owner else f"find it with lsof -i :{port}"
    return Finding(
        subject="server", state="problem", detail=f"port {port} is taken by {who}",
        advice=f"playreel serve --port 0 takes a free port; or {ending}.",
    )  # fmt: skip


def check_writing(out: Path) -> Finding:
    """Whether files can be made in the folder."""
    try:
        require_writable(out)
    except OutputError as error:
        advice = "name another folder with -o."
        return Finding(subject="output", state="problem", detail=str(error), advice=advice)
    return Finding(subject="output", state="ok", detail=f"{out} can be written to")


def check_disk(out: Path, *, least_mib: int = LEAST_FREE_MIB) -> Finding:
    """Whether the disk of the folder has room."""
    try:
        nearest = next(path for path in (out, *out.absolute().parents) if path.exists())
        free = shutil.disk_usage(nearest).free // 2**20
    except OSError as error:
        return Finding(
            subject="disk", state="problem", detail=f"{out}: {error.strerror or error}",
            advice="name another folder with -o.",
        )  # fmt: skip
    if free >= least_mib:
        return Finding(subject="disk", state="ok", detail=f"{free} MiB free")
    return Finding(
        subject="disk", state="problem", detail=f"{free} MiB free; at least {least_mib} needed",
        advice="free some space or name another folder with -o.",
    )  # fmt: skip


def check_torch() -> Finding:
    """Whether training is possible; generating needs no torch."""
    if find_spec("torch") is None:
        return Finding(
            subject="torch", state="note", detail="not installed; only training needs it",
            advice="to train: pip install 'playreel[train]'",
        )  # fmt: skip
    return Finding(subject="torch", state="ok", detail=f"{installed('torch')}, training can run")
