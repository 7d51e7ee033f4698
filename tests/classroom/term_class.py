"""A class over a term, as it is after grading: gradebook, results, files, roster."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from nbgrader import api
from sqlalchemy import Connection, insert

from grader.classroom.gradebook.session import opened
from grader.classroom.staleness.staleness import SUBMISSION
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.results import CellResult, Graded, write_result

DUE = datetime(2026, 9, 7, 22, 0)  # of the first problem set, in UTC; the others each a week later
HINT = "`db` is summed over the wrong axis."


@dataclass
class Work:
    """What one student handed in for one problem set.

    Attributes
    ----------
    scores : of each exercise, which has 2 points
    before : the deadline
    waits : the last exercise waits for a person
    """

    scores: Sequence[float]
    before: timedelta | None = None
    waits: bool = False
    unwritten: int = 0


@dataclass
class TermClass:
    """Writes a class: ``given[problem set][student]`` is what was handed in.

    Attributes
    ----------
    names : of students, by their folder's name; they are the roster
    """

    folder: Path
    url: str
    given: dict[str, dict[str, Work]]
    names: dict[str, str] = field(default_factory=dict)
    due: bool = True

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with opened(self.url) as gradebook, gradebook.engine.begin() as connection:
            self._students(connection)
            for number, (name, works) in enumerate(self.given.items()):
                self._gradebook(connection, number, name, works)
        for name, works in self.given.items():
            for student, work in works.items():
                self._files(name, student, work)
        if self.names:
            rows = [f"{one},{name},{one}@example.org,{n}" for n, (one, name) in self.numbered]
            text = "\n".join(["student,name,email,lms_id", *rows, ""])
            (self.folder / "roster.csv").write_text(text, encoding="utf-8")

    @property
    def numbered(self) -> list[tuple[int, tuple[str, str]]]:
        return list(enumerate(self.names.items(), 1000))

    def _students(self, connection: Connection) -> None:
        everybody = sorted({student for works in self.given.values() for student in works})
        _add(connection, api.Student, [{"id": student} for student in everybody])

    def _gradebook(
        self, connection: Connection, number: int, name: str, works: dict[str, Work]
    ) -> None:
        due = DUE + number * timedelta(weeks=1) if self.due else None
        one = {"id": name, "name": name, "course_id": "default_course", "duedate": due}
        _add(connection, api.Assignment, [one])
        book = {"id": name, "name": f"{name}_notebook", "assignment_id": name, "kernelspec": "{}"}
        _add(connection, api.Notebook, [book])
        cells = range(max((len(work.scores) for work in works.values()), default=1))
        ids = {cell: f"{name}-{cell}" for cell in cells}
        about = {"notebook_id": name, "type": "GradeCell"}
        _add(connection, api.BaseCell, [{"id": ids[k], "name": _cell(k), **about} for k in cells])
        points = {"max_score": 2.0, "cell_type": "code"}
        _add(connection, api.GradeCell, [{"id": ids[k], **points} for k in cells])
        source = {"notebook_id": name, "source": "", "cell_type": "code", "locked": True}
        kept = [{"id": f"cell{k:04}{name}", "name": _cell(k), **source} for k in cells]
        _add(connection, api.SourceCell, kept)
        key = {student: f"{name}/{n}" for n, student in enumerate(works)}
        times = {
            student: due - work.before if due and work.before is not None else None
            for student, work in works.items()
        }
        _add(
            connection,
            api.SubmittedAssignment,
            [
                {"id": key[s], "assignment_id": name, "student_id": s, "timestamp": times[s]}
                for s in works
            ],
        )
        _add(
            connection,
            api.SubmittedNotebook,
            [{"id": key[s], "assignment_id": key[s], "notebook_id": name} for s in works],
        )
        _add(
            connection,
            api.Grade,
            [
                {"id": f"{key[s]}/{k}", "notebook_id": key[s], "cell_id": ids[k]}
                | _grade(work, k, score)
                for s, work in works.items()
                for k, score in enumerate(work.scores)
            ],
        )

    def _files(self, name: str, student: str, work: Work) -> None:
        folder = self.folder / "submitted" / student / name
        folder.mkdir(parents=True)
        (folder / f"{name}_notebook.ipynb").write_text(f"{student} {work.scores}", "utf-8")
        page = self.folder / "feedback" / student / name / f"{name}_notebook.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"Feedback for {student}", encoding="utf-8")
        digest = digest_of_submission(folder, [f"{name}_notebook"])
        result = Graded(
            name,
            student,
            f"{name}_notebook",
            cells=tuple(
                CellResult(_cell(k), score, 2.0, *_found(score, k < work.unwritten))
                for k, score in enumerate(work.scores)
            ),
            made_from={SUBMISSION: digest},
        )
        write_result(self.folder, result, "{}")


def _add(connection: Connection, table: type, rows: list[dict]) -> None:
    if rows:
        connection.execute(insert(table.__table__), rows)


def _cell(number: int) -> str:
    return f"check_function_{number}"


def _grade(work: Work, number: int, score: float) -> dict:
    waits = work.waits and number == len(work.scores) - 1
    return {"auto_score": None if waits else score, "needs_manual_grade": waits}


def _found(score: float, unwritten: bool) -> tuple[str, str, str, str]:
    """Status, what was found, where it was judged, and the mistake."""
    if unwritten:
        return "not written", "not written", "outside", ""
    if score >= 2:
        return "complete", "", "outside", ""
    return "partial", "values of db", "outside", HINT


def random_term(students: int, sets: int, seed: int = 0) -> dict[str, dict[str, Work]]:
    """A class in which some are better than others, some are late, and some stop coming."""
    chance = random.Random(seed)
    ability = {f"student-{n:03}": chance.gauss(0.72, 0.16) for n in range(students)}
    leaves = {s: chance.randrange(sets) for s in ability if chance.random() < 0.12}
    given: dict[str, dict[str, Work]] = {}
    for number in range(sets):
        works = given.setdefault(f"ps{number:02}", {})
        for student, able in ability.items():
            if leaves.get(student, sets) <= number or chance.random() < 0.02:
                continue
            tired = 0.25 * (number / sets) if student.endswith("7") else 0.0
            levels = [able - tired - 0.03 * k + chance.gauss(0, 0.18) for k in range(8)]
            scores = [min(max(round(4 * level) / 2, 0.0), 2.0) for level in levels]
            hours = chance.expovariate(1 / (8 + 40 * max(able, 0))) - 2
            works[student] = Work(scores, timedelta(hours=hours), waits=number == sets - 1)
    return given
