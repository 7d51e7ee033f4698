"""Judge a graded cell outside of the student's process: only values come from there."""

from __future__ import annotations

import warnings

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.checking.apply import Failure, Outcome
from grader.checking.check import chosen
from grader.checking.exercise import Case, Exercise
from grader.checking.judge import Verdict, founded, verdict
from grader.checking.render import render_html, render_text
from grader.grading.memory_limit import limited_memory
from grader.grading.parse_check import ChoiceCall
from grader.grading.results import CellResult
from grader.grading.test_cells import bounded
from grader.grading.time_limit import TimeLimit, time_limit
from grader.grading.worker_client import WorkerClient
from grader.grading.worker_process import Lost

JUDGE_MEMORY = 4 << 30  # beyond what the grader has: arrays made to multiply each other's sizes
JUDGE_SECONDS = 120.0  # training a configuration takes most of it on a busy machine


def judge_check(
    name: str,
    exercise: Exercise,
    functions: list[str],
    cases: list[Case],
    client: WorkerClient,
    points: float,
    unsound: set[str],
) -> CellResult:
    """Have the exercise's ``run`` applied to the student's functions, and judge what comes back.

    ``name`` is the cell's. ``unsound`` has the exercises that did not hold so far; whether this
    one does is noted there.
    """
    outcomes = _outcomes(exercise, functions, cases, client)
    with warnings.catch_warnings(), np.errstate(all="ignore"), limited_memory(JUDGE_MEMORY):
        warnings.simplefilter("ignore")  # a student's infinities do not belong into our log
        try:
            with time_limit(JUDGE_SECONDS):
                result = verdict(exercise, cases, outcomes)
        except (Exception, TimeLimit) as error:  # made to upset the judge
            late = isinstance(error, TimeLimit)
            words = "what was given back " + (
                f"could not be examined within {JUDGE_SECONDS:g} seconds"
                if late
                else "could not be examined"
            )
            failure = Failure(type(error).__name__, words, False, functions[-1])
            result = verdict(exercise, cases, [Outcome(failure=failure)] * len(cases))
    result = founded(result, exercise, unsound)
    score = bounded(result.score * points / exercise.points, points)
    outputs = reported(score, render_text(result), render_html(result))
    return CellResult(name, score, points, result.status, summary(result), outputs=outputs)


def _outcomes(
    exercise: Exercise, functions: list[str], cases: list[Case], client: WorkerClient
) -> list[Outcome]:
    """Outcomes of all cases; after one that was lost, the rest is not tried."""
    outcomes: list[Outcome] = []
    for case in cases:
        try:
            outcomes.append(client.apply(exercise, functions, case))
        except Lost as lost:
            kind = "TimeLimit" if lost.late else "Ended"
            failure = Failure(kind, str(lost), function=functions[-1])
            outcomes += [Outcome(failure=failure)] * (len(cases) - len(outcomes))
            break
    return outcomes


def judge_choice(name: str, call: ChoiceCall, client: WorkerClient, points: float) -> CellResult:
    """Compare the value of the answer's variable with the key, which never leaves this process."""
    answer = chosen(client.value(call.variable))
    right = answer == chosen(call.key)
    score = bounded(points if right else 0.0, points)
    words = "right" if right else "not right" if answer else "not answered"
    text = f"{call.question}: {words} ({score:g} of {points:g} points)"
    outputs = reported(score, text, f"<div>{'✓' if right else '✗'} {text}</div>")
    status = "complete" if right else "wrong" if answer else "not written"
    return CellResult(name, score, points, status, "" if right else words, outputs=outputs)


def reported(score: float, text: str, html: str) -> tuple[NotebookNode, ...]:
    """Outputs in which nbgrader finds ``score``."""
    return (
        new_output("display_data", data={"text/plain": text, "text/html": html}),
        new_output("execute_result", data={"text/plain": repr(float(score))}),
    )


def summary(result: Verdict) -> str:
    """What a report says in one line about what was found."""
    if result.status == "complete":
        return ""
    if result.status == "not written":
        return "not written"
    if result.failure is not None and result.score == 0:
        failure = result.failure
        if failure.kind == "NameError" and "is not defined; did" in failure.message:
            return f"{failure.function} is not defined"
        return f"{failure.kind}: {failure.message}" if failure.message else failure.kind
    wrong = [finding.title for finding in result.findings if finding.problem]
    return ", ".join(wrong) or "wrong"
