"""Which entries of a catalogue behave like another entry or like a listed mistake.

Two wrong programs are the same if they give the same results on every case of two draws, by value
and by form. Right programs are the same only if they agree to the last bit, in the types of what
they return and in the inputs that they change; right classes are not compared, since there is more
to a class than its results.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from grader.checking.contract import Exercise
from grader.checking.contract.wire import Unusable
from grader.checking.judging.apply import Outcome
from grader.checking.judging.effects import Results, departures, results
from grader.checking.judging.judge import make_cases, outcomes_of
from tests.programs.catalogue import Catalogue, Functions

SEEDS, MORE_SEEDS = (0, 1), range(2, 8)
Behaviour = list[Results]


def redundant(exercise: Exercise, load: Callable[[], Catalogue]) -> dict[str, str]:
    """Entries as ``"wrong/name"``, with what they behave like."""
    found = _alike_to_the_bit(exercise, load())
    programs = load()
    judged = {
        f"{kind}/{name}": _results_of(exercise, functions)
        for kind in ("form", "wrong", "open")
        for name, functions in getattr(programs, kind).programs.items()
        if name not in programs.made
    }
    mistakes = {
        str(mistake): _results_of(exercise, exercise.with_mistakes(mistake))
        for mistake in exercise.mistakes
    }
    for entry, behaviour in judged.items():
        for mistake, theirs in mistakes.items():
            if _alike(theirs, behaviour):
                found.setdefault(entry, f"the listed mistake {mistake}")
    for (first, one), (second, other) in combinations(judged.items(), 2):
        same_kind = first.split("/")[0] == second.split("/")[0]
        if same_kind and first not in found and _alike(one, other):
            found.setdefault(second, first)
    return found


def _alike(one: Behaviour, other: Behaviour) -> bool:
    pairs = zip(one, other, strict=True)
    return not any(True for theirs in pairs for _effect in departures(0, *theirs))


def _results_of(exercise: Exercise, functions: Functions) -> Behaviour:
    found: Behaviour = []
    for seed in SEEDS:
        cases = make_cases(exercise, seed)
        for case, outcome in zip(cases, _outcomes(exercise, functions, cases), strict=True):
            seen = results(exercise, case, outcome)
            values = {name: _comparable(value) for name, value in seen.values.items()}
            found.append(replace(seen, values=values))
    return found


def _comparable(value: Any) -> Any:
    return value.what if isinstance(value, Unusable) else value


def _outcomes(exercise: Exercise, functions: Functions, cases: Any) -> list[Outcome]:
    return outcomes_of(exercise, functions[-len(exercise.takes) :], cases)


def _alike_to_the_bit(exercise: Exercise, programs: Catalogue) -> dict[str, str]:
    if exercise.run.needs:
        return {}  # it computes, and the bits are the same whatever it was asked for
    seen: dict[str, str] = {}
    found = {}
    right = programs.right.programs
    for name, functions in right.items():
        if name in programs.made or isinstance(functions[-1], type):
            continue
        key, whole = _to_the_bit(exercise, functions, SEEDS)
        # Whole numbers agree to the last bit, whatever the method; few others do by chance.
        if key in seen and not whole:
            other = right[seen[key]]
            one, two = (_to_the_bit(exercise, f, MORE_SEEDS)[0] for f in (functions, other))
            if one == two:
                found[f"right/{name}"] = f"right/{seen[key]}"
        seen.setdefault(key, name)
    return found


def _to_the_bit(exercise: Exercise, functions: Functions, seeds: Sequence[int]) -> tuple[str, bool]:
    """All results and the types that hold them, and whether they are whole numbers alone."""
    types: list[Any] = []
    watched = (*functions[:-1], _watched(functions[-1], types))
    bits = [
        (_bits(outcome.outputs), outcome.changed, outcome.warned)
        for seed in seeds
        for outcome in _outcomes(exercise, watched, make_cases(exercise, seed))
    ]
    return repr((bits, types)), all(set(parts) == {"int"} for _, parts in types)


def _watched(function: Any, types: list[Any]) -> Any:
    def call(*args: Any, **settings: Any) -> Any:
        result = function(*args, **settings)
        parts = result if isinstance(result, tuple | list) else (result,)
        types.append((type(result).__name__, [type(part).__name__ for part in parts]))
        return result

    return call


def _bits(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _bits(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_bits(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    return repr(value)
