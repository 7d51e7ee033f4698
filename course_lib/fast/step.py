"""The step of an optimizer, block by block for a large parameter."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.array import Array
from course_lib.fast.conditions import TOGETHER
from course_lib.fast.table import faster


def step(
    rule: Callable[..., Any],
    w: Array,
    dw: Array,
    states: Sequence[Array],
    *rest: Any,
    **settings: Any,
) -> list[Array]:
    """``rule(w, dw, *states, *rest, **settings)``.

    A faster version treats as many elements at a time as stay in the processor's cache: a formula
    of an optimizer treats each element by itself. It writes w into new memory, because somebody may
    hold the old one, and each state over the old one, which is the optimizer's own.

    Parameters
    ----------
    rule : returns w, or w and the new states
    w, dw, states : the parameter, its gradient, and arrays of its shape
    rest, settings : what rule takes after them

    Returns
    -------
    w and the new states
    """
    version = faster(rule, w, dw, *states, *rest, **settings)
    if version is None:
        results = rule(w, dw, *states, *rest, **settings)
        return list(results) if states else [results]
    new = np.empty(w.shape, w.dtype)
    states = [
        state if _may_be_overwritten(state) else np.array(state, order="C") for state in states
    ]
    flat = [np.asarray(array).reshape(-1) for array in (new, w, dw, *states)]
    block = 2 * TOGETHER // len(flat)  # half as long ones take a tenth longer
    for start in range(0, new.size, block):
        version(*(array[start : start + block] for array in flat), *rest, **settings)
    return [new, *states]


def _may_be_overwritten(array: Any) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and flags.writeable)
