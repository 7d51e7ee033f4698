"""Where a program departs from the reference: what diagnoses compare."""

import inspect
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from grader.checking.contract.changes import changes
from grader.checking.contract.compare import Quantity, as_numbers, form_problem, same_values
from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.mistakes import Function, Mistake
from grader.checking.judging.apply import Outcome, apply
from grader.checking.judging.errors_in_words import error_in_words, not_readable

ENOUGH = 4  # fewer numbers agree by coincidence
WORD = re.compile(r"\w+")


class Beside(Enum):
    """What a case shows beside its quantities."""

    RAISES = "the kind of error"
    SAYS = "the error's message"
    CHANGED = "the inputs that were changed"


Name = str | Beside


class Key(NamedTuple):
    """One of the things that a case shows: the number of the case, and the thing's name."""

    case: int
    name: Name

    @property
    def quantity(self) -> str:
        """The quantity that a value belongs to: rate(5) is one of the values of rate."""
        return str(self.name).partition("(")[0]


@dataclass(frozen=True)
class Results:
    """What a program gave on one case: quantities by name, or an error as (kind, message).

    ``problem`` is the error as a report words it.
    """

    values: Mapping[str, Quantity] = field(default_factory=dict)
    error: tuple[str, str] | None = None
    changed: tuple[str, ...] = ()
    problem: str = ""

    @cached_property
    def shown(self) -> dict[Name, Quantity]:
        """Everything that can distinguish two programs."""
        if self.error:
            return dict(zip((Beside.RAISES, Beside.SAYS), self.error, strict=True))
        shown: dict[Name, Quantity] = {Beside.CHANGED: ", ".join(sorted(self.changed))}
        shown.update(self.values.items())
        return shown


@dataclass(frozen=True)
class Effect:
    """One result that departs from the reference's, by value or in form alone."""

    value: Quantity
    by_value: bool

    @cached_property
    def is_degenerate(self) -> bool:
        """Whether the result says little: an error, or numbers that are not finite.

        Every listed mistake asks, and a student's result may be large: found once.
        """
        if self.value is None:
            return True
        values = self.value.values() if isinstance(self.value, dict) else [self.value]
        arrays = [as_numbers(value) for value in values]
        return any(a is not None and not np.isfinite(a).all() for a in arrays)


Effects = dict[Key, Effect]


@dataclass(frozen=True, eq=False)
class Suspect:
    """A mistake that the student may have made, its results, and where they depart from right."""

    mistake: Mistake
    results: Sequence[Results]
    effects: Effects


