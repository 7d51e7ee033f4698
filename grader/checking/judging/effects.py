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
from grader.checking.contract.registry import find, is_exercise
from grader.checking.judging.apply import Failure, Outcome, apply

ENOUGH = 4  # fewer numbers agree by coincidence
MISMATCH = re.compile(r"^matmul: .* core dimension .*\(size (\d+) is different from (\d+)\)$")
NAMES = re.compile(r"\((\w+(?:, \w+)+)\)")  # what is returned, where each has a name


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
        return Results(error=error, problem=_in_words(failure, exercise))
    try:
        return Results(exercise.observed(case, outcome.outputs or {}), changed=outcome.changed)
    except Exception as error:  # the outputs are the student's: anything may be in them
        kind, message = type(error).__name__, str(error)
        problem = "what was returned could not be examined ({error})"
        words = problem.format(error=f"{kind}: {message}")
        return Results(error=(f"observe {kind}", message), problem=words)


def _in_words(failure: Failure, exercise: Exercise) -> str:
    if failure.kind == "NotImplementedError":
        return f"{failure.function or exercise.name} is not written yet"
    what = f"{failure.kind}: {failure.message}" if failure.message else failure.kind
    what = what or "an error without a name"  # an empty text would mean that nothing is wrong
    if failure.inside:
        return what + _product_in_words(failure)
    return _unusable(failure, exercise, what)


def _product_in_words(failure: Failure) -> str:
    """What NumPy's message on a product means, in a sentence that follows it; "" for others."""
    sentences = [failure.shapes] if failure.shapes else []
    if found := MISMATCH.search(failure.message):
        rows, columns = found.groups()
        text = (
            "`@` needs as many columns on the left as there are rows on the right: here they are "
            "{columns} and {rows}"
        )
        sentences.append(text.format(rows=rows, columns=columns))
    elif "matmul" in failure.message and "enough dimensions" in failure.message:
        sentences.append("`@` multiplies arrays; a single number is multiplied by `*`")
    return "".join(f". {one}" for one in sentences) + ("." if sentences else "")


def _unusable(failure: Failure, exercise: Exercise, what: str) -> str:
    """Why what a function returned could not be used, or why it could not be called."""
    name, returned, returns = failure.function, failure.returned, exercise.returns
    references = dict(zip(exercise.takes, exercise.reference, strict=True))
    if name and not returned:
        text = f"`{name}` could not be called ({what})"
        if name in references:
            given = f"def {name}{inspect.signature(references[name])}:"
            text += f"; keep its first line as it was given: `{given}`"
        return text
    if name in references and name != exercise.name:  # a forward pass, say
        returns = find(name).returns if is_exercise(name) else ""
    several = NAMES.fullmatch(returns)
    names = several[1].split(", ") if several else []
    n = len(names)
    if name and several and returned not in (f"{n} values", f"a list of length {n}"):
        text = (
            "`{name}` returned {returned}. It has to return {n} values, so its last line should "
            "have the form `return {names}`."
        )
        return text.format(name=name, returned=returned, n=n, names=", ".join(names))
    text = f"what the function returned could not be used ({what})"
    if returns:
        text += f"; it has to return {returns}"
    return text


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
    any of the two changes.
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
    return float(together.sum() / max(changed.sum(), 1))


def how_many(value: Quantity) -> int:
    """How many numbers a result holds; texts hold none, because they can agree by chance."""
    if isinstance(value, dict):
        return sum(map(how_many, value.values()))
    array = as_numbers(value)
    return 0 if array is None else array.size


def _differs_in_form(value: Quantity, want: Quantity) -> bool:
    return any(form_problem("", value, want, what) for what in ("shape", "dtype"))
