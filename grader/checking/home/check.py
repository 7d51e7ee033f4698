"""What students call: ``check``, ``check_choice`` and ``ready``."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any

from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import available, find, is_exercise
from grader.checking.home.aside import outcomes_here
from grader.checking.home.last_run import tests_an_earlier_run, told_first
from grader.checking.home.local_store import note_answer, note_first, note_score
from grader.checking.home.self_study import choice_of
from grader.checking.home.show import Score, scored
from grader.checking.home.solutions import after_attempt
from grader.checking.home.waiting import note, what_to_run
from grader.checking.judging.advice import vectorised
from grader.checking.judging.apply import missing
from grader.checking.judging.diagnosis import Diagnosis
from grader.checking.judging.judge import Verdict, make_cases, verdict, with_points
from grader.checking.judging.prerequisites import (
    behind_own_forward,
    unsound_foundations,
    with_prerequisites,
)
from grader.checking.report.blocks import Report, Text
from grader.checking.report.of_choice import chosen, in_words, report_on_choice
from grader.checking.report.of_verdict import first_help, report_on, unwritten_below

OPTIONS = "abcd"  # the letters of a multiple-choice question


def check(name: str, *functions: Callable[..., Any], points: float | None = None) -> Score:
    """Test your functions on fresh random inputs and show which properties hold.

    Parameters
    ----------
    name : the exercise, usually the name of the last function
    functions : your functions in the order of the exercise, as the given cell has them
    points : 0 where the exercise is practice, which has no points in your course

    Returns
    -------
    points earned, between 0 and what the exercise is worth; nbgrader reads it as partial credit

    Raises
    ------
    LookupError : no exercise is called ``name``
    TypeError : the number of functions is not the exercise's
    """
    if not available():
        outside = "this is graded outside your notebook"
        return scored(0, Report("waiting", f"`{name}`", "", outside))
    exercise = find(name)
    if len(functions) != len(exercise.takes):
        raise TypeError(
            f"check({name!r}, …) takes {len(exercise.takes)} functions "
            f"({', '.join(exercise.takes)}), got {len(functions)}"
        )
    result = judge_here(exercise, functions)
    if result.status not in ("complete", "not written"):
        unsound = unsound_foundations(exercise, _unsound(exercise, functions))
        own = behind_own_forward(exercise) if set(unsound) & set(exercise.takes) else None
        follows = own is not None and _holds(own, functions)
        called = [name for name in unsound if name in exercise.uses]
        alone = (
            bool(called) and called == unsound and _holds_with_right(called, exercise, functions)
        )
        result = with_prerequisites(result, exercise, unsound, follows=follows, alone=alone)
    note_score(name, float(result.score))
    if points is not None:
        result = with_points(result, points)
    report = report_on(result)
    if result.status == "not written" and exercise.steps and not unwritten_below(result):
        steps = [step.text for step in exercise.steps]
        report = replace(report, blocks=(*report.blocks, first_help(steps)))
    earlier = tests_an_earlier_run(exercise.takes, functions)
    if result.status == "complete" and not earlier:
        namespace = dict(getattr(functions[-1], "__globals__", {}))
        then = what_to_run(name, lambda other: _passes_first_case(find(other), namespace))
        report = replace(report, blocks=(*report.blocks, *([Text(then)] if then else [])))
    report = after_attempt(report, result, functions)
    return scored(result.score, told_first(report, earlier) if earlier else report)


def judge_here(exercise: Exercise, functions: Sequence[Callable[..., Any]]) -> Verdict:
    """The verdict on functions of this process, on fresh random cases."""
    if borrowed := [f for f in functions if _from_library(f)]:
        name = getattr(borrowed[0], "__name__", exercise.name)
        return Verdict(
            exercise.name,
            0.0,
            exercise.points,
            "wrong",
            diagnoses=(
                Diagnosis(
                    f"`{name}` is the library's function. Write your own, and compare the two "
                    "once yours passes."
                ),
            ),
        )
    if failure := missing(exercise.takes, dict(zip(exercise.takes, functions, strict=True))):
        return Verdict(
            exercise.name,
            0.0,
            exercise.points,
            "wrong",
            diagnoses=(Diagnosis(failure.message),),
            failure=failure,
        )
    cases = make_cases(exercise)
    result = verdict(exercise, cases, outcomes_here(exercise, functions, cases))
    if result.status == "complete":
        advice = [text for text in (vectorised(exercise, functions), _compare(exercise)) if text]
        result = replace(result, advice=tuple(advice))
    return result


def _unsound(exercise: Exercise, functions: Sequence[Callable[..., Any]]) -> set[str]:
    """The exercises that this one builds on and whose present functions are not right.

    What an earlier check found is not remembered, because the function may have changed since.
    """
    namespace = dict(getattr(functions[-1], "__globals__", {}))
    namespace |= dict(zip(exercise.takes, functions, strict=True))
    unsound = set()
    # Not every function has an exercise of its own: whiten_apply judges whiten_fit, too.
    for lower in (find(name) for name in exercise.foundations if is_exercise(name)):
        if not missing(lower.takes, namespace):
            theirs = [namespace[name] for name in lower.takes]
            if not _holds(lower, theirs):
                unsound.add(lower.name)
    return unsound


def _holds_with_right(
    called: Sequence[str], exercise: Exercise, functions: Sequence[Callable[..., Any]]
) -> bool:
    """Whether the functions hold where those that they call by name are the right ones."""
    right: dict[str, Any] = {}
    for name in called:
        lower = find(name)
        right |= dict(zip(lower.takes, lower.reference, strict=True))
    if not all(isinstance(function, FunctionType) for function in functions):
        return False
    patched = [
        FunctionType(f.__code__, f.__globals__ | right, f.__name__, f.__defaults__, f.__closure__)
        for f in functions
    ]
    for function, original in zip(patched, functions, strict=True):
        function.__kwdefaults__ = original.__kwdefaults__
    return _holds(exercise, patched)


def _holds(exercise: Exercise, functions: Sequence[Callable[..., Any]]) -> bool:
    """Whether all properties hold; no hints or advice are looked for."""
    cases = make_cases(exercise)
    outcomes = outcomes_here(exercise, functions, cases)
    return verdict(exercise, cases, outcomes, hints=False).status == "complete"


def _compare(exercise: Exercise) -> str:
    if not exercise.answers or not exercise.answers[0].startswith("course_lib."):
        return ""  # the library has no such function to compare with
    return f"Compare with the library's version in `{exercise.answer_modules[0]}`."


def _from_library(function: Any) -> bool:
    module = getattr(function, "__module__", None)
    return isinstance(module, str) and module.split(".")[0] == "course_lib"


def ready(*names: str) -> bool:
    """Whether your functions for the exercises ``names`` exist and pass a quick first case.

    Notebooks guard with it what builds on your functions, so that an unfilled notebook runs
    through. Where submissions are graded it is False.
    """
    if not available():
        return False
    cell = sys._getframe(1)
    done = all(_passes_first_case(find(name), cell.f_globals) for name in names)
    note(cell, names, done=done)
    return done


def _passes_first_case(exercise: Exercise, namespace: dict[str, Any]) -> bool:
    if missing(exercise.takes, namespace):
        return False
    functions = [namespace[name] for name in exercise.takes]
    cases = make_cases(exercise)[:1]
    outcomes = outcomes_here(exercise, functions, cases)
    result = verdict(exercise, cases, outcomes, hints=False)
    return result.failure is None and all(finding.holds for finding in result.findings)


def check_choice(
    name: str,
    answer: Any,
    key: str | None = None,
    points: float = 1.0,
    why: Mapping[str, str] | None = None,
) -> Score:
    """Note the answer to the multiple-choice question ``name``.

    At home it says only whether the answer is one of the letters, and returns 0. Graders call it
    with the ``key`` and with what there is to say of each option (``why``), and get ``points`` for
    the right letter. In self-study it says which option is right, and why, once it is answered.
    """
    letter = chosen(answer)
    known = choice_of(name) if key is None and is_option(letter) else None
    if known is not None:
        note_answer(name, True)
        note_first(name, letter)
        key, points, why = known.key, known.points, known.why
    if key is not None:
        report = report_on_choice(name, letter, chosen(key), points, why or {})
        return scored(points if letter == chosen(key) else 0, report)
    note_answer(name, is_option(letter))
    return scored(0, _noted(name, letter))


def _noted(name: str, letter: str) -> Report:
    """What is said of an answer before it is graded."""
    question = f"Question “{in_words(name)}”"
    if letter == "":
        words = "Put a letter between the quotes."
        return Report("waiting", question, "", "not answered yet", (Text(words),))
    if is_option(letter):
        said = f"your answer is “{letter}”"
        words = "It is graded after you hand in."
        return Report("news", question, "", said, (Text(words),))
    said = f"“{letter}” is not an answer"
    words = "Put one letter from {first} to {last} there."
    words = words.format(first=OPTIONS[0], last=OPTIONS[-1])
    return Report("wrong", question, "", said, (Text(words),))


def is_option(answer: str) -> bool:
    """Whether an answer is one of the letters that questions have."""
    return len(answer) == 1 and answer in OPTIONS
