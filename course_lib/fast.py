"""Compiled functions instead of NumPy's, for those who ask for them: ``fast.enable()``.

The package numba compiles them (``pip install "training-neural-networks[fast]"``). Their results
agree with those of the definitions up to rounding. They are never used unless `enable` was called,
so that no result depends on what is installed.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")

PRECISIONS = np.dtype("float32"), np.dtype("float64")  # in this machine's order of bytes

_functions: Mapping[str, Callable[..., Any]] = {}


def enable() -> None:
    """Use the compiled functions from now on, in this process.

    Each is compiled at its first call, for a second or two, and kept on disk for the next process.
    Where submissions are graded there are no compiled functions, and nothing changes.

    Raises
    ------
    ModuleNotFoundError
        If numba is not installed.
    """
    global _functions
    if find_spec("course_lib.compiled") is None:
        return
    if find_spec("numba") is None:
        raise ModuleNotFoundError(
            "fast.enable: the package numba, which compiles the functions, is not installed; "
            'pip install "training-neural-networks[fast]" installs it'
        )
    _functions = import_module("course_lib.compiled").FUNCTIONS


def disable() -> None:
    """Use the definitions again."""
    global _functions
    _functions = {}


def compiled(definition: Callable[..., Result], *arrays: object) -> Callable[..., Result] | None:
    """The compiled version of a function, or None if its definition has to compute.

    None unless `enable` was called, and unless all arrays are NumPy's, have at least one element
    and the same precision, single or double. A definition asks after it has checked its arguments.
    The compiled version returns what the definition returns.
    """
    if not _functions:
        return None
    first = arrays[0]
    for a in arrays:
        if type(a) is not np.ndarray or type(first) is not np.ndarray or a.dtype != first.dtype:
            return None
        if a.dtype not in PRECISIONS or a.size == 0:
            return None
    return _functions[definition.__name__]
