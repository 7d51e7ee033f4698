"""Grade a class, and write its feedback: what the commands do, from submissions to marks.

Each student is planned, executed and recorded by itself (:mod:`grader.classroom.walk`); nbgrader
alone writes scores and feedback.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from nbgrader.coursedir import CourseDirectory

from grader.classroom.agreement import Agreement
from grader.classroom.converters import OneStudent, StudentGrades, StudentPages
from grader.classroom.course_config import class_config
from grader.classroom.gradebook.cells import notebook_names
from grader.classroom.gradebook.store import require_writable
from grader.classroom.preconditions import (
    note_assignment,
    require_among,
    require_gradable,
    require_sandbox,
)
from grader.classroom.private import make_private
from grader.classroom.school_class import Class
from grader.classroom.steps import Feedback, Grading
from grader.classroom.walk import Progress, Walk
from grader.classroom.writer import only_writer
from grader.find_tools import find_tools
from grader.grading.process.fault import described
from grader.grading.submission.handed_in import students_in
from grader.grading.submission.results import Graded
from grader.problems import Problem, Stopped
from grader.wording import one_line

Converter = TypeVar("Converter", bound=OneStudent)


def autograde(
    group: Class,
    assignment: str,
    progress: Progress = lambda student, why: None,
    *,
    student: str = "",
    force: bool = False,
) -> list[Graded]:
    """Grade what is new or has changed; returns the results of all submitted notebooks.

    Parameters
    ----------
    progress : called with each student who is done, and why they were graded ("": they were not)
    student : grade this one only; "" for all
    force : grade all again

    Raises
    ------
    Problem
        Before anything is written: unknown assignment, no submissions, unknown student, no
        sandbox, no cluster, a gradebook that is damaged or not writable.
    Stopped
        By Ctrl-C.
    NoAgreement
        Afterwards: results, gradebook and pages do not agree, or a submission was not graded.
    """
    require_gradable(group, assignment)
    everybody = group.students(assignment)
    if not everybody:
        where = group.folder / "submitted" / "<student>" / assignment
        raise Problem(f"no submissions of {assignment}; they belong into {where}")
    require_among(student, everybody, f"handed in {assignment}")
    students = [student] if student else everybody
    require_sandbox(group)
    require_writable(group.folder, group.gradebook)
    find_tools()
    make_private(group.folder)
    with (
        only_writer(group.folder, group.gradebook, assignment),
        _log(group.folder, assignment) as log,
    ):
        note_assignment(group, assignment)
        notebooks = notebook_names(group.gradebook, assignment)
        nbgrader = for_one_student(StudentGrades, group, assignment, log)
        many = len(students) > 1
        grading = Grading(group, assignment, notebooks, nbgrader, force=force, batch=many)
        failed = _walk(students, grading, log, progress)
        agreement = Agreement(group.folder, group.gradebook, assignment)
        for one in students:
            agreement.remove_outdated_pages(one, notebooks)
        results = kept_results(group, assignment)
        require_agreement(agreement, students, notebooks, failed, results)
    return results


def kept_results(group: Class, assignment: str) -> list[Graded]:
    """The results of all submitted notebooks, as far as they are graded."""
    agreement = Agreement(group.folder, group.gradebook, assignment)
    notebooks = notebook_names(group.gradebook, assignment)
    everybody = group.students(assignment)
    found = (agreement.result(one, name) for one in everybody for name in notebooks)
    return [result for result in found if result is not None]


def renew_penalties(group: Class, assignment: str) -> list[str]:
    """Charge for lateness as is asked now; the students whose score has changed by that."""
    log = logging.Logger("nbgrader")
    with only_writer(group.folder, group.gradebook, assignment):
        notebooks = notebook_names(group.gradebook, assignment)
        nbgrader = for_one_student(StudentPages, group, assignment, log)
        return Feedback(group, assignment, notebooks, nbgrader).renew_penalties()


class NoAgreement(Problem):
    """Results, gradebook and pages do not agree; ``results`` are those that there are."""

    def __init__(self, words: str, results: list[Graded]) -> None:
        super().__init__(words)
        self.results = results


def require_agreement(
    agreement: Agreement,
    students: list[str],
    notebooks: list[str],
    failed: dict[str, str],
    results: list[Graded],
) -> None:
    """Raise NoAgreement unless results, gradebook and pages agree for every student."""
    wrong = agreement.disagreements(students, notebooks)
    reasons = [
        f"{one_line(student)}: {failed.get(student) or '; '.join(wrong[student])}"
        for student in students
        if student in failed or student in wrong
    ]
    if reasons:
        log = _log_path(agreement.classroom, agreement.assignment)
        raise NoAgreement(
            f"{len(reasons)} of {len(students)} submissions have no mark that can be relied upon: "
            f"{' | '.join(reasons[:5])}{' …' if len(reasons) > 5 else ''}; run the same command "
            f"again, and see {log}",
            results,
        )


def generate_feedback(
    group: Class,
    assignment: str,
    progress: Progress = lambda student, why: None,
    *,
    student: str = "",
    force: bool = False,
) -> Path:
    """Write the feedback pages that have changed; returns the folder of all.

    Parameters
    ----------
    progress, student, force : as for :func:`autograde`
    """
    require_gradable(group, assignment)
    everybody = graded_students(group, assignment)
    if not everybody:
        raise nothing_graded(assignment)
    require_among(student, everybody, f"a graded submission of {assignment}")
    students = [student] if student else everybody
    require_writable(group.folder, group.gradebook)
    find_tools()
    make_private(group.folder)
    with (
        only_writer(group.folder, group.gradebook, assignment),
        _log(group.folder, assignment) as log,
    ):
        notebooks = notebook_names(group.gradebook, assignment)
        nbgrader = for_one_student(StudentPages, group, assignment, log)
        feedback = Feedback(group, assignment, notebooks, nbgrader, force=force)
        failed = _walk(students, feedback, log, progress)
        if failed:
            where = _log_path(group.folder, assignment)
            raise Problem(f"no feedback for {', '.join(map(one_line, failed))}; see {where}")
        agreement = Agreement(group.folder, group.gradebook, assignment)
        handed_in = set(group.students(assignment))
        graded = [
            one
            for one in students
            if one in handed_in and agreement.autograded(one, notebooks[0]).exists()
        ]
        require_agreement(agreement, graded, notebooks, {}, [])
    return group.folder / "feedback"


def nothing_graded(assignment: str) -> Problem:
    """What to say where marks are asked for and there are none."""
    return Problem(
        f"nothing of {assignment} is graded; run: python -m grader autograde {assignment}"
    )


def graded_students(group: Class, assignment: str) -> list[str]:
    """Whose work nbgrader has a graded copy of."""
    return students_in(group.folder / "autograded", assignment)


def for_one_student(
    kind: type[Converter], group: Class, assignment: str, log: logging.Logger
) -> Converter:
    """A step of nbgrader, as its own command would be configured for this class."""
    config = class_config(group.settings, group.folder)
    course = CourseDirectory(config=config, log=log)
    course.assignment_id = assignment
    return kind(coursedir=course, config=config, log=log)


def _walk(
    students: list[str], step: Grading | Feedback, log: logging.Logger, progress: Progress
) -> dict[str, str]:
    """Do a step for these students; those for whom it failed, and why."""
    walk = Walk(log, progress)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own statements
        try:
            walk.through([s for s in students if s not in step.nbgrader.left_out], step)
        except KeyboardInterrupt:
            again = "; --force does all of them again" if step.force else ""
            raise Stopped(
                f"stopped: {walk.done} of {len(students)} submissions are done. "
                f"The same command goes on with the others{again}"
            ) from None
        except Problem:
            raise
        except Exception as error:
            log.exception("stopped")
            raise Problem(
                f"grading stopped: {described(error)}; what was recorded before is kept, nobody "
                "got a mark for this. Put it right and run the same command again; see "
                f"{_log_path(step.group.folder, step.assignment)}"
            ) from None
    return walk.failed


def _log_path(folder: Path, assignment: str) -> Path:
    return folder / "results" / assignment / "log.txt"


@contextmanager
def _log(folder: Path, assignment: str) -> Iterator[logging.Logger]:
    """What nbgrader has to say goes into a file, not over the progress bar."""
    path = _log_path(folder, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, "w", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    log = logging.Logger("nbgrader", logging.INFO)
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()
