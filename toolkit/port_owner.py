"""Which process listens on a port of this machine, as far as the system tells."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"
"""State of a listening socket in /proc/net/tcp."""
SOCKET_LINK = re.compile(r"socket:\[(\d+)\]")


def is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something listens there; found by trying to listen, which leaves no trace."""
    if port == 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def owner_of(port: int, proc: Path = Path("/proc")) -> tuple[int, str] | None:
    """Process id and name of who listens on the port, or ``None`` where that cannot be seen."""
    inodes = _listening(port, proc)
    for folder in sorted(proc.glob("[0-9]*")) if inodes else []:
        with suppress(OSError):
            if inodes & _sockets(folder):
                return int(folder.name), (folder / "comm").read_text("utf-8", "replace").strip()
    return None


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists."""
    if pid <= 0:
        return False
    if os.name != "posix":
        return True  # asking would be ending it there: signal 0 is no question on Windows
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _listening(port: int, proc: Path) -> set[str]:
    """Inodes of the sockets that listen on the port."""
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (proc / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found


def _sockets(folder: Path) -> set[str]:
    """Inodes of the sockets that a process holds."""
    found: set[str] = set()
    for link in (folder / "fd").iterdir():
        with suppress(OSError):
            if match := SOCKET_LINK.fullmatch(os.readlink(link)):
                found.add(match[1])
    return found
