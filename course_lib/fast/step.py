"""The step of an optimizer, written over the old arrays where nobody else holds these."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.array import Array
from course_lib.fast.conditions import large_step
from course_lib.fast.in_blocks import LARGEST_BLOCK, in_blocks
from course_lib.fast.table import faster
from course_lib.parameter import Parameter


def step(
    rule: Callable[..., Any],
    p: Parameter,
    states: Sequence[list[Array]],
    i: int,
    *rest: Any,
    **settings: Any,
) -> list[Array]:
    """``rule(p.data, p.grad, *(state[i] for state in states), *rest, **settings)``.

    Parameters
    ----------
    rule : returns w, or w and the new states
    p : the parameter
    states : for each state of the optimizer the list of its arrays
    i : the number of the parameter in these lists

    Returns
    -------
    w and the new states, of which those that nobody else holds may be the old arrays with new
    values
    """
    in_place = None
    if p.data.size > LARGEST_BLOCK:
        arrays = [p.data, p.grad, *(state[i] for state in states)]
        in_place = _in_place(rule, arrays, rest, settings)
        del arrays  # so that these references do not count below
    if in_place is None:
        old = [state[i] for state in states]
        results = rule(p.data, p.grad, *old, *rest, **settings)
        return list(results) if states else [results]
    # Expressions, not variables, so that two references mean: the holder's, and this call's.
    alone = [sys.getrefcount(vars(p)["data"]) == 2]
    alone += [sys.getrefcount(state[i]) == 2 for state in states]
    current: list[Any] = [p.data, *(state[i] for state in states)]
    new = [
        array if mine and _may_be_overwritten(array) else np.array(array, order="C")
        for array, mine in zip(current, alone, strict=True)
    ]
    w, *others = (array.reshape(-1) for array in new)
    in_place(w, np.asarray(p.grad).reshape(-1), *others, *rest, **settings)
    return new


def _in_place(
    rule: Callable[..., Any], arrays: list[Array], rest: Any, settings: Any
) -> Callable[..., None] | None:
    """What writes the results of a rule over its arrays; None if it has to return new ones."""
    if (version := faster(rule, *arrays, *rest, **settings)) is not None:
        return version
    # A step function from elsewhere may look at all elements together, so it gets whole arrays.
    if large_step(*arrays) and str(rule.__module__).startswith("course_lib.optimizers."):
        return _written_over(rule)
    return None


def _written_over(rule: Callable[..., Any]) -> Callable[..., None]:
    """A formula without a faster version, its results written over its arguments."""

    @in_blocks(scratch=0)
    def step(w: Any, dw: Any, *others: Any, **settings: Any) -> None:
        values = rule(w, dw, *others, **settings)
        values = values if isinstance(values, tuple) else (values,)
        for array, value in zip((w, *others), values, strict=False):  # others may end with t
            array[...] = value

    return step


def _may_be_overwritten(array: Any) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and flags.writeable)
