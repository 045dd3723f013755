"""The compiler of the inner loops; only files of this folder import numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

_numba: Any = numba


def kernel(function: Callable[..., Any]) -> Any:
    """The function as machine code, kept beside the source or in the user's cache for next time.

    Without fast-math, so that every machine gives the same pictures. Where neither place can be
    written to, the code is made anew in each process. Division by zero gives inf, as in numpy.
    """
    try:
        return _numba.njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:
        return _numba.njit(function, nogil=True, error_model="numpy")


def inlined(function: Callable[..., Any]) -> Any:
    """The function as a part of the kernels that call it: a call would copy every array's head."""
    return _numba.njit(function, forceinline=True, error_model="numpy")
