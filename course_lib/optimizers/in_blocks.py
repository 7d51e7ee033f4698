"""Steps on large arrays, block by block: the blocks stay in the processor's cache.

An optimizer's formula treats each element by itself, so it may as well be applied to some thousand
elements at a time. The results are the same, bit for bit; only the temporary arrays are small. The
new values are written over the old ones where nobody else holds these, and else over a copy.
"""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from course_lib.array import Array
from course_lib.parameter import Parameter

BLOCK = 65_536
"""Elements in a block: four float32 arrays of it take 1 MB."""

Step = TypeVar("Step", bound=Callable[..., None])

_in_place: dict[Callable[..., Any], Callable[..., None]] = {}


def in_place_of(rule: Callable[..., Any]) -> Callable[[Step], Step]:
    """Declare a function as the fast form of a step function.

    It takes the same arguments, writes the new w and states over the old ones, and must give the
    same numbers. It saves the copies; a formula without such a form is applied to blocks as it is.
    """

    def declare(step: Step) -> Step:
        _in_place[rule] = step
        return step

    return declare


def suits(rule: Callable[..., Any], p: Parameter) -> bool:
    """Whether ``rule`` is one of this package's formulas and the parameter is large and on the CPU.

    A step function from elsewhere may look at all elements together, so it gets whole arrays.
    """
    data = p.data
    if data.size <= BLOCK or not isinstance(data, np.ndarray):
        return False
    grad = p.grad
    return (
        isinstance(grad, np.ndarray)
        and grad.shape == data.shape
        and grad.dtype == data.dtype
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
    new = [
        array if mine and _may_be_overwritten(array) else np.array(array, order="C")
        for array, mine in zip(old, alone, strict=True)
    ]
    step = _in_place.get(rule) or _written_over(rule)
    grad = np.asarray(p.grad).reshape(-1)
    w, *others = (array.reshape(-1) for array in new)
    for start in range(0, grad.size, BLOCK):
        part = slice(start, start + BLOCK)
        step(w[part], grad[part], *(other[part] for other in others), *rest, **settings)
    return new


def _may_be_overwritten(array: Any) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and flags.writeable)


def _written_over(rule: Callable[..., Any]) -> Callable[..., None]:
    """The step function as one that copies what it has computed over its arguments."""

    def step(w: Any, dw: Any, *others: Any, **settings: Any) -> None:
        values = rule(w, dw, *others, **settings)
        values = values if isinstance(values, tuple) else (values,)
        for array, value in zip((w, *others), values, strict=False):  # others may end with t
            array[...] = value

    return step
