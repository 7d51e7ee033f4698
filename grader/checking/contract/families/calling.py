"""What the families share: how the student's functions are called, and which form is kept."""

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Cases, in_a_row
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import dtype, shapes, unchanged_inputs
from grader.checking.contract.run_source import EARLIER, Run, compile_run, source_of

Draw = Callable[[np.random.Generator], Cases]
LR_IGNORED = "`lr` is not used: the result is the same if it is twice as large."
FORM = (shapes(), dtype(), unchanged_inputs())  # what most functions have to keep


def float32(case: Case) -> Case:
    """The case with its float64 arrays in float32, also those inside lists and dictionaries."""

    def single(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: single(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(single, value))
        double = isinstance(value, np.ndarray) and value.dtype == np.float64
        return value.astype(np.float32) if double else value

    return {name: single(value) for name, value in case.items()}


def bound(run: Run, **settings: Any) -> Run:
    """``run`` with ``settings``, plain data, as source that can be sent along."""
    body = textwrap.indent(source_of(run), "    ")
    source = f"def run(*given):\n{body}\n    return {run.__name__}(*given, **{settings!r})\n"
    return compile_run(source, run.__name__)


def arguments(reference: Function) -> dict[str, list[str]]:
    """Names of the positional parameters and of those that are given by name."""
    parameters = inspect.signature(reference).parameters.values()
    by_name = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    return {"inputs": [p.name for p in parameters if p.name not in by_name], "settings": by_name}


def output_names(returns: str) -> list[str]:
    """Names of what a function returns, from ``"u, cache"``."""
    return [name.strip() for name in returns.split(",")]


def shown(returns: str) -> str:
    """``returns`` as a report writes it: ``(u, cache)``."""
    return f"({returns})" if "," in returns else returns


def with_earlier(cases: Draw) -> Draw:
    """The cases, each with a second draw for the call that comes before the judged one."""

    @wraps(cases)
    def with_earlier(rng: np.random.Generator) -> list[Case]:
        drawn = in_a_row(cases(rng))
        for case, other in zip(drawn, in_a_row(cases(rng)), strict=True):
            case[EARLIER] = {name: value for name, value in other.items() if name != "about"}
        return drawn

    return with_earlier


def ignores(reference: Function, setting: str, value: float, hint: str) -> Mistake:
    """The mistake of using ``value`` in place of a setting."""

    @wraps(reference, assigned=())
    def ignoring(*args, **settings):
        return reference(*args, **settings | {setting: value})

    return mistake(ignoring, name=f"{setting} ignored", hint=hint)


def changes_first_array(reference: Function) -> Mistake:
    """The mistake of a right result that leaves the first array given with other values."""

    @wraps(reference, assigned=())
    def overwrites(*args, **settings):
        """You write into an array that you were given, and its owner may still need the old
        values. `a += b`, `a *= b` and `a[mask] = 0` change the array `a` itself. Make a new one:
        `a = a + b`, `np.where(mask, 0, a)`, or a copy before the first assignment.
        """
        # The result may be a view of what is overwritten.
        result = deepcopy(reference(*args, **settings))
        given = next(_arrays_in([*args, *settings.values()]))
        given[...] = 1 - given
        return result

    return mistake(overwrites, name="in place")


def _arrays_in(values: Iterable[Any]) -> Iterator[np.ndarray]:
    for value in values:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, list | tuple | dict):
            yield from _arrays_in(value.values() if isinstance(value, dict) else value)
