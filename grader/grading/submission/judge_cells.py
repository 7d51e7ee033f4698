"""Judge a graded cell outside of the student's process: ask there, and judge what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.mistakes import Function, Mistake
from grader.checking.contract.registry import find
from grader.checking.contract.standalone import standalone
from grader.checking.judging.apply import Failure, Outcome
from grader.checking.judging.course_of_a_check import checked
from grader.checking.judging.diagnosis import Certainty
from grader.checking.judging.judge import Verdict, make_cases, outcomes_of
from grader.checking.judging.prerequisites import MEASURED
from grader.checking.report.not_here import WHERE_GRADED, not_here
from grader.checking.report.of_choice import chosen, report_on_choice
from grader.grading.process.fault import charged_to_grader
from grader.grading.sandbox.notebook_process import Lost
from grader.grading.sandbox.packages import can_import
from grader.grading.submission.graded_call import CheckCall, ChoiceCall
from grader.grading.submission.judging import examined, reported, result_of
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.results import CellResult, bounded


def judge_check(
    name: str,
    call: CheckCall,
    session: NotebookSession,
    seed: int,
    points: float,
    unsound: dict[str, Verdict],
    follow_through: bool = False,
    remarks: Sequence[str] = (),
) -> CellResult:
    """Have the exercise's ``run`` applied to the student's functions, and judge what comes back.

    Parameters
    ----------
    name : the cell's
    seed : of the cases
    unsound : verdicts on the exercises that did not hold so far; if this one does not, it is added
    follow_through : a mistake in an earlier function costs the points of that one alone: pay what a
        function earns with the library's version of it, and for a backward pass that is right for
        the student's own forward pass, where the judge recognises the mistake of that one
    remarks : what the functions do not find as at home; said where points are lost
    """
    with charged_to_grader():
        exercise = find(call.exercise)
        needs = exercise.run.needs
        if needs and not can_import(needs, session.sandbox):
            return _not_judged(name, exercise, points)
    if call.setup:
        session.run(call.setup)
    submitted = SubmittedFunctions(call.functions, session, seed, unsound, follow_through)
    result = checked(exercise, submitted)
    unsound.pop(exercise.name, None)
    if result.status != "complete":
        unsound[exercise.name] = result
    return result_of(name, result, points, submitted.kept, remarks)


def _not_judged(name: str, exercise: Exercise, points: float) -> CellResult:
    """The result of a cell whose exercise needs a package that is not there."""
    report = not_here(exercise, WHERE_GRADED)
    shown = reported(0.0, report)
    return CellResult(name, 0.0, points, report.status, report.says, outputs=shown)


class SubmittedFunctions:
    """A submission's functions for an exercise, in its notebook process."""

    def __init__(
        self,
        functions: Sequence[str],
        session: NotebookSession,
        seed: int,
        unsound: Mapping[str, Verdict],
        follow_through: bool,
    ) -> None:
        self.functions, self.session, self.seed = list(functions), session, seed
        self.unsound, self.follow_through = unsound, follow_through
        self.kept: dict[str, Any] = {}  # what the exercise records of the functions

    def cases(self, exercise: Exercise) -> list[Case]:
        with charged_to_grader():
            return make_cases(exercise, self.seed)

    def apply(
        self, exercise: Exercise, cases: Sequence[Case], right: Sequence[Exercise] = ()
    ) -> list[Outcome]:
        if not right:
            return outcomes_in(self.session, exercise, self.functions, cases)
        # The references must not be left where later cells run.
        with self.session.second_session() as second:
            try:
                for lower in right:
                    second.run(_defining(lower))
            except Lost as lost:
                return [_lost(lost, self.functions)] * len(cases)
            return outcomes_in(second, exercise, self.functions, cases)

    def judge(
        self,
        exercise: Exercise,
        cases: Sequence[Case],
        outcomes: Sequence[Outcome],
        *,
        hints: bool = True,
    ) -> Verdict:
        result, kept = examined(exercise, cases, outcomes, hints=hints)
        self.kept = self.kept or kept
        return result

    def incorrect(self, names: Sequence[str]) -> Mapping[str, Verdict]:
        return self.unsound

    def pays_for(self, own: Exercise) -> bool:
        """Whether a backward pass is right for the mistakes of the student's forward pass.

        The judge makes the same mistakes and measures the derivatives itself: what the student's
        process measured pays nothing, nor does a gradient that is an input given back, which is
        right for a forward pass that does nothing.
        """
        made = [
            _as_mistaken(self.unsound[name]) if name in self.unsound else function
            for name, function in zip(own.takes[:-1], own.reference, strict=False)
        ]
        known = [function for function in made if function is not None]
        if len(known) < len(made):
            return False
        cases = self.cases(own)
        with charged_to_grader():
            measured = outcomes_of(own, [*known, own.reference[-1]], cases)
        outcomes = self.apply(own, cases)
        for i, (given, right) in enumerate(zip(outcomes, measured, strict=True)):
            if given.outputs is None or right.outputs is None or _given_back(given, cases[i]):
                return False
            trusted = {k: v for k, v in right.outputs.items() if k.startswith(MEASURED)}
            outcomes[i] = Outcome({**given.outputs, **trusted})
        return self.judge(own, cases, outcomes, hints=False).status == "complete"


def _defining(exercise: Exercise) -> str:
    """Code that defines an exercise's references, which see nothing of the student's."""
    text = standalone(exercise.reference)
    names = ", ".join(f"{name!r}: given[{name!r}]" for name in exercise.takes)
    given = "exec(text, given)"
    return f"(lambda text, given: ({given}, globals().update({{{names}}})))({text!r}, {{}})[1]"


def outcomes_in(
    session: NotebookSession, exercise: Exercise, functions: list[str], cases: Sequence[Case]
) -> list[Outcome]:
    """Outcomes of all cases; after one that was lost, the rest is not tried.

    Raises
    ------
    Lost
        The time of the whole submission was used up before the first case.
    """
    outcomes: list[Outcome] = []
    for case in cases:
        try:
            outcomes.append(session.apply(exercise, functions, case))
        except Lost as lost:
            if lost.spent and not outcomes:
                raise
            outcomes += [_lost(lost, functions)] * (len(cases) - len(outcomes))
            break
    return outcomes


def _lost(lost: Lost, functions: list[str]) -> Outcome:
    kind = "TimeLimit" if lost.late else "Ended"
    return Outcome(failure=Failure(kind, str(lost), function=functions[-1]))


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
    with charged_to_grader():
        return find(result.name).with_mistakes(first.cause)[-1]


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
