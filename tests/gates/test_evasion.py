"""Rubbish in some cases earns no more than an error there, however right the other cases are.

What a function returns is replaced by rubbish of the same form in one case, one group, or all cases
with the same setting, or in all others. The form of rubbish is right, and that of an error is never
seen, so points for the form (shape, float type, inputs left as they were) are not compared.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.registry import find, names
from grader.checking.contract.wire import leaves
from grader.checking.judging.apply import Outcome, apply
from tests.gates.drawn import Call, Drawn, drawn, judged_once
from tests.gates.test_nothing_for_nothing import CONSTANTS, each, filled

Change = Callable[[Any], Any]


def like_inputs(noise: float) -> Callable[[Any], Change]:
    """What puts an input of the same shape in the place of each array, changed by ``noise``."""

    def make(arguments: Any) -> Change:
        arrays = [a for _path, a in leaves(list(arguments)) if isinstance(a, np.ndarray)]

        def change(value: Any) -> Any:
            found = [a for a in arrays if a.shape == np.shape(value) and a.dtype.kind in "fiub"]
            if not found or not isinstance(value, np.ndarray):
                return filled(np.nan)(value)
            factors = 1 + noise * np.random.default_rng(0).standard_normal(value.shape)
            return (found[0] * factors).astype(value.dtype)

        return change

    return make


RUBBISH: dict[str, Callable[[Any], Change]] = {
    **{words: lambda _, c=constant: filled(c) for words, constant in CONSTANTS.items()},
    "its inputs": like_inputs(0.0),
    "its inputs, changed by 1e-7": like_inputs(1e-7),
}

LARGE = "a label whose score is 2000 too low costs 2000"
MAY_BE_RIGHT = {  # in a case, by its name
    ("softmax_cross_entropy", LARGE): "infinities",
    ("softmax_cross_entropy", "rows far apart"): "infinities",
}


def some_of(cases: Sequence[Case]) -> set[frozenset[int]]:
    """Parts of the cases that a condition in a student's code can tell from the others."""

    def alike(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.dtype.str, value.ndim
        return repr(value) if isinstance(value, (int, float, str)) else type(value)

    conditions = [
        lambda case, key=key: alike(case.get(key)) for key in {k for c in cases for k in c}
    ]
    conditions += [
        lambda case, key=key: bool(case[key]) for key in cases[0] if is_setting(cases, key)
    ]
    every, found = frozenset(range(len(cases))), set()
    for condition in conditions:
        said = [condition(case) for case in cases]
        for value in set(said):
            part = frozenset(i for i in every if said[i] == value)
            found |= {part, every - part}
    return found - {every, frozenset()}


def is_setting(cases: Sequence[Case], key: str) -> bool:
    return all(isinstance(case.get(key), (bool, int, float)) for case in cases)


def outcomes_by(draw: Drawn) -> dict[str, list[Outcome]]:
    """Outcomes of each kind of rubbish, and of a function that raises."""
    run, others = draw.exercise.run, draw.exercise.reference[:-1]
    found: dict[str, list[Outcome]] = {}
    for case, calls in zip(draw.cases, draw.calls, strict=True):

        def raising(*given: Any, **settings: Any) -> Any:
            raise ValueError("on purpose")

        tried = {"raises": raising} | {w: rubbish(make, calls) for w, make in RUBBISH.items()}
        for words, function in tried.items():
            found.setdefault(words, []).append(apply(run, [*others, function], case))
    return found


def rubbish(make: Callable[[Any], Change], calls: Sequence[Call]) -> Callable[..., Any]:
    """A function that returns rubbish in the form of the recorded results, call by call."""
    n = 0

    def function(*given: Any, **settings: Any) -> Any:
        nonlocal n
        n += 1
        return each(make([*given, settings]), calls[min(n, len(calls)) - 1][2])

    return function


def is_partly_right(outcome: Outcome, right: Outcome) -> bool:
    """Whether some array or number is the right one, which then may earn something."""
    wanted = dict(leaves(right.outputs))
    for path, value in leaves(outcome.outputs) if outcome.outputs else ():
        want = wanted.get(path)
        if isinstance(value, str) or want is None or not np.size(value):
            continue
        if np.shape(value) == np.shape(want) and np.allclose(value, want, 1e-4, 1e-6, True):
            return True
    return False


def earned(draw: Drawn, outcomes: Sequence[Outcome]) -> float:
    """Points for all that is not the form."""
    pairs = zip(draw.exercise.judge, draw.verdict(outcomes).findings, strict=False)
    return sum(finding.earned for prop, finding in pairs if prop.most == 1)


def paid(exercise: Exercise) -> Iterator[str]:
    """In words, each rubbish that earns more than an error in its place."""
    draw = drawn(exercise.name, 0)
    cases = draw.cases
    parts = some_of(cases)
    if not parts or isinstance(exercise.reference[-1], type):
        return
    by = outcomes_by(draw)
    right, errors = draw.right, by.pop("raises")
    least: dict[frozenset[int], float] = {}
    for words, given in by.items():
        wrong = {
            i
            for i, case in enumerate(cases)
            if not words.startswith(MAY_BE_RIGHT.get((exercise.name, case["about"]), "no rubbish"))
            and not is_partly_right(given[i], right[i])
        }
        for part in {part & wrong for part in parts} - {frozenset()}:

            def score(there, part=part) -> float:
                mixed = [there[i] if i in part else right[i] for i in range(len(cases))]
                return earned(draw, mixed)

            least[part] = least[part] if part in least else score(errors)
            if score(given) > least[part] + 1e-6:
                where = ", ".join(repr(cases[i]["about"]) for i in sorted(part))
                yield f"{words} in {where}: {score(given):.3f}, and an error {least[part]:.3f}"


@pytest.mark.parametrize("name", names())
def test_rubbish_earns_no_more_than_an_error_in_its_place(name):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with judged_once():
            found = list(paid(find(name)))
    assert not found, f"{name}: {len(found)} kinds are paid, such as {found[:3]}"
