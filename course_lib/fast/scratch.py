"""What convolution by blocks of images keeps: memory to use again, and for the backward pass."""

import threading
from typing import Any, NamedTuple

import numpy as np

from course_lib.shapes import Pair

BLOCK = 1 << 18
"""Numbers of a block of images: they stay in the processor's cache."""


class BlockCache(NamedTuple):
    """What the backward pass needs."""

    padded: Any  # x as (N, H, W, C_in), with its zeros
    W: Any
    u_shape: tuple[int, ...]
    padding: Pair


class _Kept(threading.local):
    """Memory by data type, for each thread its own."""

    def __init__(self) -> None:
        self.arrays: dict[np.dtype[Any], np.ndarray] = {}


_kept = _Kept()


def scratch(size: int, dtype: np.dtype[Any]) -> np.ndarray:
    """So many numbers with any values.

    Their memory is used again by the next call in the same thread: to get new memory from the
    system would take longer than to fill it. So nothing that a caller keeps may be a view of it.
    Memory for one very large image is not kept.
    """
    if size > 4 * BLOCK:
        return np.empty(size, dtype)
    memory = _kept.arrays.get(dtype)
    if memory is None or memory.size < size:
        memory = _kept.arrays[dtype] = np.empty(size, dtype)
    return memory[:size]
