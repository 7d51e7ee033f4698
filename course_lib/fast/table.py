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
COMPILED = f"{FORMULAS}.compiled"
NORMS = f"{FORMULAS}.norms"
WITHOUT_BLAS = f"{FORMULAS}.without_blas"
CE = "softmax_cross_entropy"


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
    ("functional.max_pool2d.max_pool2d_forward", f"{COMPILED}.max_pool2d", when.pixels),
    ("functional.max_pool2d.max_pool2d_backward", f"{COMPILED}.max_pool2d", when.pooled),
    ("functional.batchnorm.batchnorm_forward", f"{COMPILED}.norms", when.batch),
    ("functional.batchnorm.batchnorm_backward", f"{COMPILED}.norms", when.batchnormed),
    ("functional.layernorm.layernorm_forward", f"{COMPILED}.norms", when.rows),
    ("functional.layernorm.layernorm_backward", f"{COMPILED}.norms", when.layernormed),
    (f"losses.{CE}.{CE}", f"{COMPILED}.{CE}", when.labels),
    ("functional.batchnorm.batchnorm_forward", NORMS, when.large(when.batch)),
    ("functional.batchnorm.batchnorm_backward", NORMS, when.large(when.batchnormed)),
    ("functional.layernorm.layernorm_backward", NORMS, when.large(when.layernormed)),
    ("functional.conv2d.conv2d_forward", f"{FORMULAS}.conv2d", when.in_blocks),
    ("functional.conv2d.conv2d_backward", f"{FORMULAS}.conv2d", when.by_blocks),
    ("functional.conv2d.conv2d_parameter_gradients", f"{FORMULAS}.conv2d", when.by_blocks),
    ("functional.linear.linear_forward", WITHOUT_BLAS, when.wide),
    ("functional.linear.linear_backward", WITHOUT_BLAS, when.wide_backward),
    ("functional.linear.linear_parameter_gradients", WITHOUT_BLAS, when.wide_backward),
    *(
        (f"optimizers.{name}.{name}_step", f"{folder}.steps", when.large_step)
        for folder in (COMPILED, FORMULAS)
        for name in ("momentum", "adam", "adamw")
    ),
)
TABLE = tuple(Faster(*row) for row in ROWS)
"""The first row that suits is taken; compiled versions count only after `enable`, and those of
`WITHOUT_BLAS` only in the browser."""

_compiled = False
_rows: dict[int, list[Faster]] = {}  # those that count, once somebody has asked


def compute(definition: Callable[P, R], /, *args: P.args, **settings: P.kwargs) -> R:
    """``definition(*args, **settings)``, by a faster version if one suits these arguments.

    The steps of optimizers have `course_lib.fast.step` in its place.
    """
    function: Callable[..., R] = definition
    if id(definition) in (_rows or _choose()):  # few functions have a version
        function = faster(definition, *args, **settings) or definition
    return function(*args, **settings)


def forward(op: Op, /, *args: Any, **settings: Any) -> Any:
    """``op.forward(*args, **settings)`` as by `compute`, if its backward function is in the table.

    What a faster version passes to its backward version is for that only. So beside a backward
    function of yours, the definition computes.
    """
    rows = _rows or _choose()
    if id(op.forward) in rows:
        back = (op.backward, op.parameter_gradients or op.backward)
        if all(id(function) in rows for function in back):
            return compute(op.forward, *args, **settings)
    return op.forward(*args, **settings)


def faster(definition: Callable[..., R], /, *args: Any, **settings: Any) -> Callable[..., R] | None:
    """The first version in the table that suits these arguments, or None."""
    for row in (_rows or _choose()).get(id(definition), ()):
        if row.suits(*args, **settings):
            return row.function
    return None


def _choose() -> dict[int, list[Faster]]:
    global _rows
    _rows = _rows_for(_compiled, in_browser())
    return _rows


@cache
def _rows_for(compiled: bool, browser: bool) -> dict[int, list[Faster]]:
    """The rows that count, by the identity of the definition: another function may have its name.

    Made at the first call: then the definitions can be imported, of which some import this module.
    """
    found: dict[int, list[Faster]] = {}
    if find_spec(f"course_lib.fast.{FORMULAS}") is None:
        return found
    for row in TABLE:
        if row.module.startswith(COMPILED) <= compiled and (row.module == WITHOUT_BLAS) <= browser:
            module, name = row.place
            found.setdefault(id(getattr(import_module(module), name)), []).append(row)
    return found


def enable() -> None:
    """Use compiled functions from now on, in this process.

    The package numba compiles them (``pip install "training-neural-networks[fast]"``), each at its
    first call, for a second or two, and keeps them on disk for the next process. Their results
    agree with those of the definitions up to rounding. They are never used unless this function was
    called, so that no result depends on what is installed.

    Where submissions are graded there are no compiled functions, and nothing changes.

    Raises
    ------
    ModuleNotFoundError
        If numba is not installed.
    """
    global _compiled, _rows
    if _rows_for(True, False) and find_spec("numba") is None:
        raise ModuleNotFoundError(
            "fast.enable: the package numba, which compiles the functions, is not installed; "
            'pip install "training-neural-networks[fast]" installs it'
        )
    _compiled, _rows = True, {}


def disable() -> None:
    """Use no compiled functions from now on."""
    global _compiled, _rows
    _compiled, _rows = False, {}


def in_browser() -> bool:
    """Whether Python runs inside a web page (JupyterLite, with Pyodide), without BLAS."""
    return sys.platform == "emscripten"
