"""Grade one student's work once more, beside what was recorded of it; nothing is written.

The cases are those of the grading, because their seeds depend on the work and on the class's secret
alone.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from grader.checking.report.blocks import number
from grader.classroom.agreement import Agreement
from grader.classroom.collect.attempts import Attempts, Origins
from grader.classroom.converters import StudentGrades
from grader.classroom.gradebook.cells import has_assignment, notebook_names, noted_cells
from grader.classroom.jobs import Job, workers
from grader.classroom.preconditions import require_among, require_gradable, require_sandbox
from grader.classroom.record import for_one_student, nothing_graded
from grader.classroom.school_class import Class
from grader.classroom.staleness.staleness import SUBMISSION
from grader.classroom.steps import Grading
from grader.grading.process.fault import GraderFault, NotDone
from grader.grading.submission.case_seeds import secret_of, seed_in
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.handed_in import files_read, find_notebook
from grader.grading.submission.results import CellResult, Graded, short
from grader.problems import Problem


@dataclass(frozen=True)
class HandedIn:
    """The file that is graded.

    Attributes
    ----------
    path : None: there is none that could be meant, or that is read
    attempt : its number; 0 if nothing was collected
    original : its name in the download
    when : it was handed in; "" if that is not known
    """

    path: Path | None
    digest: str
    attempt: int
    original: str
    when: str


@dataclass(frozen=True)
class LostPoints:
    """A graded cell that does not have all its points, recorded or now.

    Attributes
    ----------
    call : None for a cell that is no check of an exercise
    seed : of its cases
    """

    recorded: CellResult | None
    again: CellResult
    call: CheckCall | None
    seed: int | None


@dataclass(frozen=True)
class Replay:
    """One notebook of a student: what was recorded, and what came of it now.

    Attributes
    ----------
    doubt : why the gradebook does not hold what was recorded; "" if it does
    graded : the notebook as it was graded now, as JSON
    """

    handed_in: HandedIn
    doubt: str
    recorded: Graded
    again: Graded
    graded: str
    lost: tuple[LostPoints, ...]

    @property
    def other_work(self) -> bool:
        """Whether something else lies there than what was graded."""
        before, now = self.recorded.made_from, self.again.made_from
        return before.get(SUBMISSION) != now[SUBMISSION]

    @property
    def differences(self) -> list[str]:
        """What came of it otherwise than recorded, in words."""
        before = {one.cell: one for one in self.recorded.cells}
        found = [
            f"{short(one.cell)}: {words}"
            for one in self.again.cells
            if (words := _differ(before.pop(one.cell, None), one))
        ]
        found += [f"{short(cell)}: is not graded any more" for cell in before]
        if self.recorded.refused != self.again.refused:
            found.append(f"refused: {self.recorded.refused or 'no'} → {self.again.refused or 'no'}")
        return found


def replay(group: Class, assignment: str, student: str) -> list[Replay]:
    """Each notebook of a student's work, graded again.

    Raises
    ------
    Problem
        Unknown assignment or student, nothing is graded, no sandbox, or the grader fails.
    """
    require_gradable(group, assignment)
    if not has_assignment(group.gradebook, assignment):
        raise nothing_graded(assignment)
    require_among(student or "no name", group.students(assignment), f"handed in {assignment}")
    names = notebook_names(group.gradebook, assignment)
    agreement = Agreement(group.folder, group.gradebook, assignment)
    kept = {name: agreement.result(student, name) for name in names}
    recorded = {name: result for name, result in kept.items() if result is not None}
    if len(recorded) < len(names):
        raise Problem(
            f"the work of {student} is not graded; run: "
            f"python -m grader autograde {assignment} --student {student}"
        )
    require_sandbox(group)
    doubt = agreement.not_recorded(student, names)
    found = []
    for again, text in graded_now(group, assignment, student, names):
        before = recorded[again.notebook]
        handed_in = _handed_in(group, assignment, student, again.notebook, names)
        lost = _lost(group, before, again)
        found.append(Replay(handed_in, doubt, before, again, text, lost))
    return found


def graded_now(
    group: Class, assignment: str, student: str, names: list[str]
) -> list[tuple[Graded, str]]:
    """Result and graded notebook (as JSON) of each notebook; nothing is written.

    Raises
    ------
    Problem
        The grader fails.
    """
    nbgrader = for_one_student(StudentGrades, group, assignment, logging.Logger("nbgrader"))
    grading = Grading(group, assignment, names, nbgrader, force=True)
    try:
        plan = grading.plan(student)
        assert plan is not None  # by force
        with workers(1) as jobs:
            ((_, result),) = jobs.done([Job(student, plan.job, plan.arguments)])
            graded: list[tuple[Graded, str]] = result()
    except (GraderFault, NotDone, ValueError) as error:
        raise Problem(f"the work of {student} could not be graded: {error}") from None
    return graded


def _handed_in(
    group: Class, assignment: str, student: str, name: str, names: list[str]
) -> HandedIn:
    folder = group.folder / "submitted" / student / assignment
    files, _ = files_read(folder, names)
    path, _, _ = find_notebook(folder, name, set(names) - {name})
    if path not in files:
        path = None
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path else ""
    origin = Origins(group.folder, assignment).latest().get(student)
    stamp = Attempts(group.folder, assignment, student).stamp
    attempt, original = (origin[2], origin[3]) if origin else (0, "")
    return HandedIn(path, digest, attempt, original, stamp)


def _lost(group: Class, recorded: Graded, again: Graded) -> tuple[LostPoints, ...]:
    before = {one.cell: one for one in recorded.cells}
    cells = noted_cells(group.gradebook, again.assignment, again.notebook)
    calls = {cell.name: graded_call(cell.source) for cell in cells if cell.grade}
    found = []
    for one in again.cells:
        old, call, seed = before.get(one.cell), calls.get(one.cell), None
        if one.score >= one.points and (old is None or old.score >= old.points):
            continue
        if not isinstance(call, CheckCall):
            call = None
        else:
            seed = seed_in(secret_of(group.folder), call.exercise, again)
        found.append(LostPoints(old, one, call, seed))
    return tuple(found)


def _differ(before: CellResult | None, now: CellResult) -> str:
    if before is None:
        return "was not graded"
    if (before.score, before.points) != (now.score, now.points):
        return f"{_of(before)} → {_of(now)}"
    said = [(one.status, one.found, one.mistake, one.example) for one in (before, now)]
    if said[0] != said[1]:
        return f"the same points, another finding: {now.found or now.status}"
    return ""


def _of(one: CellResult) -> str:
    return f"{number(one.score)} of {number(one.points)}"
