"""The table: which function has a faster version, and for which arguments.

A row names the definition and its version, so that a version is imported when it is first called.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar

from course_lib.fast import conditions as when
from course_lib.op import Op

P = ParamSpec("P")
R = TypeVar("R")

FORMULAS = "formulas"  # this folder is not there where submissions are graded
COMPILED = f"{FORMULAS}.compiled"
WITHOUT_BLAS = f"{FORMULAS}.without_blas"


@dataclass(frozen=True)
class Faster:
    """A row of the table: a function that gives what a definition gives, sooner.

    Attributes
    ----------
    definition : its module and name in `course_lib`
    module : where its faster version is in `course_lib.fast`, with the same name and arguments. The
        version of an optimizer's step writes its results over w and the states.
    suits : called with these arguments, whether the version can compute them. What it cannot is
        left to the definition: arrays of other libraries, and bad input, which gets its message.
    """

    definition: str
    module: str
    suits: Callable[..., bool]

    @cached_property
    def place(self) -> tuple[str, str]:
        """Module and name of the definition."""
        module, _, name = f"course_lib.{self.definition}".rpartition(".")
        return module, name

    def replaces(self, function: Callable[..., Any]) -> bool:
        """Whether this function is the definition, and not another one of the same name."""
        module, name = self.place
        return getattr(sys.modules.get(module), name, None) is function

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The faster version."""
        version: Callable[..., Any]
        version = getattr(import_module(f"course_lib.fast.{self.module}"), self.place[1])
        return version


TABLE = tuple(
    Faster(definition, module, suits)
    for definition, module, suits in (
        ("functional.relu.relu_forward", f"{COMPILED}.elementwise", when.precise),
        ("functional.relu.relu_backward", f"{COMPILED}.elementwise", when.alike),
        ("functional.dropout.dropout_forward", f"{COMPILED}.elementwise", when.dropping),
        ("functional.max_pool2d.max_pool2d_forward", f"{COMPILED}.max_pool2d", when.pixels),
        ("functional.max_pool2d.max_pool2d_backward", f"{COMPILED}.max_pool2d", when.pooled),
        ("functional.batchnorm.batchnorm_forward", f"{COMPILED}.batchnorm", when.batch),
        ("functional.batchnorm.batchnorm_backward", f"{COMPILED}.batchnorm", when.batchnormed),
        ("functional.layernorm.layernorm_forward", f"{COMPILED}.layernorm", when.rows),
        ("functional.layernorm.layernorm_backward", f"{COMPILED}.layernorm", when.layernormed),
        ("functional.batchnorm.batchnorm_forward", f"{FORMULAS}.norms", when.large_batch),
        ("functional.batchnorm.batchnorm_backward", f"{FORMULAS}.norms", when.large_batchnormed),
        ("functional.layernorm.layernorm_forward", f"{FORMULAS}.norms", when.large_rows),
        ("functional.layernorm.layernorm_backward", f"{FORMULAS}.norms", when.large_layernormed),
        ("functional.conv2d.conv2d_forward", f"{FORMULAS}.conv2d", when.in_blocks),
        ("functional.conv2d.conv2d_backward", f"{FORMULAS}.conv2d", when.by_blocks),
        ("functional.conv2d.conv2d_parameter_gradients", f"{FORMULAS}.conv2d", when.by_blocks),
        ("functional.linear.linear_forward", WITHOUT_BLAS, when.wide),
        ("functional.linear.linear_backward", WITHOUT_BLAS, when.wide_backward),
        ("functional.linear.linear_parameter_gradients", WITHOUT_BLAS, when.wide_backward),
        (
            "losses.softmax_cross_entropy.softmax_cross_entropy",
            f"{COMPILED}.softmax_cross_entropy",
            when.labels,
        ),
        ("optimizers.momentum.momentum_step", f"{COMPILED}.steps", when.large_step),
        ("optimizers.adam.adam_step", f"{COMPILED}.steps", when.large_step),
        ("optimizers.adamw.adamw_step", f"{COMPILED}.steps", when.large_step),
        ("optimizers.sgd.sgd_step", f"{FORMULAS}.in_place", when.large_step),
        ("optimizers.momentum.momentum_step", f"{FORMULAS}.in_place", when.large_step),
        ("optimizers.adam.adam_step", f"{FORMULAS}.in_place", when.large_step),
        ("optimizers.adamw.adamw_step", f"{FORMULAS}.in_place", when.large_step),
    )
)
"""The first row that suits is taken; compiled versions count only after `enable`, and those of
`WITHOUT_BLAS` only in the browser."""


def compute(definition: Callable[P, R], /, *args: P.args, **settings: P.kwargs) -> R:
    """``definition(*args, **settings)``, by a faster version if one suits these arguments.

    The steps of optimizers have `course_lib.fast.step` in its place.
    """
    function: Callable[..., R] = definition
    # Every layer asks, and few functions have a version: look at the name first.
    if getattr(definition, "__name__", None) in _rows:
        function = faster(definition, *args, **settings) or definition
    return function(*args, **settings)


def forward(op: Op, /, *args: Any, **settings: Any) -> Any:
    """``op.forward(*args, **settings)`` as by `compute`, if both functions are the library's.

    What a faster version passes to its backward version is for that only. So beside a backward
    function of yours, the definition computes.
    """
    function = op.forward
    if getattr(function, "__name__", None) in _rows and _of_one_module(op):
        function = faster(function, *args, **settings) or function
    return function(*args, **settings)


def _of_one_module(op: Op) -> bool:
    functions = (op.forward, op.backward, op.parameter_gradients or op.backward)
    return len({getattr(function, "__module__", None) for function in functions}) == 1


def faster(definition: Callable[..., R], /, *args: Any, **settings: Any) -> Callable[..., R] | None:
    """The first version in the table that suits these arguments, or None."""
    for row in _rows.get(getattr(definition, "__name__", ""), ()):
        if row.replaces(definition) and row.suits(*args, **settings):
            return row.function
    return None


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
    global _rows
    if not _formulas_exist():
        return
    if find_spec("numba") is None:
        raise ModuleNotFoundError(
            "fast.enable: the package numba, which compiles the functions, is not installed; "
            'pip install "training-neural-networks[fast]" installs it'
        )
    _rows = _by_name(TABLE)


def disable() -> None:
    """Use no compiled functions from now on."""
    global _rows
    _rows = _by_name(row for row in TABLE if not row.module.startswith(COMPILED))


def in_browser() -> bool:
    """Whether Python runs inside a web page (JupyterLite, with Pyodide), without BLAS."""
    return sys.platform == "emscripten"


def _formulas_exist() -> bool:
    return find_spec(f"course_lib.fast.{FORMULAS}") is not None


def _by_name(rows: Iterable[Faster]) -> dict[str, list[Faster]]:
    """Those rows whose version is there, by the name of the definition."""
    whole, here = _formulas_exist(), in_browser()
    found: dict[str, list[Faster]] = {}
    for row in rows:
        if row.module == WITHOUT_BLAS and not here:
            continue
        if whole or not row.module.startswith(FORMULAS):
            found.setdefault(row.place[1], []).append(row)
    return found


_rows: Mapping[str, list[Faster]]
disable()
