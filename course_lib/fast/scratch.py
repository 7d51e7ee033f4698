"""Memory for intermediate results that is used again."""

import math
import threading
from typing import Any

import numpy as np

NumpyArray = np.ndarray[Any, Any]

BLOCK = 1 << 18
"""Numbers of a block of images: they stay in the processor's cache."""


class _Kept(threading.local):
    """Memory by name and data type, for each thread its own."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[str, np.dtype[Any]], NumpyArray] = {}


_kept = _Kept()


def scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NumpyArray:
    """An array for the numbers of one block, with any values in it.

    Its memory is used again by the next call in the same thread: to get new memory from the system
    would take longer than the sums. So nothing that a caller keeps may be a view of it. An array
    for one very large image is not kept.
    """
    size = math.prod(shape)
    if size > 4 * BLOCK:
        return np.empty(shape, dtype)
    memory = _kept.arrays.get((name, dtype))
    if memory is None or memory.size < size:
        memory = _kept.arrays[name, dtype] = np.empty(size, dtype)
    return memory[:size].reshape(shape)
