"""From outcomes to points: the trusted side of a check.

:func:`verdict` computes the expected values by applying the exercise's ``run`` to its reference,
tests every property on every case, and looks up what the listed mistakes would have given.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from grader.checking.contract.compare import Difference, Open, Quantity
from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.mistakes import Function
from grader.checking.contract.properties import (
    UNCHANGED,
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
from grader.checking.judging.effects import Known, Results, results, results_of

Status = Literal["complete", "partial", "wrong", "not written"]
PLACES = 4  # decimal places of a score


@dataclass(frozen=True)
class Unseen:
    """What a case does not show of a property: it raised, or its main value is wrong."""

    why: str
    raised: bool


Answers = Mapping[str, Answer | Unseen]  # what one case tells of each property, by its title


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

    @property
    def says_why(self) -> bool:
        """Whether the problem is a reason: an error, a rule in words, or inputs that were changed.

        Values beside the expected ones are none, nor is what only the form shows.
        """
        in_words = bool(self.problem) and not isinstance(self.problem, Difference)
        return self.raised or (in_words and (self.alone or self.title == UNCHANGED))


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
    def failing(self) -> list[Finding]:
        """What does not hold. Changed inputs stand first: wrong values may come from them."""
        found = [finding for finding in self.findings if finding.problem]
        return sorted(found, key=lambda finding: finding.title != UNCHANGED)

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
    facts: Sequence[Known] = (),
) -> Verdict:
    """Judge the outcomes of a student's functions on ``cases``.

    Parameters
    ----------
    hints : without them the listed mistakes are not tried, which takes most of the time
    expected, facts : for callers that judge many programs on the same cases; ``facts`` are
        ``known(exercise, cases)``
    """
    if len(cases) != len(outcomes):
        raise ValueError(f"{exercise.name}: {len(outcomes)} outcomes for {len(cases)} cases")
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    empty = None
    if failures and all(f.kind == "NotImplementedError" for f in failures):
        empty = Verdict(exercise.name, 0.0, exercise.points, "not written", failure=failures[0])
    if empty and len(failures) == len(cases):
        return empty
    expected = expected or Expected(exercise, cases)
    seen = [results(exercise, c, o) for c, o in zip(cases, outcomes, strict=True)]
    judged = (_findings(exercise, one, cases, seen, expected) for one in exercise.references)
    best = max((_verdict(exercise, findings) for findings in judged), key=lambda v: v.score)
    if empty and not best.score and all(f.raised for f in best.findings if f.problem):
        return empty  # lines that were given refuse what they should
    shown = next((o for o in outcomes if o.failure), None) or outcomes[0]
    best = replace(best, failure=shown.failure, printed=shown.printed, warned=shown.warned)
    if best.status == "complete":
        return best
    failing = {f.title for f in best.findings if f.problem}
    found = diagnose(exercise, cases, seen, facts, best.unmet) if hints else ()
    wrong = {f.title for f in best.findings if f.problem and not f.raised}
    right = {f.title for f in best.findings if f.holds}
    ladder = () if found and exercise.recognise else exercise.ladder(wrong or failing, right)
    return replace(best, diagnoses=found, ladder=ladder)


def with_points(result: Verdict, points: float) -> Verdict:
    """The verdict where full marks are worth ``points``."""
    share = result.score / result.points
    score = points if share == 1 else _short_of(share * points, points)
    return replace(result, score=score, points=points)


def _short_of(earned: float, points: float) -> float:
    """What was earned, rounded, but not up to full marks."""
    return float(max(min(round(earned, PLACES), points - 10**-PLACES), 0.0))


def _verdict(exercise: Exercise, findings: Sequence[Finding]) -> Verdict:
    complete = all(f.holds for f in findings)
    earned = sum(f.earned for f in findings)
    score = exercise.points if complete else _short_of(earned, exercise.points)
    status: Status = "complete" if complete else "partial" if score > 0 else "wrong"
    return Verdict(exercise.name, float(score), exercise.points, status, tuple(findings))


def _findings(
    exercise: Exercise,
    reference: tuple[Function, ...],
    cases: Sequence[Case],
    seen: Sequence[Results],
    expected: Expected,
) -> list[Finding]:
    answers = [
        _answers(exercise, case, one, expected.of(reference, i) if exercise.compares else {})
        for i, (case, one) in enumerate(zip(cases, seen, strict=True))
    ]
    findings = [_find(exercise, prop, cases, answers) for prop in exercise.judge]
    return _spoilt(_following(_opened(exercise, findings)))


def _opened(exercise: Exercise, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, where those that cannot be judged before another one holds are open.

    All that one opens, directly or through others, earns no more than that one is worth: it must
    not pay to miss it.
    """
    wrong = {finding.title: finding for finding in findings if finding.problem}
    after = {prop.title: prop.after for prop in exercise.judge if prop.after in wrong}

    def first(title: str) -> str:
        return first(after[title]) if title in after else title

    opened = [f for f in findings if f.title in after and (f.problem or not f.earned)]
    worth = defaultdict[str, float](float)
    for finding in opened:
        worth[first(finding.title)] += finding.worth
    found = []
    for finding in findings:
        if finding in opened:
            why = f"judged once “{after[finding.title]}” holds"
            root = first(finding.title)
            earned = finding.points * min(1.0, wrong[root].worth / worth[root])
            finding = replace(finding, problem="", spoils=0.0, open=why, earned=earned)
        found.append(finding)
    return found


