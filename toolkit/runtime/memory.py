"""Memory that this process took; standard library alone, so that any Python can run the file."""

from __future__ import annotations

import sys


def peak_mib() -> float | None:
    """The most memory this process has held, in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
