"""The table: which function has a faster version, and for which arguments."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from types import FunctionType
from typing import Any

from course_lib.fast import conditions as when
from course_lib.functional import conv2d, linear, max_pool2d
from course_lib.op import Op

FORMULAS = "course_lib.fast.formulas"  # this folder is not there where submissions are graded


@dataclass(frozen=True)
class Faster:
    """A row of the table: a function that computes what a definition does, sooner where it can.

    Parameters
    ----------
    definition : what cannot be computed faster is left to it: arrays of other libraries, and bad
        input, which gets its message
    module : where its faster version is in `course_lib.fast.formulas`, with the same name and
        arguments; it is imported when it is first called
    suits : called with the definition's arguments, whether the version can compute them
    """

    definition: Callable[..., Any]
    module: str
    suits: Callable[..., bool]

    @cached_property
    def version(self) -> Callable[..., Any]:
        """The faster version."""
        version: Callable[..., Any]
        version = getattr(import_module(f"{FORMULAS}.{self.module}"), self.definition.__name__)
        return version

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """``definition(*args, **settings)``, by the version if it suits these arguments."""
        if self.suits(*args, **settings):
            return self.version(*args, **settings)
        return self.definition(*args, **settings)


WITHOUT_BLAS = "without_blas"
TABLE = (
    Faster(conv2d.conv2d_forward, "conv2d", when.in_blocks),
    Faster(conv2d.conv2d_backward, "conv2d", when.by_blocks),
    Faster(conv2d.conv2d_parameter_gradients, "conv2d", when.by_blocks),
    Faster(max_pool2d.max_pool2d_forward, "pooling", when.side_by_side),
    Faster(max_pool2d.max_pool2d_backward, "pooling", when.pooled),
    Faster(linear.linear_forward, WITHOUT_BLAS, when.wide),
    Faster(linear.linear_backward, WITHOUT_BLAS, when.wide_backward),
    Faster(linear.linear_parameter_gradients, WITHOUT_BLAS, when.wide_backward),
)
"""The rows of `WITHOUT_BLAS` count only in the browser."""


def faster(op: Op) -> Op:
    """The pair that a layer computes with: the faster functions if all of its own are in the table.

    What a faster forward version passes to its backward version is for that only. So beside a
    backward function of yours, the definition computes.
    """
    functions = op.forward, op.backward, op.parameter_gradients
    rows = {row.definition: row for row in TABLE if in_browser() or row.module != WITHOUT_BLAS}
    found = [rows.get(f) if isinstance(f, FunctionType) else None for f in functions]
    known = [row for row, function in zip(found, functions, strict=True) if row or not function]
    if len(known) < len(functions) or not may_be_faster():
        return op
    return Op(*known)  # type: ignore[arg-type] # only the last one may be None


@cache
def may_be_faster() -> bool:
    """Whether the faster versions are here."""
    return find_spec(FORMULAS) is not None


def in_browser() -> bool:
    """Whether Python runs inside a web page (JupyterLite, with Pyodide), without BLAS."""
    return sys.platform == "emscripten"