def _answers(exercise: Exercise, case: Case, one: Results, want: Mapping[str, Quantity]) -> Answers:
    """What a case tells of each property that applies to it.

    Where the main value is wrong (the first that is earned alone), one that is open pays nothing,
    as if the case had raised: otherwise results that nobody can read would earn more than an error.
    The form, which is open where the values are wrong, is not charged twice.
    """
    there = [prop for prop in exercise.judge if prop.applies(case)]
    if one.problem:
        return {prop.title: Unseen(one.problem, raised=True) for prop in there}
    result = CaseResult(case, one.values, want, one.changed)
    answers = {prop.title: prop.test(result) for prop in there}
    found: dict[str, Answer | Unseen] = dict(answers)
    if _earns_nothing(next((answers[prop.title] for prop in there if prop.alone), None)):
        for prop in there:
            answer = answers[prop.title]
            if isinstance(answer, Open) and prop.most == 1:
                found[prop.title] = Unseen(answer.why, raised=False)
    return found


def _earns_nothing(answer: Answer) -> bool:
    return isinstance(answer, str) or (isinstance(answer, PartialCredit) and not answer.share)


def _following(findings: list[Finding]) -> list[Finding]:
    """The findings, where those that follow the values are worth the share that these earn.

    What is not earned alone, and what is open and pays, follows the values that could be judged.
    Points that it loses in this way are charged to those values that are wrong.
    """

    def counts(f: Finding) -> bool:
        return f.alone and not (f.open and f.earned)

    values = list(filter(counts, findings))
    lost = sum(f.points - f.earned for f in values)
    whole = sum(f.points for f in values)
    if whole and not lost:
        return findings
    share = 1 - lost / whole if whole else 0.0
    charged = (1 - share) * (sum(f.points for f in findings) - whole) / lost if lost else 0.0
    return [
        replace(f, points=f.points + charged * (f.points - f.earned))
        if counts(f)
        else replace(f, points=share * f.points, earned=share * f.earned)
        for f in findings
    ]


def _spoilt(findings: list[Finding]) -> list[Finding]:
    """The findings with the points of all others charged to the one that spoils most, if any."""
    worst = max(findings, key=lambda f: f.spoils)
    if not worst.spoils:
        return findings
    left = 1 - worst.spoils
    whole = sum(f.points for f in findings)
    return [
        replace(f, points=left * f.points + worst.spoils * whole)
        if f is worst
        else replace(f, points=left * f.points, earned=left * f.earned)
        for f in findings
    ]


def _find(
    exercise: Exercise, prop: Property, cases: Sequence[Case], answers: Sequence[Answers]
) -> Finding:
    """What the property earns: the least over its cases, of which the first is shown."""
    points = exercise.points * exercise.shares[prop.title]
    earned, least, spoils, why_open, measured = points, 1.0, 0.0, "", ""
    worst: Case | None = None  # and what is wrong in it
    problem, nothing_came = "", False
    given = [
        (c, one[prop.title]) for c, one in zip(cases, answers, strict=True) if prop.title in one
    ]
    nothing = all(isinstance(answer, Unseen) for _case, answer in given)
    for case, answer in given:
        raised = isinstance(answer, Unseen) and answer.raised
        if isinstance(answer, Unseen):
            pays = nothing or prop in _paying(exercise, case)
            if pays and not raised:
                earned = 0.0
            if not pays and raised:
                answer = Open("not seen in the case “{about}”".format(about=case["about"]))
            else:
                answer = answer.why if raised else Open(answer.why)
        if isinstance(answer, Open):
            why_open = why_open or answer.why
        elif isinstance(answer, Held):
            measured = answer.measured
        elif answer:
            share = answer.share if isinstance(answer, PartialCredit) else 0.0
            costs = answer.costs if isinstance(answer, Spoils) else prop.spoils * (1 - share)
            spoils = max(spoils, 0.0 if raised else costs)  # what is not there has spoiled nothing
            if share < least:
                least, earned = share, min(earned, points * share)
                worst, nothing_came = case, raised
                problem = answer if isinstance(answer, str) else answer.problem
    return Finding(
        prop.title,
        points,
        earned,
        about=worst["about"] if worst else "",
        problem=problem,
        case=exercise.run.shown(worst) if worst else None,
        alone=prop.alone,
        open="" if worst else why_open,
        raised=nothing_came,
        measured="" if worst else measured,
        spoils=spoils,
        worth=points,
    )


def _paying(exercise: Exercise, case: Case) -> Sequence[Property]:
    """Who pays where nothing came back from a case: the values, or else the first property."""
    there = [prop for prop in exercise.judge if prop.applies(case)]
    return [prop for prop in there if prop.alone] or there[:1]
