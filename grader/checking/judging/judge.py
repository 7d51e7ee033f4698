"""From outcomes to points: the trusted side of a check.

:func:`verdict` computes the expected values by applying the exercise's ``run`` to its reference,
tests every property on every case, and looks up what the listed mistakes would have given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from grader.checking.contract.compare import Open, Quantity
from grader.checking.contract.exercise import Case, Exercise, Function
from grader.checking.contract.properties import (
    Answer,
    CaseResult,
    Held,
    PartialCredit,
    Property,
    Spoils,
)
from grader.checking.judging.apply import Failure, Outcome, apply
from grader.checking.judging.diagnose import diagnose
from grader.checking.judging.diagnosis import Diagnosis
from grader.checking.judging.effects import Results, results, results_of
from grader.checking.language import _

Status = Literal["complete", "partial", "wrong", "not written"]
PLACES = 4  # decimal places of a score
ResultOrProblem = CaseResult | str  # results of a case, or a text that says why there are none


@dataclass(frozen=True)
class Finding:
    """What one property earned and, if it does not hold, on which case and why.

    ``worth`` is what it can earn, whatever else holds. ``points`` are those that depend on it here:
    what follows wrong values and is not earned is charged to these values.
    ``raised`` says that it does not hold because nothing came back that could be looked at.
    ``open`` says why it could not be judged, where nothing speaks against it otherwise.
    ``measured`` is what a property that holds reports. ``spoils`` is the share of all other points
    that it costs.
    """

    title: str
    points: float
    earned: float
    about: str = ""
    problem: str = ""
    case: Case | None = None
    alone: bool = True
    open: str = ""
    raised: bool = False
    measured: str = ""
    spoils: float = 0.0
    worth: float = 0.0

    @property
    def holds(self) -> bool:
        return not self.problem and not self.open


@dataclass(frozen=True)
class Verdict:
    """Score, findings and hints of one exercise."""

    name: str
    score: float
    points: float
    status: Status
    findings: tuple[Finding, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    ladder: tuple[str, ...] = ()
    failure: Failure | None = None
    printed: str = ""
    warned: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()  # functions that do not hold themselves

    @property
    def hints(self) -> tuple[str, ...]:
        """The sentences of the diagnoses."""
        return tuple(diagnosis.sentence for diagnosis in self.diagnoses)

    @property
    def unmet(self) -> set[str]:
        """Titles of the properties that do not hold, or that could not be judged."""
        return {finding.title for finding in self.findings if not finding.holds}


def make_cases(exercise: Exercise, seed: int | None = None) -> list[Case]:
    """The exercise's cases from ``seed``; without one, those of a check at home."""
    return exercise.draw_at_home() if seed is None else exercise.draw(np.random.default_rng(seed))


def outcomes_of(
    exercise: Exercise, functions: Sequence[Function], cases: Sequence[Case]
) -> list[Outcome]:
    """Outcomes of ``functions`` on the cases, in this process."""
    return [apply(exercise.run, functions, case) for case in cases]


class Expected:
    """The references' results on the cases, each computed once, when it is needed."""

    def __init__(self, exercise: Exercise, cases: Sequence[Case]) -> None:
        self.exercise, self.cases = exercise, cases
        self._found: dict[tuple[tuple[Function, ...], int], Mapping[str, Quantity]] = {}

    def of(self, reference: tuple[Function, ...], i: int) -> Mapping[str, Quantity]:
        """The quantities on case ``i``; a reference that fails is an error of the exercise."""
        if (reference, i) not in self._found:
            case = self.cases[i]
            (found,) = results_of(self.exercise, reference, [case])
            if found.error:
                where = f"{self.exercise.name}: the reference fails on the case {case['about']!r}"
                raise RuntimeError(f"{where}: {found.problem}")
            self._found[reference, i] = found.values
        return self._found[reference, i]


def verdict(
    exercise: Exercise,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    *,
    hints: bool = True,
    expected: Expected | None = None,
) -> Verdict:
    """Judge the outcomes of a student's functions on ``cases``.

    Parameters
    ----------
    hints : without them the listed mistakes are not tried, which takes most of the time
    expected : for callers that judge many programs on the same cases
    """
    if len(cases) != len(outcomes):
        raise ValueError(f"{exercise.name}: {len(outcomes)} outcomes for {len(cases)} cases")
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    if len(failures) == len(cases) and all(f.kind == "NotImplementedError" for f in failures):
        return Verdict(exercise.name, 0.0, exercise.points, "not written", failure=failures[0])
    expected = expected or Expected(exercise, cases)
    seen = [results(exercise, c, o) for c, o in zip(cases, outcomes, strict=True)]
    judged = (_findings(exercise, one, cases, seen, expected) for one in exercise.references)
    best = max((_verdict(exercise, findings) for findings in judged), key=lambda v: v.score)
    shown = next((o for o in outcomes if o.failure), None) or outcomes[0]
    best = replace(best, failure=shown.failure, printed=shown.printed, warned=shown.warned)
    if best.status == "complete":
        return best
    failing = {f.title for f in best.findings if f.problem}
    found = diagnose(exercise, cases, outcomes, failing=best.unmet) if hints else ()
    wrong = {f.title for f in best.findings if f.problem and not f.raised}
    return replace(best, diagnoses=found, ladder=exercise.ladder(wrong or failing))


