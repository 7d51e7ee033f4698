"""The step of an optimizer: a large parameter block by block, and in its own memory."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from course_lib.array import Array
from course_lib.fast.conditions import TOGETHER, large_step
from course_lib.fast.table import FORMULAS, may_be_faster
from course_lib.parameter import Parameter

DEFINED_IN = {"momentum_step": "sgd", "adam_step": "adam", "adamw_step": "adamw"}
"""The rules that have a version in `course_lib.fast.formulas.steps`, of the same name."""


def step(
    rule: Callable[..., Any], p: Parameter, states: Sequence[Array], *rest: Any, **settings: Any
) -> list[Array]:
    """``rule(p.data, p.grad, *states, *rest, **settings)``.

    A faster version treats as many elements at a time as stay in the processor's cache: a formula
    of an optimizer treats each element by itself. It writes each state over the old one, which is
    the optimizer's own. So it does with w, unless somebody holds the array or a view of it. Then w
    gets new memory, and what is held keeps its values.

    Parameters
    ----------
    rule : returns w, or w and the new states
    p, states : the parameter with its gradient, and arrays of its shape
    rest, settings : what rule takes after them

    Returns
    -------
    w and the new states
    """
    alone = _references(p) == ALONE  # asked before another name stands for the array
    w, dw = p.data, p.grad
    version = _version(rule) if large_step(w, dw, *states, *rest) else None
    if version is None:
        results = rule(w, dw, *states, *rest, **settings)
        return list(results) if states else [results]
    new = w if alone and _may_be_overwritten(w) else np.empty(w.shape, w.dtype)
    states = [
        state if _may_be_overwritten(state) else np.array(state, order="C") for state in states
    ]
    flat = [np.asarray(array).reshape(-1) for array in (new, w, dw, *states)]
    block = 4 * TOGETHER // len(flat)  # half as long ones take a twentieth longer
    scratch = np.empty(block, new.dtype)
    for start in range(0, new.size, block):
        arrays = [array[start : start + block] for array in flat]
        version(scratch[: arrays[0].size], *arrays, *rest, **settings)
    return [new, *states]


def _references(p: Parameter) -> int:
    """How often the array of a parameter is referred to; a view refers to it, too."""
    return sys.getrefcount(p.data)


ALONE = _references(Parameter(np.zeros(1)))
"""The number of references if only the parameter has the array."""


def _version(rule: Callable[..., Any]) -> Callable[..., Any] | None:
    """The faster version of a rule of the library; another function may have its name."""
    name = getattr(rule, "__name__", "")
    if name not in DEFINED_IN or not may_be_faster():
        return None
    if getattr(import_module(f"course_lib.optimizers.{DEFINED_IN[name]}"), name) is not rule:
        return None
    version: Callable[..., Any] = getattr(import_module(f"{FORMULAS}.steps"), name)
    return version


def _may_be_overwritten(array: Any) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and flags.writeable)
