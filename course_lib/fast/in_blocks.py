"""Steps of an optimizer block by block, so that intermediate results stay in the processor's cache.

A formula of an optimizer treats each element by itself. So it may as well be applied to some
thousand elements at a time: the results are the same, bit for bit.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

BLOCK = 24_576
"""Elements in a block: six float32 arrays of it take 0.6 MB."""


def in_blocks(scratch: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a step on whole flat arrays from one on blocks, which writes over its arguments.

    That one gets the same block of each array, then as many blocks of memory for intermediate
    results as ``scratch`` says, then what follows the arrays.
    """

    def decorate(step: Callable[..., None]) -> Callable[..., None]:
        @wraps(step)
        def whole(*args: Any, **settings: Any) -> None:
            arrays = [a for a in args if isinstance(a, np.ndarray)]
            rest = args[len(arrays) :]
            kept = [np.empty(min(BLOCK, arrays[0].size), arrays[0].dtype) for _ in range(scratch)]
            for start in range(0, arrays[0].size, BLOCK):
                parts = [array[start : start + BLOCK] for array in arrays]
                n = parts[0].size
                step(*parts, *(memory[:n] for memory in kept), *rest, **settings)

        return whole

    return decorate
