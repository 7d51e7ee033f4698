"""Steps on large arrays, block by block: the blocks stay in the processor's cache.

An optimizer's formula treats each element by itself, so it may as well be applied to a few thousand
elements at a time. The results are the same, bit for bit; only the temporary arrays are small. The
new values are written over the old ones where nobody else holds these, and else into a new array.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.array import Array
from course_lib.parameter import Parameter

BLOCK = 32_768
"""Elements in a block: five float32 arrays of it fit into 1 MB."""


def suits(rule: Callable[..., Any], p: Parameter) -> bool:
    """Whether ``rule`` is one of this package's formulas and the parameter is large and on the CPU.

    A step function from elsewhere may look at all elements together, so it gets whole arrays.
    """
    data, grad = p.data, p.grad
    return (
        isinstance(data, np.ndarray)
        and isinstance(grad, np.ndarray)
        and data.size > 2 * BLOCK
        and grad.shape == data.shape
        and str(rule.__module__).startswith("course_lib.optimizers.")
    )


def in_blocks(
    rule: Callable[..., Any],
    p: Parameter,
    states: list[list[Array]],
    i: int,
    *rest: Any,
    **settings: Any,
) -> list[Array]:
    """``rule(p.data, p.grad, *(state[i] for state in states), *rest, **settings)``.

    Parameters
    ----------
    rule : returns w, or w and the new states
    states : for each state of the optimizer the list of its arrays

    Returns
    -------
    w and the new states, of which those that nobody else holds are the old arrays with new values
    """
    # Expressions, not variables, so that two references mean: the holder's, and this call's.
    alone = [sys.getrefcount(vars(p)["data"]) == 2]
    alone += [sys.getrefcount(state[i]) == 2 for state in states]
    old: list[Any] = [p.data, *(state[i] for state in states)]
    new: list[Any] = []
    grad = np.asarray(p.grad).reshape(-1)
    sources = [array.reshape(-1) for array in old]  # views, or copies of arrays in another order
    for start in range(0, grad.size, BLOCK):
        part = slice(start, start + BLOCK)
        w, *others = (source[part] for source in sources)
        values = rule(w, grad[part], *others, *rest, **settings)
        values = values if isinstance(values, tuple) else (values,)
        if not new:
            new = [
                array if mine and _may_be_overwritten(array, value) else _empty(array, value)
                for array, mine, value in zip(old, alone, values, strict=True)
            ]
            targets = [array.reshape(-1) for array in new]
        for target, value in zip(targets, values, strict=True):
            target[part] = value
    return new


def _may_be_overwritten(array: Any, value: Any) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and flags.writeable) and (
        array.dtype == value.dtype
    )


def _empty(array: Any, value: Any) -> Any:
    return np.empty(array.shape, value.dtype)
