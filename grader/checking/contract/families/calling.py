"""What the families share: how the student's functions are called, and which form is kept."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any, Self

import numpy as np

from grader.checking.contract.exercise import Case, Cases, in_a_row
from grader.checking.contract.mistakes import Function, Mistake, mistake
from grader.checking.contract.properties import dtype, shapes, unchanged_inputs
from grader.checking.contract.run import EARLIER, OwnRun, Run
from grader.checking.contract.wire import Plain

Draw = Callable[[np.random.Generator], Cases]
LR_IGNORED = "`lr` is not used: the result is the same if it is twice as large."
FORM = (shapes(), dtype(), unchanged_inputs())  # what most functions have to keep


@dataclass(frozen=True)
class ByNames(Run):
    """A run that finds the arguments in a case by their names.

    Parameters
    ----------
    inputs, settings : names of the parameters that are given by position, and by name
    outputs : names of what is returned
    """

    inputs: Sequence[str]
    settings: Sequence[str]
    outputs: Sequence[str]

    @classmethod
    def like(cls, reference: Function, returns: str, **more: Any) -> Self:
        """With the signature of ``reference`` and the names in ``returns``, ``"u, cache"``."""
        inputs, settings = parameters(reference)
        names = [name.strip() for name in returns.split(",")]
        return cls(inputs=inputs, settings=settings, outputs=names, **more)

    def call(self, function: Function, given: Case) -> Any:
        return function(*[given[n] for n in self.inputs], **{n: given[n] for n in self.settings})

    def several(self, result: Any, what: str = "results") -> list[Plain]:
        """The values in a result of several."""
        values = list(result)
        if len(values) != len(self.outputs):
            names = ", ".join(self.outputs)
            raise ValueError(f"expected {len(self.outputs)} {what} ({names})")
        return values

    def named(self, result: Any, what: str = "results") -> dict[str, Plain]:
        """What was returned, by its names."""
        values = [result] if len(self.outputs) == 1 else self.several(result, what)
        return dict(zip(self.outputs, values, strict=True))


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


def parameters(reference: Function) -> tuple[list[str], list[str]]:
    """Names of the parameters that are given by position, and of those that are given by name."""
    found = inspect.signature(reference).parameters.values()
    by_name = [p.name for p in found if p.kind is p.KEYWORD_ONLY]
    return [p.name for p in found if p.name not in by_name], by_name


def own(run: Run | Function) -> Run:
    """The run of an exercise that calls its function in its own way."""
    return run if isinstance(run, Run) else OwnRun(run)


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
