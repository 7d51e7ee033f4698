"""One graded problem set of the term: what each student handed in, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from statistics import median, quantiles

from grader.authoring.assignments import assignments
from grader.classroom.agreement import Agreement
from grader.classroom.extensions import read_extensions
from grader.classroom.gradebook.cells import notebook_names, noted_cells
from grader.classroom.gradebook.marks import Entry, Score, entries, scores
from grader.classroom.gradebook.session import opened
from grader.classroom.remarks import under_other_points
from grader.classroom.report.class_numbers import Exercise, Spread, exercises, spread
from grader.classroom.report.times import Times, TimesAndScores, times_and_scores, times_of
from grader.classroom.school_class import Class
from grader.classroom.staleness.staleness import SUBMISSION
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.results import Graded, short
from grader.wording import one_line


@dataclass(frozen=True)
class LostPoints:
    """A graded cell that did not get all points; ``found`` says why, in a line."""

    exercise: str
    score: float
    points: float
    found: str


@dataclass(frozen=True)
class StudentResult:
    """What one student handed in for one problem set.

    Attributes
    ----------
    cells : score and points of each graded cell, without those that wait for a person
    unwritten : share of the automatically graded cells that are as they were given
    lead_time : how long before the deadline it was handed in; None if that is unknown
    pages : names of the notebooks that have a feedback page
    """

    score: Score
    cells: Mapping[str, tuple[float, float]]
    lost: tuple[LostPoints, ...] = ()
    unwritten: float = 0.0
    lead_time: timedelta | None = None
    pages: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Of all points, from 0 to 1."""
        return self.score.score / self.score.total if self.score.total else 0.0

    @property
    def decided(self) -> float:
        """Of the points that do not wait for a person."""
        most = self.score.total - self.score.by_hand
        return self.score.score / most if most > 0 else 0.0

    @property
    def late(self) -> bool:
        return self.lead_time is not None and self.lead_time < timedelta()


@dataclass(frozen=True)
class ProblemSet:
    """One problem set.

    Attributes
    ----------
    weight : in a student's share over the term
    passed : its deadline has passed, so that a submission that is not there is missing
    results : by student
    ungraded : submissions that are not graded as they are now
    other_points : marks that were given when the exercises had other points
    extended : who may still hand in, though the deadline of the class has passed
    """

    name: str
    total: float
    weight: float
    passed: bool
    results: Mapping[str, StudentResult]
    ungraded: int = 0
    other_points: int = 0
    extended: frozenset[str] = frozenset()

    @cached_property
    def spread(self) -> Spread:
        return spread([one.score for one in self.results.values()])

    @cached_property
    def exercises(self) -> list[Exercise]:
        return exercises(one.cells for one in self.results.values())

    @cached_property
    def times(self) -> TimesAndScores:
        found = self.results.values()
        return times_and_scores([(o.lead_time, o.share) for o in found if o.lead_time is not None])

    @property
    def usual_time(self) -> timedelta | None:
        """The median of the time before the deadline."""
        found = self.results.values()
        before = [one.lead_time.total_seconds() for one in found if one.lead_time is not None]
        return timedelta(seconds=median(before)) if before else None

    @property
    def late(self) -> int:
        return sum(one.late for one in self.results.values())

    @property
    def usual(self) -> float:
        """The median share of the points, of those that do not wait for a person."""
        return median(one.decided for one in self.results.values())

    @property
    def quarters(self) -> tuple[float, float, float, float, float]:
        """Shares of the points: lowest, lower quartile, median, upper quartile, highest."""
        shares = [one.share for one in self.results.values()]
        if len(shares) == 1:
            shares *= 2
        low, middle, high = quantiles(shares, method="inclusive")
        return min(shares), low, middle, high, max(shares)


def graded_sets(url: str) -> list[str]:
    """The assignments of which the gradebook has a mark."""
    with opened(url) as gradebook:
        return sorted(one.name for one in gradebook.assignments if one.num_submissions)


def problem_set(group: Class, assignment: str) -> ProblemSet:
    """Everything about an assignment that the gradebook has marks of."""
    url = group.gradebook
    notebooks = notebook_names(url, assignment)
    order = [cell.name for name in notebooks for cell in noted_cells(url, assignment, name)]
    held, points = entries(url, assignment), scores(url, assignment)
    times = times_of(url, assignment)
    agreement = Agreement(group.folder, url, assignment)
    taken, ungraded = {}, 0
    other_points = len(under_other_points(group.folder, url, assignment, held))
    handed_in = set(group.students(assignment))
    for student in sorted(handed_in | set(held)):
        results = [agreement.result(student, name) for name in notebooks]
        kept = [result for result in results if result is not None]
        if student in handed_in:
            folder = group.folder / "submitted" / student / assignment
            present = digest_of_submission(folder, notebooks)
            graded = [result.made_from.get(SUBMISSION) for result in kept]
            ungraded += student not in held or graded != [present] * len(notebooks)
        if student in held:
            pages = tuple(path.stem for path in agreement.pages(student, notebooks))
            taken[student] = _student_result(
                points[student], held[student], order, kept, times, student, pages
            )
    total = max((score.total for score in points.values()), default=0.0)
    weight = group.settings.problem_set(assignment).weight
    until = read_extensions(group.folder, {*assignments(group.settings.root), *graded_sets(url)})
    now = datetime.now(UTC)
    deadlines = {student: time for (student, of), time in until.items() if of == assignment}
    extended = frozenset(student for student, time in deadlines.items() if time > now)
    return ProblemSet(
        assignment, total, weight, times.passed, taken, ungraded, other_points, extended
    )


def _student_result(
    score: Score,
    held: Mapping[str, Entry],
    order: list[str],
    results: list[Graded],
    times: Times,
    student: str,
    pages: tuple[str, ...],
) -> StudentResult:
    marks = {name: mark for entry in held.values() for name, mark in entry.marks.items()}
    decided = {
        short(name): (marks[name].score, marks[name].most)
        for name in order
        if name in marks
        and marks[name].most  # else it is practice
        and not (marks[name].waits and marks[name].manual is None)
    }
    cells = [cell for result in results for cell in result.counted]
    found = {short(cell.cell): one_line(cell.mistake or cell.found) for cell in cells}
    return StudentResult(
        score,
        decided,
        tuple(
            LostPoints(name, earned, most, found.get(name, ""))
            for name, (earned, most) in decided.items()
            if earned < most
        ),
        sum(cell.status == "not written" for cell in cells) / len(cells) if cells else 0.0,
        times.lead_times.get(student),
        pages,
    )
