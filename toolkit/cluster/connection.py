"""The way to a Ray cluster: one that runs already, or one started here."""

# ray's annotations leave most of it open
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import socket
from importlib import import_module
from typing import Any

from toolkit.errors import ClusterUnreachable, PlayreelError

NAMESPACE = "playreel"
CONNECT_SECONDS = 5.0
HERE = "this machine"


def connect(address: str) -> Any:
    """The ray module, connected to the cluster at ``host:port``; empty starts one here.

    Raises:
        PlayreelError: ray is not installed.
        ClusterUnreachable: nothing answers at the address.
    """
    ray = _ray()
    if address:
        require_answer(address)
    try:
        ray.init(
            address=address or "local",
            namespace=NAMESPACE,
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level="ERROR",
            # Ray's workers give way to every other program by default, and then starve beside one
            _system_config=None if address else {"worker_niceness": 0},
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise unreachable(address, str(error)) from error
    return ray


def address_of(ray: Any) -> str:
    """Where further programs reach the cluster that ``ray`` is connected to."""
    return str(ray.get_runtime_context().gcs_address)


def require_answer(address: str) -> None:
    """Return when something listens at ``host:port``; Ray itself would wait for minutes.

    Raises:
        ClusterUnreachable: nothing does.
    """
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise unreachable(address, "it is not host:port")
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise unreachable(address, str(error)) from error


def _ray() -> Any:
    try:
        return import_module("ray")
    except ModuleNotFoundError as error:
        raise PlayreelError("engine ray needs ray; pip install 'playreel[cluster]'.") from error


def unreachable(address: str, reason: str) -> ClusterUnreachable:
    """The error of an address where we find no cluster that has room for us."""
    first = (reason.splitlines() or ["no answer"])[0][:200]
    return ClusterUnreachable(
        f"no Ray cluster for us at {address or HERE}: {first}; start one with ray start --head, "
        "or leave --ray-address out."
    )
