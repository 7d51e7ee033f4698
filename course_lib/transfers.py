"""What may be read without a transfer: a number on a GPU is fetched, and the program waits for it.

A training step that fetches nothing lets the program run ahead of the GPU. So inside a step the
library leaves numbers where they are, and looks at the values of an array only in main memory.
"""

from typing import Any, TypeAlias, TypeGuard

import numpy as np

from course_lib.array import Array

Number: TypeAlias = Any
"""A float; computed from arrays on a GPU, an array without axes, which ``float()`` fetches."""

_NUMPY = (np.ndarray, np.generic)
_IN_MAIN_MEMORY = (*_NUMPY, float, int)


def number(x: Any) -> Number:
    """``float(x)``, or x itself where that would be a transfer."""
    return float(x) if isinstance(x, _IN_MAIN_MEMORY) else x


def in_main_memory(x: Array) -> TypeGuard[np.ndarray]:
    """Whether looking at the values of x costs no transfer."""
    return isinstance(x, _NUMPY)
