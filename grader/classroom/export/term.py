"""The term: everybody's points, the weighted total, and the grade by the key in ``course.toml``.

The points of each problem set are rounded first, then the total of the rounded points. The grade is
that of the rounded total, so that it follows from what the table shows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.classroom.export.rounding import exact, half_up, rounded_points, written
from grader.classroom.gradebook.marks import Score
from grader.classroom.roster import Student
from grader.classroom.table import safe_text
from grader.problems import Problem
from grader.settings import Grades


@dataclass(frozen=True)
class Line:
    """One student's term.

    Attributes
    ----------
    total : rounded; None: no problem set counts
    missing : problem sets that count, and that only others have a mark for; they count as 0
    waiting : points that wait for a person
    """

    student: Student
    scores: Mapping[str, Score | None]
    total: Fraction | None
    missing: tuple[str, ...]
    waiting: Fraction

    def grade(self, grades: Grades) -> str:
        """The label of the highest threshold that the total reaches."""
        if grades.missing and not any(self.scores.values()):
            return grades.missing
        if self.total is None:
            return ""
        return next(label for label, least in grades.key.items() if self.total >= exact(least))


@dataclass(frozen=True)
class Term:
    """All marks of a class.

    Attributes
    ----------
    roster : the class; empty: those who have marks
    scores : by problem set and student; problem sets without marks do not count
    weights : by problem set
    """

    roster: Sequence[Student]
    scores: Mapping[str, Mapping[str, Score]]
    weights: Mapping[str, float]
    grades: Grades

    @property
    def most(self) -> dict[str, float]:
        """Full marks of each problem set."""
        return {name: max(s.total for s in m.values()) for name, m in self.scores.items() if m}

    @property
    def full(self) -> Fraction:
        """What the total is out of."""
        if self.grades.of == "percent":
            return Fraction(100)
        return sum((self._weight(name) * exact(n) for name, n in self.most.items()), Fraction(0))

    def lines(self) -> Iterator[Line]:
        """Everybody in the roster, then those who have marks and are not in it."""
        marked = {student for marks in self.scores.values() for student in marks}
        strangers = sorted(marked - {one.student for one in self.roster})
        for one in (*self.roster, *map(Student, strangers)):
            mine = {name: self.scores[name].get(one.student) for name in self.most}
            missing = tuple(n for n, score in mine.items() if score is None and self.weights[n])
            waiting = sum((exact(s.by_hand) for s in mine.values() if s), Fraction(0))
            yield Line(one, mine, self._total(mine), missing, waiting)

    def _weight(self, name: str) -> Fraction:
        return exact(self.weights[name])

    def _total(self, mine: Mapping[str, Score | None]) -> Fraction | None:
        most = {name: exact(total) for name, total in self.most.items() if total}
        whole = sum(map(self._weight, most), Fraction(0))
        if not whole:
            return None
        points = {
            name: self._weight(name) * rounded_points(score.score, self.grades.round_points)
            for name in most
            if (score := mine[name])
        }
        if self.grades.of == "points":
            total = sum(points.values(), Fraction(0))
        else:
            total = sum((n / most[name] for name, n in points.items()), Fraction(0)) * 100 / whole
        return half_up(total, self.grades.round_total)


def term_table(term: Term) -> bytes:
    """A table of all marks: points for each problem set, total and grade."""
    of = term.most
    points = [column for name in of for column in (name, f"{name}_of")]
    key = ["grade"] if term.grades.key else []
    head = ["student", "name", "email", "lms_id", *points, term.grades.of, *key, "points_that_wait"]
    rows = []
    for line in term.lines():
        one = line.student
        cells = [
            cell
            for name, score in line.scores.items()
            for cell in (
                written(rounded_points(score.score, term.grades.round_points)) if score else "",
                written(exact(of[name])),
            )
        ]
        grade = [safe_text(line.grade(term.grades))] if key else []
        about = map(safe_text, (one.student, one.name, one.email, one.lms_id))
        rows.append([*about, *cells, _total(line), *grade, written(line.waiting)])
    return _as_file([head, *rows])


def grade_table(term: Term) -> bytes:
    """What an examination office needs: who, the total, the grade, and what is missing.

    Raises
    ------
    Problem
        There is no key, or its best grade needs more than there is to reach.
    """
    require_key(term)
    rows = [["student", "name", "email", "lms_id", term.grades.of, "of", "grade", "missing"]]
    for line in term.lines():
        one = line.student
        rows.append(
            [
                *map(safe_text, (one.student, one.name, one.email, one.lms_id)),
                _total(line),
                written(term.full),
                safe_text(line.grade(term.grades)),
                " ".join(line.missing),
            ]
        )
    return _as_file(rows)


def require_key(term: Term) -> None:
    """Raise a Problem if ``[grades]`` has no key that fits."""
    key = term.grades.key
    if not key:
        raise Problem(
            "course.toml has no grade key; write, from the best grade down to 0: "
            '[grades] key = {"1,0" = 95, "4,0" = 50, "5,0" = 0}'
        )
    best, least = next(iter(key.items()))
    if exact(least) > term.full:
        raise Problem(
            f"the grade {best} needs {least:g} {term.grades.of}, and there are "
            f"{written(term.full)} to reach; correct the key in course.toml, or export the grades "
            "when all problem sets are graded"
        )


def _total(line: Line) -> str:
    return "" if line.total is None else written(line.total)


def _as_file(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8-sig")
