"""Judge a graded cell outside of the student's process: only values come from there.

What the cell asks for is read from its trusted source, which is not run.
"""

from __future__ import annotations

import ast
import re
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.mistakes import Function, Mistake
from grader.checking.contract.registry import find
from grader.checking.judging.apply import Failure, Outcome, not_defined
from grader.checking.judging.diagnosis import Certainty
from grader.checking.judging.judge import (
    Expected,
    Verdict,
    make_cases,
    outcomes_of,
    verdict,
    with_points,
)
from grader.checking.judging.prerequisites import (
    MEASURED,
    behind_own_forward,
    followed_through,
    unsound_foundations,
    with_prerequisites,
)
from grader.checking.report.as_html import as_html
from grader.checking.report.blocks import Report
from grader.checking.report.of_choice import chosen, report_on_choice
from grader.checking.report.of_verdict import report_on, where_is
from grader.grading.process.fault import GraderFault, ours
from grader.grading.process.limits import TimeLimit, limited_memory, time_limit
from grader.grading.sandbox.notebook_process import Lost
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.results import CellResult, bounded

JUDGE_MEMORY = 4 << 30  # beyond what the grader has: arrays made to multiply each other's sizes
JUDGE_SECONDS = 240.0  # of processor time; four trainings of a configuration can take 100
FAIR = 9.0  # times what the reference takes: it uses a third of the budget that an entry may use


@dataclass(frozen=True)
class CheckCall:
    """``check("linear_backward", linear_forward, linear_backward)``, and what stands before it."""

    exercise: str
    functions: tuple[str, ...]
    before: str = ""


@dataclass(frozen=True)
class ChoiceCall:
    """``check_choice("which", answer_which, key="b", points=1, why={"a": "…"})``."""

    question: str
    variable: str
    key: str
    points: float
    why: Mapping[str, str] = field(default_factory=dict)


def graded_call(source: str) -> CheckCall | ChoiceCall | None:
    """The call that a graded cell ends with; None if it ends otherwise.

    Parameters
    ----------
    source : from the gradebook, never from the submission
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not body or not isinstance(body[-1], ast.Expr) or not isinstance(body[-1].value, ast.Call):
        return None
    call = body[-1].value
    if not isinstance(call.func, ast.Name):
        return None
    if call.func.id == "check":
        before = "\n".join(ast.unparse(statement) for statement in body[:-1])
        return _check(call, before)
    return _choice(call) if call.func.id == "check_choice" else None


def _says_no_more(call: ast.Call) -> bool:
    """Whether nothing but points stands beside the functions; the gradebook has them, too."""
    return all(keyword.arg == "points" for keyword in call.keywords)


def _check(call: ast.Call, before: str) -> CheckCall | None:
    match call.args:
        case [ast.Constant(value=str(name)), *functions] if _says_no_more(call):
            given = [f.id for f in functions if isinstance(f, ast.Name)]
            if given and len(given) == len(functions):
                return CheckCall(name, tuple(given), before)
    return None


def _choice(call: ast.Call) -> ChoiceCall | None:
    keywords = {k.arg: k.value for k in call.keywords}
    match call.args, keywords.get("key"), keywords.get("points", ast.Constant(1.0)):
        case (
            [ast.Constant(value=str(question)), ast.Name(id=variable)],
            ast.Constant(value=str(key)),
            ast.Constant(value=int() | float() as points),
        ):
            why = ast.literal_eval(keywords.get("why", ast.Dict([], [])))
            return ChoiceCall(question, variable, key, float(points), why)
    return None


def judge_check(
    name: str,
    call: CheckCall,
    session: NotebookSession,
    seed: int,
    points: float,
    unsound: dict[str, Verdict],
    follow_through: bool = False,
) -> CellResult:
    """Have the exercise's ``run`` applied to the student's functions, and judge what comes back.

    Parameters
    ----------
    name : the cell's
    seed : of the cases
    unsound : verdicts on the exercises that did not hold so far; if this one does not, it is added
    follow_through : pay for a backward pass that is right for the student's own forward pass, where
        the judge recognises the mistake of that one
    """
    with ours():
        exercise, functions = find(call.exercise), list(call.functions)
    if call.before:
        session.run(call.before)
    result, kept = _judged(exercise, functions, session, seed)
    if result.status not in ("complete", "not written"):
        names = unsound_foundations(exercise, unsound)
        own = behind_own_forward(exercise) if set(names) & set(exercise.takes) else None
        follows = own and _follows(own, functions, session, seed)
        result = with_prerequisites(result, exercise, names, follows=bool(follows))
        if follows and follow_through and _right_for(own, unsound, functions, session, seed):
            result = followed_through(result)
    unsound.pop(exercise.name, None)
    if result.status not in ("complete", "not written"):
        unsound[exercise.name] = result
    result = with_points(result, points)
    score = bounded(result.score, points)
    outputs = reported(score, report_on(result))
    return CellResult(
        name,
        score,
        points,
        result.status,
        summary(result),
        mistake=mistake_of(result),
        example=next((where_is(f) for f in result.findings if f.problem), ""),
        kept=kept,
        outputs=outputs,
    )


def _follows(own: Exercise, functions: list[str], session: NotebookSession, seed: int) -> bool:
    result, _ = _judged(own, functions, session, seed, hints=False)
    return result.status == "complete"


def _right_for(
    own: Exercise | None,
    unsound: Mapping[str, Verdict],
    functions: list[str],
    session: NotebookSession,
    seed: int,
) -> bool:
    """Whether a backward pass is right for the mistakes of the student's forward pass.

    The judge makes the same mistakes and measures the derivatives itself: what the student's
    process measured pays nothing, nor does a gradient that is an input given back, which is right
    for a forward pass that does nothing.
    """
    if own is None:
        return False
    made = [
        _as_mistaken(unsound[name]) if name in unsound else function
        for name, function in zip(own.takes[:-1], own.reference, strict=False)
    ]
    known = [function for function in made if function is not None]
    if len(known) < len(made):
        return False
    with ours():
        cases = make_cases(own, seed)
        measured = outcomes_of(own, [*known, own.reference[-1]], cases)
    outcomes = _outcomes(own, functions, cases, session)
    for i, (theirs, right) in enumerate(zip(outcomes, measured, strict=True)):
        if theirs.outputs is None or right.outputs is None or _given_back(theirs, cases[i]):
            return False
        trusted = {k: v for k, v in right.outputs.items() if k.startswith(MEASURED)}
        outcomes[i] = Outcome({**theirs.outputs, **trusted})
    result, _ = _examined(own, functions, cases, outcomes, hints=False)
    return result.status == "complete"


def _given_back(outcome: Outcome, case: Case) -> bool:
    given = [value for value in case.values() if isinstance(value, np.ndarray)]
    found = [v for k, v in (outcome.outputs or {}).items() if not k.startswith(MEASURED)]
    return any(isinstance(v, np.ndarray) and np.array_equal(x, v) for x in given for v in found)


def _as_mistaken(result: Verdict) -> Function | None:
    """The reference with the mistake that was recognised, if it explains all that was seen."""
    first = next(iter(result.diagnoses), None)
    if first is None or first.certainty is not Certainty.SURE or first.where:
        return None
    if not isinstance(first.cause, Mistake):
        return None
    with ours():
        return find(result.name).with_mistakes(first.cause)[-1]


def _judged(
    exercise: Exercise,
    functions: list[str],
    session: NotebookSession,
    seed: int,
    *,
    hints: bool = True,
) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on the student's functions, and what is recorded of them."""
    with ours():
        cases = make_cases(exercise, seed)
    outcomes = _outcomes(exercise, functions, cases, session)
    return _examined(exercise, functions, cases, outcomes, hints=hints)


