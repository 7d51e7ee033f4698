"""Steps of an optimizer block by block, so that intermediate results stay in the processor's cache.

A formula of an optimizer treats each element by itself. So it may as well be applied to some
thousand elements at a time: the results are the same, bit for bit.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

TOGETHER = 163_840
"""Elements in the blocks of all arrays together: in single precision they take 0.6 MB."""

LARGEST_BLOCK = TOGETHER // 3
"""Elements in a block of w, its gradient and one intermediate result."""


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
            block = TOGETHER // (len(arrays) + scratch)
            kept = [np.empty(block, arrays[0].dtype) for _ in range(scratch)]
            for start in range(0, arrays[0].size, block):
                parts = [array[start : start + block] for array in arrays]
                if len(parts[0]) < block:
                    kept = [memory[: len(parts[0])] for memory in kept]
                step(*parts, *kept, *rest, **settings)

        return whole

    return decorate
