"""What a function is for carries its points: what ignores that earns at most a third of them.

The catalogues list such programs as ``beside_the_point``.
``python -m tests.gates.test_points gain`` prints what each of them earns, property by property.
"""

import inspect
import sys
import textwrap
import warnings

import pytest

from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function
from grader.checking.contract.registry import find, names, problem_set
from grader.checking.judging.judge import Verdict
from tests import sizes
from tests.gates.drawn import drawn, wrong_programs
from tests.programs import load

WITHOUT = {
    "configuration": "the points are the accuracy of the networks that it describes",
}
LISTED = [name for name in names() if name not in WITHOUT]
MOST, ROUNDING = 1 / 3, 1e-3


def functions_of(exercise: Exercise, text: str) -> tuple[Function, ...]:
    """The program of an entry that is not the name of a wrong one: a listed mistake, or a body."""
    for mistake in exercise.mistakes:
        if text == str(mistake):
            return exercise.with_mistakes(mistake)
    *given, right = exercise.reference
    namespace = dict(vars(sys.modules[inspect.unwrap(right).__module__])) | {"right": right}
    source = f"def program{inspect.signature(right)}:\n" + textwrap.indent(text.strip("\n"), "    ")
    exec(source, namespace)
    return (*given, namespace["program"])


def judged(exercise: Exercise, text: str, seed: int) -> Verdict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if text.isidentifier() and text not in map(str, exercise.mistakes):
            return wrong_programs(exercise.name, seed)[text]
        return drawn(exercise.name, seed).judged(functions_of(exercise, text))


def too_much(exercise: Exercise, text: str, seeds: range) -> str:
    """What to change where the program ``text`` earns more than a third; empty if it does not."""
    for seed in seeds:
        found = judged(exercise, text, seed)
        if found.score > MOST * exercise.points + ROUNDING:
            held = [repr(f.title) for f in found.findings if f.holds and f.alone]
            return (
                f"{text!r} ignores what the function is for and earns {found.score:.2f} of "
                f"{exercise.points}. Give {', '.join(held)} less weight or `alone=False`."
            )
    return ""


@pytest.mark.parametrize("name", sizes.mostly_slow(LISTED))
def test_what_ignores_the_purpose_earns_at_most_a_third(name, seeds):
    exercise = find(name)
    said = [too_much(exercise, text, seeds) for text in load.catalogue(name).beside_the_point]
    assert not any(said), "\n".join(filter(None, said))


@pytest.mark.parametrize("name", LISTED)
def test_every_exercise_has_such_a_program(name):
    assert load.catalogue(name).beside_the_point, entry_of(name)


def entry_of(name: str) -> str:
    """What to add for an exercise that is not listed."""
    return (
        f"{name} has no program beside the point. In tests/programs/{problem_set(name)}/{name}.py, "
        "list bodies that ignore what the function is for (`right` is the reference), or names of "
        'listed mistakes:\nprograms.beside_the_point = ["return …"]'
    )


def main(chosen: list[str]) -> None:
    for name in chosen or LISTED:
        exercise = find(name)
        if not (listed := load.catalogue(name).beside_the_point):
            print(WITHOUT.get(name) or entry_of(name))
        for text in listed:
            found = judged(exercise, text, 0)
            print(f"{name}: {found.score:.2f} of {exercise.points}: {text!r}", found.failure or "")
            for f in found.findings:
                mark = "?" if f.open else "x" if f.problem else "+"
                print(f"    {mark} {f.earned:.2f} of {f.points:.2f} {f.title}")


if __name__ == "__main__":
    main(sys.argv[1:])
