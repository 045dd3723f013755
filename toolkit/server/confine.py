"""What a worker process gives up before it touches a model: memory, network, programs, files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

REFUSED = frozenset(
    {
        "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
        "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
        "os.forkpty", "pty.spawn", "os.link", "os.symlink", "os.chmod", "os.chown",
    }
)  # fmt: skip
CHANGING = frozenset({"os.rename", "os.remove", "os.rmdir", "os.truncate"})
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NICE = 5
"""The server answers first, however busy the worker is."""


def limit_memory(most: int) -> None:
    """Refuse allocations beyond ``most`` bytes of address space; 0 leaves it open.

    Windows has no such limit for a process's own use; there the watchdog is what remains.
    """
    if most and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def give_way() -> None:
    """Run behind the server's own process."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def forbid(writable: Path) -> None:
    """From now on Python code here reaches no network, starts no program, writes no file.

    Only below ``writable`` files may be written. The hook cannot be taken out again; it guards
    against what a library might be talked into, not against machine code.
    """
    sys.dont_write_bytecode = True
    allowed = os.path.realpath(writable)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in REFUSED:
            raise PermissionError(f"a worker may not use {event}")
        if (event == "open" and _writes(arguments[1], arguments[2])) or event in CHANGING:
            _require_below(allowed, arguments[0])

    sys.addaudithook(watch)


def _writes(mode: Any, flags: Any) -> bool:
    text = mode if isinstance(mode, str) else ""
    return any(sign in text for sign in "wax+") or bool(
        isinstance(flags, int) and flags & WRITE_FLAGS
    )


def _require_below(allowed: str, path: Any) -> None:
    if isinstance(path, int) or str(path) == os.devnull:
        return
    real = os.path.realpath(os.fsdecode(path))
    if os.path.commonpath([allowed, real]) != allowed:
        raise PermissionError(f"a worker may not write {real}")
