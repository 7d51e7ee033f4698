"""The table: which function has a faster version, and for which arguments.

A row names the definition and its version, so that a version is imported when it is first called.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar

from course_lib.fast import conditions as when
from course_lib.op import Op

P = ParamSpec("P")
R = TypeVar("R")

FORMULAS = "formulas"  # this folder is not there where submissions are graded
CONV2D, NORMS, POOLING, STEPS, WITHOUT_BLAS = (
    f"{FORMULAS}.{name}" for name in ("conv2d", "norms", "pooling", "steps", "without_blas")
)


@dataclass(frozen=True)
class Faster:
    """A row of the table: a function that gives what a definition gives, sooner.

    Attributes
    ----------
    definition : its module and name in `course_lib`
    module : where its faster version is in `course_lib.fast`, with the same name and arguments. The
        version of an optimizer's step takes one array more, the first, to write w into, and writes
        the states over the old ones.
    suits : called with the definition's arguments, whether the version can compute them. What it
        cannot is left to the definition: arrays of other libraries, and bad input, which gets its
        message.
    """

    definition: str
    module: str
    suits: Callable[..., bool]

    @property
    def place(self) -> tuple[str, str]:
        """Module and name of the definition."""
        module, _, name = f"course_lib.{self.definition}".rpartition(".")
        return module, name

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The faster version."""
        version: Callable[..., Any]
        version = getattr(import_module(f"course_lib.fast.{self.module}"), self.place[1])
        return version


ROWS: tuple[tuple[str, str, Callable[..., bool]], ...] = (
    ("functional.batchnorm.batchnorm_forward", NORMS, when.batch),
    ("functional.batchnorm.batchnorm_backward", NORMS, when.batchnormed),
    ("functional.norms.layernorm_backward", NORMS, when.layernormed),
    ("functional.conv2d.conv2d_forward", CONV2D, when.in_blocks),
    ("functional.conv2d.conv2d_backward", CONV2D, when.by_blocks),
    ("functional.conv2d.conv2d_parameter_gradients", CONV2D, when.by_blocks),
    ("functional.max_pool2d.max_pool2d_forward", POOLING, when.side_by_side),
    ("functional.max_pool2d.max_pool2d_backward", POOLING, when.pooled),
    ("functional.linear.linear_forward", WITHOUT_BLAS, when.wide),
    ("functional.linear.linear_backward", WITHOUT_BLAS, when.wide_backward),
    ("functional.linear.linear_parameter_gradients", WITHOUT_BLAS, when.wide_backward),
    ("optimizers.sgd.momentum_step", STEPS, when.large_step),
    ("optimizers.adam.adam_step", STEPS, when.large_step),
    ("optimizers.adamw.adamw_step", STEPS, when.large_step),
)
TABLE = tuple(Faster(*row) for row in ROWS)
"""Each definition has one row; those of `WITHOUT_BLAS` count only in the browser."""


def compute(definition: Callable[P, R], /, *args: P.args, **settings: P.kwargs) -> R:
    """``definition(*args, **settings)``, by a faster version if one suits these arguments.

    The steps of optimizers have `course_lib.fast.step` in its place.
    """
    function: Callable[..., R] = faster(definition, *args, **settings) or definition
    return function(*args, **settings)


def forward(op: Op, /, *args: Any, **settings: Any) -> Any:
    """``op.forward(*args, **settings)`` as by `compute`, if its backward function is in the table.

    What a faster version passes to its backward version is for that only. So beside a backward
    function of yours, the definition computes.
    """
    rows = _rows(in_browser())
    if all(
        id(function) in rows for function in (op.backward, op.parameter_gradients or op.backward)
    ):
        return compute(op.forward, *args, **settings)
    return op.forward(*args, **settings)


def faster(definition: Callable[..., R], /, *args: Any, **settings: Any) -> Callable[..., R] | None:
    """The version in the table, if there is one and it suits these arguments."""
    row = _rows(in_browser()).get(id(definition))  # few functions have a version
    return row.function if row and row.suits(*args, **settings) else None


@cache
def _rows(browser: bool) -> dict[int, Faster]:
    """The rows that count, by the identity of the definition: another function may have its name.

    Made at the first call: then the definitions can be imported, of which some import this module.
    """
    if find_spec(f"course_lib.fast.{FORMULAS}") is None:
        return {}
    found = {}
    for row in TABLE:
        if browser or row.module != WITHOUT_BLAS:
            module, name = row.place
            found[id(getattr(import_module(module), name))] = row
    return found


def in_browser() -> bool:
    """Whether Python runs inside a web page (JupyterLite, with Pyodide), without BLAS."""
    return sys.platform == "emscripten"