@dataclass(frozen=True)
class Known:
    """What is the same for all students: the results of one reference beside the mistakes'."""

    exercise: Exercise
    cases: Sequence[Case]
    right: Sequence[Results]
    suspects: Sequence[Suspect]  # the listed mistakes
    changes: dict[int, list[Suspect]] = field(default_factory=dict)  # those tried, by their case

    @cached_property
    def unlisted(self) -> tuple[Mistake, ...]:
        """Small changes of the reference that are not listed."""
        found = changes(self.exercise.sources)
        return tuple(Mistake((), words, pieces) for pieces, words in found)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Quantity -> what students know it by, of those that they know.

        They know what is named where the function returns it, in titles of properties, and in
        dictionaries that are given. A single quantity is the result. Flags, and what is computed
        from the results, have no name.
        """
        found = (name.partition("(")[0] for one in self.right for name in one.values)
        quantities = [name for name in dict.fromkeys(found) if name.isidentifier()]
        returned = set(WORD.findall(self.exercise.returns))
        if len(quantities) == 1 and returned.isdisjoint(quantities):
            return {quantities[0]: "the result"}
        for prop in self.exercise.judge:
            if not set(WORD.findall(prop.title)).isdisjoint(prop.outputs):
                returned.update(prop.outputs)
        given = (value for case in self.told for value in case.values() if isinstance(value, dict))
        returned.update(*given)
        return {name: name for name in quantities if name in returned}

    @cached_property
    def told(self) -> Sequence[Case]:
        """The cases with those of their values that students know by name: the arguments."""
        functions = self.exercise.reference
        if any(isinstance(function, type) for function in functions):
            return self.cases
        names = {"about"}.union(*(inspect.signature(f).parameters for f in functions))
        return [{k: v for k, v in case.items() if k in names} for case in self.cases]


def known(exercise: Exercise, cases: Sequence[Case]) -> list[Known]:
    """The part of a diagnosis that all programs judged on the same cases share, by reference."""
    made = [
        (mistake, results_of(exercise, exercise.with_mistakes(mistake), cases))
        for mistake in exercise.mistakes
    ]
    found = []
    for functions in exercise.references:
        right = results_of(exercise, functions, cases)
        suspects = [Suspect(mistake, results, effects(right, results)) for mistake, results in made]
        found.append(Known(exercise, cases, right, suspects))
    return found


def results_of(
    exercise: Exercise, functions: Sequence[Function], cases: Sequence[Case]
) -> list[Results]:
    """Results of ``functions`` on the cases, in this process."""
    return [results(exercise, case, apply(exercise.run, functions, case)) for case in cases]


def results(exercise: Exercise, case: Case, outcome: Outcome) -> Results:
    """What a program gave on a case."""
    if failure := outcome.failure:
        error = f"{failure.kind} {failure.inside}", failure.message
        return Results(error=error, problem=error_in_words(failure, exercise))
    try:
        return Results(exercise.observed(case, outcome.outputs or {}), changed=outcome.changed)
    except Exception as error:  # the outputs are the student's: anything may be in them
        kind, message = type(error).__name__, str(error)
        words = not_readable(exercise, outcome.outputs, error)
        return Results(error=(f"observe {kind}", message), problem=words)


def effects(reference: Sequence[Results], other: Sequence[Results]) -> Effects:
    """Where ``other`` departs from the reference, by value or in form."""
    pairs = enumerate(zip(reference, other, strict=True))
    return dict(found for i, (right, seen) in pairs for found in departures(i, right, seen))


def departures(
    case: int, right: Results, seen: Results, *, form: bool = True, names: Collection[Name] = ()
) -> Iterator[tuple[Key, Effect]]:
    """The effects in one case, for those who stop at the first; those in form only if asked.

    ``names`` are the quantities that are compared; none means all.
    """
    want, got = right.shown, seen.shown
    there = want.keys() | got.keys()
    for name in there.intersection(names) if names else there:
        value = got.get(name)
        if name not in want or name not in got or same_values("", value, want[name]):
            yield Key(case, name), Effect(value, by_value=True)
        elif form and _differs_in_form(value, want[name]):
            yield Key(case, name), Effect(value, by_value=False)


def agree(one: Effect, other: Effect) -> bool:
    """Whether two departures are the same: in the values, and in form where that is all."""
    if same_values("", one.value, other.value):
        return False
    return other.by_value or not _differs_in_form(one.value, other.value)


def common(one: Any, other: Any, right: Quantity) -> float:
    """How far two values that depart from the right one do so together, from 0 to 1.

    Of arrays it is the share of the numbers that both change in the same way, among those that
    any of the two changes. Half of the choices between a few options may agree by chance.
    """
    if isinstance(right, dict):
        if not all(isinstance(v, dict) and v.keys() == right.keys() for v in (one, other)):
            return float(same_values("", one, other) is None)
        shares = [
            common(one[key], other[key], right[key])
            for key in right
            if same_values("", one[key], right[key]) or same_values("", other[key], right[key])
        ]
        return sum(shares) / len(shares) if shares else 0.0
    arrays = [as_numbers(value) for value in (one, other, right)]
    if any(a is None or a.shape != arrays[0].shape for a in arrays):  # type: ignore[union-attr]
        return float(same_values("", one, other) is None)
    kind = np.result_type(float, *arrays)  # complex, where a formula has taken a negative root
    a, b, w = (np.asarray(array, kind).ravel() for array in arrays)
    near = 1e-4 * np.max(np.abs(w[np.isfinite(w)]), initial=1e-5)
    changed = (np.abs(a - w) > near) | (np.abs(b - w) > near)
    together = changed & (np.abs(a - b) <= near)
    share = float(together.sum() / max(changed.sum(), 1))
    are_choices = all(np.issubdtype(array.dtype, np.integer) for array in arrays)  # type: ignore[union-attr]
    return max(2 * share - 1, 0.0) if are_choices else share


def how_many(value: Quantity) -> int:
    """How many numbers a result holds; texts hold none, because they can agree by chance."""
    if isinstance(value, dict):
        return sum(map(how_many, value.values()))
    array = as_numbers(value)
    return 0 if array is None else array.size


def _differs_in_form(value: Quantity, want: Quantity) -> bool:
    return any(form_problem("", value, want, what) for what in ("shape", "dtype"))
