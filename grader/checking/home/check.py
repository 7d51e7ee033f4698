"""What students call: ``check``, ``check_choice`` and ``ready``."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import available, find, is_kept_back
from grader.checking.home.judged_in_notebook import Functions, judge_in_notebook, passes
from grader.checking.home.keep import offer
from grader.checking.home.last_run import tests_an_earlier_run, with_earlier_run_warning
from grader.checking.home.local_store import note_answer, note_first, note_score
from grader.checking.home.self_study import choice_of
from grader.checking.home.show import Score, scored
from grader.checking.home.solutions import after_attempt
from grader.checking.home.waiting import note, what_to_run
from grader.checking.judging.judge import Verdict, with_points
from grader.checking.report.blocks import Block, Report, Text
from grader.checking.report.not_here import kept_back, not_here
from grader.checking.report.of_choice import chosen, in_words, report_on_choice
from grader.checking.report.of_verdict import first_help, report_on, unwritten_below

OPTIONS = "abcd"  # the letters of a multiple-choice question


def check(name: str, *functions: Callable[..., Any], points: float | None = None) -> Score:
    """Test your functions on fresh random inputs and show which properties hold.

    Parameters
    ----------
    name : the exercise, usually the name of the last function
    functions : your functions in the order of the exercise, as the given cell has them
    points : what the exercise is worth in your course; 0 where it is practice

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
    if is_kept_back(name):
        return scored(0, kept_back(name))
    exercise = _asked_for(name, functions)
    if exercise.lacks:
        return scored(0, not_here(exercise))
    result = judge_in_notebook(exercise, functions)
    note_score(name, float(result.score))
    result = result if points is None else with_points(result, points)
    report = _with_what_comes_next(report_on(result), exercise, result, functions)
    return scored(result.score, report)


def _asked_for(name: str, functions: Functions) -> Exercise:
    """The exercise called ``name``, which takes as many functions as there are."""
    exercise = find(name)
    if len(functions) != len(exercise.takes):
        raise TypeError(
            f"check({name!r}, …) takes {len(exercise.takes)} functions "
            f"({', '.join(exercise.takes)}), got {len(functions)}"
        )
    return exercise


def _with_what_comes_next(
    report: Report, exercise: Exercise, result: Verdict, functions: Functions
) -> Report:
    """The report with what a notebook adds to it: a first step, cells to run, a solution."""
    earlier = tests_an_earlier_run(exercise.takes, functions)
    then: list[Block] = []
    if result.status == "not written" and exercise.steps and not unwritten_below(result):
        then.append(first_help([step.text for step in exercise.steps]))
    if result.status == "complete" and not earlier:
        there = getattr(functions[-1], "__globals__", {})
        to_run = what_to_run(exercise.name, lambda other: _passes(other, there))
        then += [Text(said) for said in (to_run, offer(exercise.name, functions)) if said]
    report = replace(report, blocks=(*report.blocks, *then))
    report = after_attempt(report, result, functions)
    return with_earlier_run_warning(report, earlier) if earlier else report


def ready(*names: str) -> bool:
    """Whether your functions for the exercises ``names`` exist and pass their checks.

    Notebooks guard with it what builds on your functions, so that an unfilled notebook runs
    through. Where submissions are graded it is False.
    """
    if not available():
        return False
    cell = sys._getframe(1)
    done = all(_passes(name, cell.f_globals) for name in names)
    note(cell, names, done=done)
    return done


def _passes(name: str, there: Mapping[str, Any]) -> bool:
    """Whether a function passes its check; written is enough where there is no reference."""
    if not is_kept_back(name):
        return passes(find(name), there)
    code = getattr(there.get(name), "__code__", None)
    return code is not None and NotImplementedError.__name__ not in code.co_names


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