def _examined(
    exercise: Exercise,
    functions: list[str],
    cases: list[Case],
    outcomes: list[Outcome],
    *,
    hints: bool,
) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on these outcomes, and what is recorded of them.

    What they hold may upset the judge: 0 and why, and nothing is recorded.
    """
    with ours():
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
    failure = Failure(kind, words, False, functions[-1])
    return verdict(exercise, cases, [Outcome(failure=failure)] * len(cases)), {}


def _seconds_for_the_reference(exercise: Exercise, cases: list[Case], expected: Expected) -> float:
    """Processor time that judging the reference's values takes."""
    with ours():
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
    with ours():
        return exercise.recorded(case, outcome.outputs)


def _expected(exercise: Exercise, cases: list[Case]) -> Expected:
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
    cases: list[Case],
    outcomes: list[Outcome],
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


def _outcomes(
    exercise: Exercise, functions: list[str], cases: list[Case], session: NotebookSession
) -> list[Outcome]:
    """Outcomes of all cases; after one that was lost, the rest is not tried."""
    outcomes: list[Outcome] = []
    for case in cases:
        try:
            outcomes.append(session.apply(exercise, functions, case))
        except Lost as lost:
            kind = "TimeLimit" if lost.late else "Ended"
            failure = Failure(kind, str(lost), function=functions[-1])
            outcomes += [Outcome(failure=failure)] * (len(cases) - len(outcomes))
            break
    return outcomes


def judge_choice(
    name: str, call: ChoiceCall, session: NotebookSession, points: float
) -> CellResult:
    """Compare the value of the answer's variable with the key, which never leaves this process."""
    answer = chosen(session.value(call.variable))
    right = answer == chosen(call.key)
    score = bounded(points if right else 0.0, points)
    words = "" if right else f"answered {answer}" if answer else "not answered"
    report = report_on_choice(call.question, answer, chosen(call.key), points, call.why)
    status = "complete" if right else "wrong" if answer else "not written"
    return CellResult(name, score, points, status, words, outputs=reported(score, report))


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
    if result.failure is not None and result.score == 0:
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
    if hints := result.hints[1:] if result.builds_on else result.hints:
        return hints[0]
    if result.builds_on:
        return f"builds on {', '.join(result.builds_on)}"
    if result.failure is not None:
        return _failed(result.failure)
    wrong = [finding.title for finding in result.findings if finding.problem]
    return ", ".join(wrong) or "wrong"


def _failed(failure: Failure) -> str:
    if not_defined(failure):
        return f"{failure.function} is not defined"
    return f"{failure.kind}: {failure.message}" if failure.message else failure.kind
