"""The user's state folder: where a running server says how to reach it. Standard library only."""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from toolkit.errors import OutputError

SERVER_FILE = "server.json"
TOKEN_FILE = "token"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFile:
    """What ``server.json`` says about a running server."""

    host: str
    port: int
    pid: int
    epoch: str
    version: str

    @property
    def address(self) -> str:
        """Host and port as they stand in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def state_folder() -> Path:
    """Where this user's state of Playreel lives."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "playreel"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/playreel"
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local/state")) / "playreel"


def write_private(path: Path, text: str) -> None:
    """Write a file that only the user can read, replacing it in one step.

    Raises:
        OutputError: the system refuses.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; choose another folder with --state."
        ) from error


def make_token(folder: Path) -> str:
    """The server's token: 256 random bits, made at the first start and kept.

    Raises:
        OutputError: it cannot be written.
    """
    known = read_token(folder)
    if known:
        return known
    token = secrets.token_urlsafe(32)
    write_private(folder / TOKEN_FILE, token)
    return token


def read_token(folder: Path) -> str:
    """The token in the folder, or empty."""
    try:
        return (folder / TOKEN_FILE).read_text("utf-8").strip()
    except OSError:
        return ""


def read_server(folder: Path) -> ServerFile | None:
    """What the folder says about a server, or ``None``; the server may have died since."""
    try:
        body: Any = json.loads((folder / SERVER_FILE).read_text("utf-8"))
        values = cast(dict[str, Any], body)
        return ServerFile(
            host=str(values["host"]), port=int(values["port"]), pid=int(values["pid"]),
            epoch=str(values["epoch"]), version=str(values["version"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_server(folder: Path, server: ServerFile) -> None:
    """Say how to reach a server.

    Raises:
        OutputError: the system refuses.
    """
    write_private(folder / SERVER_FILE, json.dumps(asdict(server)))


def remove_server(folder: Path, pid: int) -> None:
    """Take ``server.json`` away, if it still is the one of that process."""
    known = read_server(folder)
    if known is not None and known.pid == pid:
        (folder / SERVER_FILE).unlink(missing_ok=True)