def with_points(result: Verdict, points: float) -> Verdict:
    """The verdict where full marks are worth ``points``."""
    return replace(result, score=result.score * points / result.points, points=points)


def _verdict(exercise: Exercise, findings: Sequence[Finding]) -> Verdict:
    complete = all(f.holds for f in findings)
    earned = round(sum(f.earned for f in findings), PLACES)
    # What was earned is rounded, but not up to full marks.
    score = exercise.points if complete else min(earned, exercise.points - 10**-PLACES)
    status: Status = "complete" if complete else "partial" if score > 0 else "wrong"
    return Verdict(exercise.name, float(score), exercise.points, status, tuple(findings))


def _findings(
    exercise: Exercise,
    reference: tuple[Function, ...],
    cases: Sequence[Case],
    seen: Sequence[Results],
    expected: Expected,
) -> list[Finding]:
    results = [
        one.problem or CaseResult(case, one.values, expected.of(reference, i), one.changed)
        for i, (case, one) in enumerate(zip(cases, seen, strict=True))
    ]
    findings = [_find(exercise, prop, cases, results) for prop in exercise.judge]
    wrong = {finding.title for finding in findings if finding.problem}
    for i, prop in enumerate(exercise.judge):
        if findings[i].problem and prop.after in wrong:
            why = _("judged once “{title}” holds").format(title=prop.after)
            findings[i] = replace(findings[i], problem="", spoils=0.0, open=why)
    return _spoilt(_following(findings))


def _following(findings: list[Finding]) -> list[Finding]:
    """The findings, where those that follow the values are worth the share that these earn.

    What is not earned alone, and what is open, follows the values that could be judged. Points that
    it loses in this way are charged to those values that are wrong.
    """
    values = [f for f in findings if f.alone and not f.open]
    lost = sum(f.points - f.earned for f in values)
    whole = sum(f.points for f in values)
    share = 1 - lost / whole if whole else 0.0
    charged = (1 - share) * (sum(f.points for f in findings) - whole) / lost if lost else 0.0
    return [
        replace(f, points=f.points + charged * (f.points - f.earned))
        if f.alone and not f.open
        else replace(f, points=share * f.points, earned=share * (f.points if f.open else f.earned))
        for f in findings
    ]


def _spoilt(findings: list[Finding]) -> list[Finding]:
    """The findings with the points of all others charged to the one that spoils most, if any."""
    worst = max(findings, key=lambda f: f.spoils)
    left = 1 - worst.spoils
    whole = sum(f.points for f in findings)
    return [
        replace(f, points=left * f.points + worst.spoils * whole)
        if f is worst
        else replace(f, points=left * f.points, earned=left * f.earned)
        for f in findings
    ]


def _find(
    exercise: Exercise, prop: Property, cases: Sequence[Case], seen: Sequence[ResultOrProblem]
) -> Finding:
    """What the property earns: the least over its cases, of which the first is shown."""
    points = exercise.points * exercise.share_of(prop)
    found, least = Finding(prop.title, points, points, alone=prop.alone, worth=points), 1.0
    looked_at = [(case, one) for case, one in zip(cases, seen, strict=True) if prop.applies(case)]
    nothing = all(isinstance(one, str) for _case, one in looked_at)
    for case, one in looked_at:
        answer: Answer
        if not isinstance(one, str):
            answer = prop.test(one)
        elif nothing or prop in _paying(exercise, case):
            answer = one
        else:
            answer = Open(_("not seen in the case “{about}”").format(about=case["about"]))
        if isinstance(answer, Open):
            found = replace(found, open=found.open or answer.why)
        elif isinstance(answer, Held):
            found = replace(found, measured=answer.measured)
        elif answer:
            share = answer.share if isinstance(answer, PartialCredit) else 0.0
            costs = answer.costs if isinstance(answer, Spoils) else 0.0
            found = replace(found, spoils=max(found.spoils, costs))
            if share < least:
                least = share
                found = replace(
                    found,
                    earned=points * share,
                    about=case["about"],
                    problem=answer if isinstance(answer, str) else answer.problem,
                    case=exercise.told(case),
                    raised=isinstance(one, str),
                )
    return replace(found, open="", measured="") if found.problem else found


def _paying(exercise: Exercise, case: Case) -> Sequence[Property]:
    """Who pays where nothing came back from a case: the values, or else the first property."""
    there = [prop for prop in exercise.judge if prop.applies(case)]
    return [prop for prop in there if prop.alone] or there[:1]
