"""From the outcomes of a graded cell to its result: the judge, within limits, and its report.

Only values come from the student's process, and they may be made to upset the judge.
"""

from __future__ import annotations

import dataclasses
import re
import time
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.judging.apply import Failure, Outcome, not_defined
from grader.checking.judging.judge import Expected, Verdict, outcomes_of, verdict, with_points
from grader.checking.report.as_html import as_html
from grader.checking.report.blocks import Report, Text
from grader.checking.report.of_verdict import report_on, smallest_inputs, where_is
from grader.grading.process.fault import GraderFault, charged_to_grader
from grader.grading.process.limits import TimeLimit, limited_memory, time_limit
from grader.grading.submission.results import CellResult, bounded

JUDGE_MEMORY = 4 << 30  # beyond what the grader has: arrays made to multiply each other's sizes
JUDGE_SECONDS = 240.0  # of processor time; four trainings of a configuration can take 100
FAIR = 9.0  # times what the reference takes: it uses a third of the budget that an entry may use


def examined(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], *, hints: bool
) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on these outcomes, and what is recorded of them.

    What they hold may upset the judge: 0 and why, and nothing is recorded.
    """
    with charged_to_grader():
        expected = _expected(exercise, cases)
    seconds = JUDGE_SECONDS
    while True:
        try:
            result = _verdict(exercise, cases, outcomes, seconds, hints=hints, expected=expected)
            return result, _recorded(exercise, cases[0], outcomes[0])
        except (Exception, TimeLimit) as error:
            late, kind = isinstance(error, TimeLimit), type(error).__name__
        # Values made to upset the judge do so where the right ones do not.
        fair = FAIR * _seconds_for_the_reference(exercise, cases, expected)
        if not late or fair <= seconds:
            break
        seconds = fair  # this machine is slow, or busy
    within = f" within {seconds:g} seconds of processor time" if late else ""
    words = f"what was given back could not be examined{within}"
    failure = Failure(kind, words, False, exercise.takes[-1])
    return verdict(exercise, cases, [Outcome(failure=failure)] * len(cases)), {}


def _seconds_for_the_reference(
    exercise: Exercise, cases: Sequence[Case], expected: Expected
) -> float:
    """Processor time that judging the reference's values takes."""
    with charged_to_grader():
        right = outcomes_of(exercise, exercise.reference, cases)
        began = time.process_time()
        try:
            _verdict(exercise, cases, right, JUDGE_SECONDS, hints=False, expected=expected)
        except TimeLimit:
            raise GraderFault(
                f"{exercise.name}: the reference's values could not be judged within "
                f"{JUDGE_SECONDS:g} seconds of processor time"
            ) from None
        return time.process_time() - began


def _recorded(exercise: Exercise, case: Case, outcome: Outcome) -> dict[str, Any]:
    """What the exercise records of a submission that it could judge."""
    if outcome.outputs is None:
        return {}
    with charged_to_grader():
        return exercise.recorded(case, outcome.outputs)


def _expected(exercise: Exercise, cases: Sequence[Case]) -> Expected:
    """What the references give, computed in advance: if one fails, that costs nobody a point."""
    expected = Expected(exercise, cases)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for reference in (exercise.reference, *exercise.accepts):
            for i in range(len(cases)):
                expected.of(reference, i)
    return expected


def _verdict(
    exercise: Exercise,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    seconds: float,
    *,
    hints: bool,
    expected: Expected,
) -> Verdict:
    """The verdict, within the judge's limits."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), limited_memory(JUDGE_MEMORY):
        warnings.simplefilter("ignore")  # a student's infinities do not belong into our log
        with time_limit(seconds):
            return verdict(exercise, cases, outcomes, hints=hints, expected=expected)


def result_of(
    name: str,
    found: Verdict,
    points: float,
    kept: Mapping[str, Any],
    remarks: Sequence[str] = (),
) -> CellResult:
    """What the graded cell ``name`` came to, where full marks are worth ``points``."""
    found = with_points(found, points)
    score, report = bounded(found.score, points), report_on(found)
    if found.status not in ("complete", "not written"):
        said = (Text(remark, "Attention") for remark in remarks)
        report = dataclasses.replace(report, blocks=(*said, *report.blocks))
    return CellResult(
        name,
        score,
        points,
        found.status,
        summary(found),
        mistake=mistake_of(found),
        example=next((where_is(f) for f in found.findings if f.problem), ""),
        inputs="\n".join(smallest_inputs(found)),
        recorded=dict(kept),
        outputs=reported(score, report),
    )


def reported(score: float, report: Report) -> tuple[NotebookNode, ...]:
    """The one output of a graded cell, as at home: a report, in which nbgrader finds ``score``."""
    shown = {"text/plain": repr(float(score)), "text/html": as_html(report)}
    return (new_output("execute_result", data=shown),)


def summary(result: Verdict) -> str:
    """What a report says in one line about what was found."""
    if result.status == "complete":
        return ""
    if result.status == "not written":
        return "not written"
    if result.failure is not None and result.score == 0 and not result.builds_on:
        return _failed(result.failure)
    found = mistake_of(result)
    looked_at = [finding for finding in result.findings if not finding.open]
    if len(looked_at) == 1 and not result.builds_on:  # what is wrong with it says more
        found = looked_at[0].problem or found
    return re.split(r"(?<=[.?!]) ", found, maxsplit=1)[0]


def mistake_of(result: Verdict) -> str:
    """The mistake that was recognised, else the properties that do not hold."""
    if result.status in ("complete", "not written"):
        return ""
    if found := result.diagnoses[1:] if result.builds_on else result.diagnoses:
        return found[0].words
    if result.builds_on:
        return f"builds on {', '.join(result.builds_on)}"
    if result.failure is not None:
        return _failed(result.failure)
    wrong = [finding.title for finding in result.failing]
    return ", ".join(wrong) or "wrong"


def _failed(failure: Failure) -> str:
    if not_defined(failure):
        return f"{failure.function} is not defined"
    return f"{failure.kind}: {failure.message}" if failure.message else failure.kind
