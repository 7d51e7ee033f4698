"""Run a submitted notebook from top to bottom, and judge its graded cells outside of it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_grade, is_solution

from grader.checking.apply import Failure, Outcome
from grader.checking.check import chosen
from grader.checking.exercise import Case, Exercise
from grader.checking.judge import Verdict, make_cases, verdict
from grader.checking.registry import find
from grader.checking.render import render_html, render_text
from grader.grading.calls import CheckCall, ChoiceCall, graded_call
from grader.grading.markup import clean_outputs
from grader.grading.session import Session
from grader.grading.student import Lost, Student

OUTSIDE = "outside the student's process"
INSIDE = "in the student's process: forgeable"


@dataclass(frozen=True)
class Judged:
    """What one graded cell came to."""

    cell: str
    score: float
    points: float
    status: str
    found: str
    where: str


def is_practice(cell: NotebookNode) -> bool:
    """Training and animation that is not run again; a graded cell never is practice."""
    return "practice" in cell.metadata.get("tags", []) and not (is_grade(cell) or is_solution(cell))


def execute(
    notebook: NotebookNode,
    session: Session,
    seed_of: Callable[[str], int],
    *,
    rerun_all: bool = False,
) -> list[Judged]:
    """Run the cells in order, writing their outputs; returns what the graded ones came to.

    Parameters
    ----------
    notebook : graded cells hold the gradebook's source; changed in place
    seed_of : name of an exercise -> seed of its cases
    rerun_all : run practice cells too, instead of keeping the student's outputs
    """
    judged = []
    pictures = session.limits.picture_kilobytes << 10
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code" or (is_practice(cell) and not rerun_all):
            pictures -= _pictures(cell)
            continue
        count += 1
        cell.execution_count = count
        if is_grade(cell) and not is_solution(cell):
            result = _grade(cell, session, seed_of, pictures)
            judged.append(result)
        else:
            cell.outputs = _run(cell.source, session, pictures)
        pictures -= _pictures(cell)
    return judged


def _pictures(cell: NotebookNode) -> int:
    return sum(
        len(data)
        for output in cell.get("outputs", [])
        for kind, data in output.get("data", {}).items()
        if kind.startswith("image/")
    )


def _run(source: str, session: Session, pictures: int) -> list[NotebookNode]:
    try:
        return clean_outputs(session.run(source).outputs, pictures)
    except Lost as lost:
        return [_lost(lost, "This cell")]


def _lost(lost: Lost, what: str) -> NotebookNode:
    name = "TimeLimit" if lost.late else "Ended"
    advice = " Is there a loop that does not end?" if lost.late else ""
    words = f"{what}: {lost}.{advice}"
    output: NotebookNode = new_output(
        "error", ename=name, evalue=words, traceback=[f"{name}: {words}"]
    )
    return output


def _grade(
    cell: NotebookNode, session: Session, seed_of: Callable[[str], int], pictures: int
) -> Judged:
    name, points = cell.metadata.nbgrader["grade_id"], float(cell.metadata.nbgrader["points"])
    call = graded_call(cell.source)
    try:
        if isinstance(call, CheckCall):
            return _judge_check(cell, name, points, call, session, seed_of)
        if isinstance(call, ChoiceCall):
            return _judge_choice(cell, name, points, call, session)
    except Lost as lost:
        cell.outputs = [_lost(lost, "This check")]
        return Judged(name, 0.0, points, "wrong", str(lost), OUTSIDE)
    cell.outputs = _forgeable(_run(cell.source, session, pictures), points)
    score = _score(cell.outputs, points)
    status = "complete" if score == points else "partial" if score else "wrong"
    return Judged(name, score, points, status, "", INSIDE)


def _judge_check(
    cell: NotebookNode,
    name: str,
    points: float,
    call: CheckCall,
    session: Session,
    seed_of: Callable[[str], int],
) -> Judged:
    exercise = find(call.exercise)
    if call.before:
        session.run(call.before)
    cases = make_cases(exercise, seed_of(exercise.name))
    outcomes = _outcomes(exercise, list(call.functions), cases, session)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a student's infinities are no news for our log
        result = verdict(exercise, cases, outcomes)
    score = _bounded(result.score * points / exercise.points, points)
    cell.outputs = _report(score, render_text(result), render_html(result))
    return Judged(name, score, points, result.status, summary(result), OUTSIDE)


def _outcomes(
    exercise: Exercise, functions: list[str], cases: list[Case], session: Session
) -> list[Outcome]:
    """Outcomes of all cases; after one that was lost, the rest is not tried."""
    outcomes: list[Outcome] = []
    for case in cases:
        question = partial(_apply, exercise, functions, case)
        try:
            outcomes.append(session.ask(question))
        except Lost as lost:
            kind = "TimeLimit" if lost.late else "Ended"
            failure = Failure(kind, str(lost), function=functions[-1])
            outcomes += [Outcome(failure=failure)] * (len(cases) - len(outcomes))
            break
    return outcomes


def _apply(
    exercise: Exercise, functions: list[str], case: Case, student: Student, seconds: float
) -> Outcome:
    return student.apply(exercise, functions, case, seconds)


def _judge_choice(
    cell: NotebookNode, name: str, points: float, call: ChoiceCall, session: Session
) -> Judged:
    answer = chosen(session.ask(lambda student, seconds: student.value(call.variable, seconds)))
    right = answer == chosen(call.key)
    score = _bounded(points if right else 0.0, points)
    words = "right" if right else "not right" if answer else "not answered"
    text = f"{call.question}: {words} ({score:g} of {points:g} points)"
    cell.outputs = _report(score, text, f"<div>{'✓' if right else '✗'} {text}</div>")
    status = "complete" if right else "wrong" if answer else "not written"
    return Judged(name, score, points, status, "" if right else words, OUTSIDE)


def _report(score: float, text: str, html: str) -> list[NotebookNode]:
    return [
        new_output("display_data", data={"text/plain": text, "text/html": html}),
        new_output("execute_result", data={"text/plain": repr(float(score))}),
    ]


def _bounded(score: float, points: float) -> float:
    return min(max(float(score), 0.0), points) if math.isfinite(score) else 0.0


def _forgeable(outputs: list[NotebookNode], points: float) -> list[NotebookNode]:
    """Outputs of a cell that the student's process graded, so that nbgrader reads them rightly.

    Warnings cost nothing, and a number is partial credit between 0 and ``points``, whatever its
    type and size.
    """
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            output.name = "stdout"
        elif output.output_type == "execute_result":
            number = _number(output.data.get("text/plain", ""))
            if number is None:
                output = new_output("display_data", data=output.data)
            else:
                output.data = {"text/plain": repr(_bounded(number, points))}
        kept.append(output)
    return kept


def _number(text: str) -> float | None:
    """``0.5``, ``np.float64(0.5)`` and the like."""
    text = text.strip()
    if text.endswith(")") and text.startswith("np."):
        text = text[:-1].partition("(")[2]
    try:
        return float(text)
    except ValueError:
        return None


def _score(outputs: list[NotebookNode], points: float) -> float:
    for output in outputs:
        if output.output_type == "error":
            return 0.0
        if output.output_type == "execute_result":
            return float(output.data["text/plain"])
    return points


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
    wrong = [finding.title for finding in result.findings if not finding.holds]
    return ", ".join(wrong) or "wrong"
