"""Outputs that do not come from the case at hand earn no points, in any exercise.

The reference's outcomes are forged: those of another seed or another case, one constant in the
place of every number, nothing at all. Functions that compute nothing are tried as well: they return
constants in the right shapes, what they were given (their arguments, their cache, the same + 1e-7),
or a mask. Points are allowed only where a right function may return just that.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.exercise import Case
from grader.checking.contract.registry import find, names
from grader.checking.contract.wire import leaves, plain
from grader.checking.judging.apply import Outcome, apply
from tests import sizes
from tests.gates.drawn import Call, Drawn, drawn, few_experiments

NAMES = names()
MOST_ARGUMENTS = 4  # of a function, or arrays of one shape, that are each given back
MOST_NUMBERS = 12  # so many of another seed's right numbers are each tried as a constant

CONSTANTS = {
    "zeros": 0.0,
    "ones": 1.0,
    "halves": 0.5,
    "minus ones": -1.0,
    "large numbers": 1e6,
    "nan": np.nan,
    "infinities": np.inf,
    "negative infinities": -np.inf,
}

A_DRAW = "the result is a random draw; for the same sizes, a draw with another seed is right too"
EXCEPTIONS = {
    ("cards", "replayed"): "it takes no arguments, so the right answer never changes",
    ("configuration", "replayed"): "it takes no arguments, so the right answer never changes",
    ("initialise", "replayed"): A_DRAW,
    ("minibatch_indices", "replayed"): A_DRAW,
    ("split_indices", "replayed"): A_DRAW,
}


def each(change: Callable[[Any], Any], value: Any) -> Any:
    """``value`` with ``change`` made in each of its numbers, texts and arrays."""
    if isinstance(value, dict):
        return {key: each(change, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([each(change, item) for item in value])
    return value if value is None else change(value)


def filled(constant: float) -> Callable[[Any], Any]:
    """What puts ``constant`` in the place of every number, in its shape and, if it can, its type.

    Texts become empty.
    """

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return ""
        if callable(value):  # a backward pass, say
            return lambda *arguments: each(fill, value(*arguments))
        if type(value).__name__ == "DataLoader":
            return []
        if not isinstance(value, (np.ndarray, np.generic, int, float, complex)):
            return 0 * value + constant if hasattr(value, "__array_namespace__") else value
        if np.asarray(value).dtype.kind not in "fc" and constant not in (0, 1, -1):
            return np.full(np.shape(value), constant)[()]
        if isinstance(value, (np.ndarray, np.generic)):
            return np.full_like(value, constant)[()]
        return type(value)(constant)

    return fill


def emptied(value: Any) -> Any:
    """An array without rows; ``None`` for a single number, an empty text for a text."""
    if isinstance(value, str):
        return ""
    return np.empty((0, *value.shape[1:]), value.dtype) if np.ndim(value) else None


def with_outputs(change: Callable[[Any], Any], right: Sequence[Outcome]) -> list[Outcome]:
    return [replace(outcome, outputs=change(outcome.outputs)) for outcome in right]


def numbers_in(right: Sequence[Outcome]) -> list[float]:
    """The different single numbers among the outputs, the first of them in order."""
    found = [leaf for outcome in right for _path, leaf in leaves(outcome.outputs)]
    single = [np.asarray(leaf).ravel() for leaf in found if not isinstance(leaf, str)]
    numbers = [float(a[0].real) for a in single if a.size == 1 and a.dtype.kind in "biufc"]
    return list(dict.fromkeys(numbers))[:MOST_NUMBERS]


def forged(right: list[Outcome], other: list[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """In words what was forged, and the forged outcomes."""
    yield "replayed", other
    if len(right) > 1:
        yield "the first case of another seed", [other[0]] * len(right)
        yield "the next case", [*right[1:], right[0]]
    for words, constant in CONSTANTS.items():
        yield words, with_outputs(lambda outputs, c=constant: each(filled(c), outputs), right)
    for number in numbers_in(other):
        words = f"{number:.6g} everywhere"
        yield words, with_outputs(lambda outputs, c=number: each(filled(c), outputs), right)
    yield "empty arrays", with_outputs(lambda outputs: each(emptied, outputs), right)
    yield "empty lists", with_outputs(lambda outputs: {name: [] for name in outputs}, right)
    yield "None", with_outputs(lambda outputs: dict.fromkeys(outputs), right)
    yield "no outputs", with_outputs(lambda outputs: {}, right)


def arrays_in(values: Iterable[Any]) -> Iterator[np.ndarray]:
    """The arrays and numbers among values, also those inside lists, dictionaries and a cache."""
    for value in values:
        if isinstance(value, dict):
            yield from arrays_in(value.values())
        elif isinstance(value, (list, tuple)):
            yield from arrays_in(value)
        elif isinstance(value, (np.ndarray, np.generic, int, float)):
            yield np.asarray(value)


def given_back(given: Sequence[Any], place: int, change: Callable[[Any], Any]) -> Any:
    """What puts, in the place of every value, one of those that were given and have its shape.

    Parameters
    ----------
    place : which of several; zeros stand where there is none
    """
    arrays = [array for array in arrays_in(given) if array.dtype.kind in "biufc"]

    def give(value: Any) -> Any:
        if callable(value):  # a backward pass, say
            return lambda *more: each(given_back([*more, *arrays], place, change), value(*more))
        same = [array for array in arrays if array.shape == np.shape(value)]
        if not same or isinstance(value, str):
            return filled(0.0)(value)
        return change(same[place % len(same)].copy())[()]

    return give


def mask_of(array: np.ndarray) -> np.ndarray:
    return array > 0


# What a function returns that computes nothing, from what is right and what it was given.
Idle = Callable[[Any, Sequence[Any]], Any]
CHANGES: dict[str, Callable[[Any], Any]] = {
    "what it was given in the right shapes,": lambda array: array,
    "the same + 1e-7,": lambda array: array + 1e-7,
    "where that is positive,": mask_of,
}


def idle_functions(arguments: int, arrays: int) -> dict[str, Idle]:
    """Those that differ for a function that is given so many arguments, and arrays in them."""
    found: dict[str, Idle] = {
        f"a function returns {words}": lambda right, given, c=constant: each(filled(c), right)
        for words, constant in CONSTANTS.items()
    }
    for n in range(min(arguments, MOST_ARGUMENTS)):
        found |= {
            f"a function returns its argument {n}": lambda right, given, n=n: given[n % len(given)],
            f"a function returns its argument {n} for each result": lambda right, given, n=n: (
                [given[n % len(given)]] * len(right) if isinstance(right, (tuple, list)) else None
            ),
        }
    for n in range(min(max(arrays, 1), MOST_ARGUMENTS)):
        found |= {
            f"a function returns {words} {n}": lambda right, given, n=n, change=change: each(
                given_back(given, n, change), right
            )
            for words, change in CHANGES.items()
        }
    return found | {
        "a function returns its arguments": lambda right, given: tuple(given),
        "a function returns masks": lambda right, given: each(
            lambda value: np.ones(np.shape(value), bool)[()], right
        ),
    }


def tuple_of(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def by_names(idle: Idle, right: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """The outputs of a class each of whose methods is idle."""
    given = [value for name, value in case.items() if name != "about"]
    return {name: plain(idle(value, given)) for name, value in right.items()}


def by_idle_functions(draw: Drawn) -> Iterator[tuple[str, list[Outcome]]]:
    """Outcomes where the graded function computes nothing and returns the form of what is right."""
    exercise, cases = draw.exercise, draw.cases
    *others, graded = exercise.reference
    if isinstance(graded, type):  # what its methods return is forged
        for words, idle in idle_functions(MOST_ARGUMENTS, MOST_ARGUMENTS).items():
            pairs = zip(cases, draw.right, strict=True)
            yield words, [replace(r, outputs=by_names(idle, r.outputs, case)) for case, r in pairs]
        return
    arguments = arrays = 1  # the most in a call
    for by_place, by_name, result in chain(*draw.calls):
        given = [*by_place, *by_name.values()]
        goes_back = any(map(callable, tuple_of(result)))  # and is given more
        arguments = max(arguments, len(given))
        arrays = max(arrays, MOST_ARGUMENTS if goes_back else len([*arrays_in(given)]))

    def outcome(case: Case, calls: Sequence[Call], idle: Idle) -> Outcome:
        left = iter(calls)

        def function(*given: Any, **settings: Any) -> Any:
            right = next(left, calls[-1])[2]
            return idle(right, [*given, *settings.values()] or [None])

        return apply(exercise.run, [*others, function], case)

    for words, idle in idle_functions(arguments, arrays).items():
        pairs = zip(cases, draw.calls, strict=True)
        yield words, [outcome(*pair, idle) for pair in pairs]


@pytest.mark.parametrize("name", few_experiments(NAMES))
def test_forged_outputs_earn_nothing(name, seeds):
    earned: dict[str, str] = {}
    for seed in seeds:
        draw = drawn(name, seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # infinities overflow
            for words, outcomes in (
                *forged(draw.right, drawn(name, seed + 1).right),
                *by_idle_functions(draw),
            ):
                result = draw.verdict(outcomes)
                if result.score and (name, words) not in EXCEPTIONS:
                    held = [f.title for f in result.findings if f.earned]
                    earned.setdefault(words, f"{result.score:.2f} by {held} (seed {seed})")
    assert not earned, "\n".join(
        f"{name}: {says(words)} earn {points}. Draw what is the same in every draw, or give its "
        "property alone=False"
        for words, points in earned.items()
    )


def says(words: str) -> str:
    """What was forged, as the subject of a sentence."""
    return "the right outputs of another draw" if words == "replayed" else f"outputs ({words})"


@pytest.mark.parametrize(
    ("name", "words"),
    [pytest.param(*one, marks=[pytest.mark.slow] * (one[0] in sizes.TRAIN)) for one in EXCEPTIONS],
)
def test_exceptions_are_needed(name, words):
    scores = []
    for seed in range(5):
        other = drawn(name, seed + 1).right
        scores.append(drawn(name, seed).verdict(dict(forged(other, other))[words]).score)
    assert any(scores)


# What a right function drops is a matter of chance; zeros are not what it returns.
DROPPING = ("dropout_forward", "dropout_backward")


@pytest.mark.parametrize("name", DROPPING)
def test_a_right_function_never_drops_everything(name):
    """Otherwise a check could not tell it from zeros: the cases are so large that it cannot be."""
    for case in drawn(name, 0).cases:
        if case["training"] and 0 < case["drop_prob"]:
            assert case["x"].size * np.log10(case["drop_prob"]) < -9, case["about"]


@pytest.mark.parametrize("name", DROPPING)
def test_dropping_everything_earns_nothing(name):
    """What is right in test mode may count there, but no zero counts as a dropped value."""
    exercise = find(name)
    for seed in range(sizes.SEEDS):
        draw = drawn(name, seed)
        cases, right = draw.cases, draw.right
        zeros = with_outputs(lambda outputs: each(filled(0.0), outputs), right)
        drops = [case["training"] and case["drop_prob"] > 0 for case in cases]
        outcomes = [zeros[i] if drop else right[i] for i, drop in enumerate(drops)]
        result = draw.verdict(outcomes)
        elsewhere = [case for case, drop in zip(cases, drops, strict=True) if not drop]
        about_dropping = [
            finding
            for prop, finding in zip(exercise.judge, result.findings, strict=True)
            if prop.alone and (prop.cases is None or not any(map(prop.applies, elsewhere)))
        ]
        assert about_dropping and not any(finding.earned for finding in about_dropping)
