"""Addresses that a server may have: which are this machine's own, and why one cannot be had."""

from __future__ import annotations

import errno
import ipaddress

from toolkit.errors import OutputError


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def host_names(host: str, port: int) -> list[str]:
    """Every ``Host`` header that is ours."""
    own = f"[{host}]" if ":" in host else host
    return [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]", own)]


def port_error(host: str, port: int, error: OSError) -> OutputError:
    """What to say when the port cannot be had."""
    if error.errno == errno.EADDRINUSE:
        return OutputError(
            f"port {port} is taken; playreel doctor says by whom, --port chooses another."
        )
    return OutputError(
        f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port."
    )
